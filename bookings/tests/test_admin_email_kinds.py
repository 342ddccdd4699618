"""Preview each kind of e-mail in the admin, with the current templates."""

from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from emails.rendering import rendered_kinds
from emails.sample_registry import sample_of

from .factories import make_paid_order

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = [kind.name for kind in rendered_kinds()]


@pytest.fixture
def admin():
    browser = Client()
    browser.force_login(make_staff(Role.BOX_OFFICE))
    return browser


def kind_url(name):
    return reverse("admin:emails_outboxemail_kind", args=[name])


def everything():
    """Return the number of rows of each table."""
    return {model.__name__: model.objects.count() for model in apps.get_models()}


def test_every_kind_is_listed_with_a_preview_of_the_latest(admin):
    make_paid_order()
    kinds = admin.get(reverse("admin:emails_outboxemail_every_kind")).content.decode()
    assert all(kind_url(name) in kinds for name in KINDS)
    page = admin.get(kind_url("order_confirmation"), {"as": "phone"}).content.decode()
    assert "rendered with the current template" in page and "Your tickets for Nachtmusik" in page
    assert admin.get(kind_url("nonsense")).status_code == 404


def test_samples_are_shown_where_nothing_was_sent_and_leave_no_trace(admin):
    before = everything()
    for name in KINDS:
        response = admin.get(kind_url(name))
        assert response.status_code == 200, name
        page = response.content.decode()
        assert "This is a sample" in page and response.context["email_view"].subject in page
    assert everything() == before


class Frames(HTMLParser):
    """The documents in the frames of a page."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "iframe":
            self.found.append(dict(attrs)["srcdoc"])


def test_the_whole_email_is_inside_the_frame(admin):
    make_paid_order()
    for name in ("order_confirmation", "sales_report"):
        page = admin.get(kind_url(name)).content.decode()
        [document] = Frames(page).found
        assert document.strip().startswith("<!doctype html>") and document.strip().endswith(
            "</html>"
        )
        assert page.lower().count("<!doctype html>") == 1


def test_a_sample_is_in_the_language_of_the_user():
    for name in KINDS:
        subjects = {}
        for language in ("en", "de"):
            with translation.override(language):
                document, message = sample_of(name)
            assert document.pk is None and document.language == language
            assert message.text and message.html
            subjects[language] = message.subject
        assert subjects["en"] != subjects["de"], name


def test_samples_show_amounts_and_attachments():
    def text(name):
        return sample_of(name)[1].text

    assert "Total: €90" in text("order_confirmation") and "refund €45" in text("tickets_cancelled")
    assert "refund €90" in text("performance_cancelled") and "refund €22.50" in text(
        "tickets_changed"
    )
    assert "refund €20" in text("partial_refund") and "refund €90" in text("payment_returned")
    assert "Morgenstern" in text("monthly") and "Nachtmusik" in text("monthly")
    assert "2 tickets sold" in text("sales_report") and "€90 sales" in text("sales_report")
    names = [name for name, *_rest in sample_of("order_confirmation")[1].attachments]
    assert {name.rpartition(".")[2] for name in names} == {"pdf", "ics"}


def test_customers_see_none():
    browser = Client()
    browser.force_login(make_user("bob@example.org"))
    for url in (reverse("admin:emails_outboxemail_every_kind"), kind_url("reminder")):
        assert browser.get(url).status_code == 302
