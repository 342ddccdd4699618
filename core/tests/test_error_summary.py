"""The summary of a form's errors."""

import re

from django import forms
from django.conf import settings
from django.template import Context, Template

from core.templatetags.error_summary import FieldError, errors_of

TEMPLATES = settings.BASE_DIR / "templates"
SUMMARY = re.compile(r"{% error_summary |form\|crispy }}")
POST = re.compile(r"""<form [^>]*method=["']post["'][^>]*>""")
TEMPLATE = Template("{% load error_summary %}{% error_summary one two errors=more %}")


class Details(forms.Form):
    email = forms.EmailField(label="E-mail address")
    stars = forms.ChoiceField(choices=[("1", "One"), ("2", "Two")], widget=forms.RadioSelect)
    note = forms.CharField(required=False)

    def clean(self):
        raise forms.ValidationError("Nothing fits together.")


def render(**context):
    return Template.render(TEMPLATE, Context(context))


def test_it_lists_every_error_with_a_link_to_its_field():
    assert list(errors_of(Details({"email": "al"}))) == [
        FieldError("Nothing fits together."),
        FieldError("Enter a valid email address.", "id_email", "E-mail address"),
        FieldError("This field is required.", "id_stars_0", "Stars"),
    ]


def test_it_names_what_a_question_is_about():
    form = Details({"stars": "1"})
    form.fields["email"].group = "Seat 7"
    assert list(errors_of(form))[1].label == "Seat 7, E-mail address"


def test_it_gets_the_focus_and_links_to_the_fields():
    html = render(one=Details({}), two=None, more=[FieldError("Too late.", "late")])
    assert 'tabindex="-1" autofocus' in html and "Please check 4 entries" in html
    assert '<a href="#id_email">E-mail address: This field is required.</a>' in html
    assert '<a href="#late">Too late.</a>' in html


def test_without_errors_there_is_none():
    assert not render(one=Details(), two=None, more=[]).strip()


def test_texts_are_escaped():
    assert "<b>" not in render(one=None, more=[FieldError("<b>", "<b>", "<b>")])


def test_forms_with_a_summary_name_their_address():
    """Otherwise what is submitted goes to the field of the error that was followed last.

    A browser takes the page's address with its fragment, and gives the focus to that field.
    """
    pages = {path: path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")}
    with_summary = {path: html for path, html in pages.items() if SUMMARY.search(html)}
    assert len(with_summary) > 20
    forms = [(path.name, tag) for path, html in with_summary.items() for tag in POST.findall(html)]
    assert [(name, tag) for name, tag in forms if "action=" not in tag] == []
