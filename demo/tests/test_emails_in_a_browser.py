"""Every kind of e-mail on a small phone, in light and dark mode, without horizontal scrolling."""

import pytest
from django.db.models.signals import pre_save
from django.utils import translation

from accounts.models import User
from api.models import Endpoint
from bookings.models import Ticket
from emails.rendering import rendered_kinds
from emails.sample_registry import sample_of
from shows.models import PriceCategory, Show
from venues.models import Section, Venue

pytestmark = pytest.mark.django_db(transaction=True)

# A word longer than a line on a phone, as titles and names can be.
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
LENGTHENED = {
    Endpoint: ["name", "url", "disabled_reason"],
    PriceCategory: ["name"],
    Section: ["name"],
    Show: ["title"],
    Ticket: ["label", "category", "concession", "holder"],
    User: ["name"],
    Venue: ["name", "address", "city"],
}


@pytest.fixture
def messages():
    """Return the sample of every kind of e-mail, with names made long."""

    def lengthen(sender, instance, **_kwargs):
        for name in LENGTHENED.get(sender, ()):
            setattr(instance, name, LONG[: sender._meta.get_field(name).max_length])

    pre_save.connect(lengthen)
    try:
        with translation.override("de"):
            return {kind.name: sample_of(kind.name)[1] for kind in rendered_kinds()}
    finally:
        pre_save.disconnect(lengthen)


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
def test_no_email_is_wider_than_a_small_phone(browser_context, messages, dark):
    assert [name for name, message in messages.items() if message is None] == []
    page = browser_context(phone=True, dark=dark).new_page()
    wide = {}
    for name, message in messages.items():
        page.set_content(message.html)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            wide[name] = width
    assert wide == {}
