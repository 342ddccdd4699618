"""The base templates of all e-mails, as HTML and plain text."""

from html.parser import HTMLParser

import pytest
from django.template import engines
from django.test import override_settings
from django.utils import translation

from emails.messages import message_from_templates
from emails.rendering import preview, renders

from .factories import make_email

pytestmark = pytest.mark.django_db

TEMPLATES = {
    "emails/sample.html": """{% extends "emails/base.html" %}{% block content %}
        <p>Dear {{ name }}</p>
        {% include "emails/_facts.html" %}{% include "emails/_lines.html" %}
        {% include "emails/_button.html" with label="See it" %}{% endblock %}""",
    "emails/sample.txt": """{% extends "emails/base.txt" %}{% block content %}
Dear {{ name }}
{% endblock %}""",
    "emails/text_only.txt": """{% extends "emails/base.txt" %}{% block content %}
Dear {{ name }},
see {{ url }} for more.

View order: {{ url }}{% endblock %}{% block reason %}Because you asked.{% endblock %}""",
}


@pytest.fixture(autouse=True)
def sample(settings):
    """Add the templates of one more e-mail, found before those of the project."""
    found = settings.TEMPLATES[0]
    loaders = [
        ("django.template.loaders.locmem.Loader", TEMPLATES),
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    options = {**found["OPTIONS"], "loaders": loaders}
    with override_settings(TEMPLATES=[{**found, "APP_DIRS": False, "OPTIONS": options}]):
        yield
    engines._engines.clear()


def message(name="Ann & Bob <3", template="sample", **changes):
    context = {
        "name": name,
        "facts": [("Doors", "19:00"), ("Support", "")],
        "lines": [("Stalls, row F, seat 12", "Regular", "€45")],
        "total": "€45",
        "url": "https://concert.example/orders/K7F39QXM/",
    }
    return message_from_templates(
        make_email(**changes), subject="Your tickets", context=context, name=template
    )


def test_html_and_plain_text_have_the_same_content():
    made = message()
    assert "Dear Ann &amp; Bob &lt;3" in made.html
    assert "Dear Ann & Bob <3" in made.text
    assert made.text.startswith("Dear")
    for words in ("19:00", "Stalls, row F, seat 12", "€45", "See it"):
        assert words in made.html
    assert "Support" not in made.html, "A fact that is not known is left out."


def test_without_an_html_template_the_html_is_made_of_the_text():
    made = message(template="text_only", kind="reminder")
    assert "Dear Ann &amp; Bob &lt;3,<br>" in made.html
    assert "Because you asked." in made.html
    assert "View order</a>" in made.html, "A line with a label and a URL is a button."
    url = "https://concert.example/orders/K7F39QXM/"
    assert _links(made.html).count(url) == 2
    assert "/emails/unsubscribe/" in made.html
    assert made.html.count("Ann &amp; Bob") == 1


def test_its_urls_are_absolute(settings):
    made = message()
    links = _links(made.html)
    assert links
    assert all(link.startswith(("https://", settings.SITE_URL)) for link in links)
    assert settings.SITE_URL in made.text


def test_only_optional_kinds_offer_to_unsubscribe():
    assert "/emails/unsubscribe/" not in message().html + message().text
    reminder = message(kind="reminder")
    assert "/emails/unsubscribe/" in reminder.html
    assert "/emails/unsubscribe/" in reminder.text


def test_it_loads_nothing_from_outside():
    html = message().html
    for word in ("<img", "<script", "<link", "@import", "url("):
        assert word not in html


def test_it_is_legible_in_dark_mode_and_on_a_phone():
    html = message().html
    assert "prefers-color-scheme: dark" in html
    assert "max-width: 480px" in html
    assert 'name="color-scheme" content="light dark"' in html


@pytest.mark.usefixtures("renderers")
def test_it_declares_its_language():
    @renders("greeting")
    def render(email):
        return message_from_templates(email, subject="-", context={}, name="sample")

    assert '<html lang="de">' in preview(make_email(language="de")).html
    assert translation.get_language() == "en"


def _links(html):
    class Links(HTMLParser):
        def __init__(self):
            super().__init__()
            self.found = []

        def handle_starttag(self, tag, attrs):
            self.found.extend(value for name, value in attrs if name == "href")

    parser = Links()
    parser.feed(html)
    return parser.found
