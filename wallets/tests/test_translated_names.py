"""What staff have entered and translated is shown in the customer's language, wherever it is."""

import json

import jwt
import pypdfium2
import pytest
from django.utils.html import strip_tags
from icalendar import Calendar

from bookings.models import Ticket
from bookings.tests.browsing import browser_of
from bookings.tests.factories import make_customer, make_hold, make_paid_order, make_sale
from emails.models import OutboxEmail
from emails.rendering import preview
from organisation.translations import save_translations
from shows.models import Artist, MediaLink
from shows.search import index_show
from shows.terms import clear_cached_terms
from shows.tests.factories import make_concession, make_plan, make_show, make_venue
from wallets.configuration import google_account
from wallets.google.save_link import save_jwt
from wallets.models import WalletPass
from wallets.passes import passes_of

from .pass_files import read_pass

pytestmark = pytest.mark.django_db(transaction=True)

GERMAN = {
    "Old Mill Town": "Mühlstadt",
    "Gate 7": "Tor 7",
    "Snack bar": "Imbissstand",
    "Regular": "Preisgruppe Eins",
    "Friend": "Hausfreund",
    "Pin": "Anstecknadel",
    "Balkan beats": "Balkanklänge",
    "Two nights of songs.": "Zwei Nächte voller Lieder.",
    "She sings.": "Sie singt.",
    "First song": "Erstes Lied",
}
LABEL = {
    "shape": "text",
    "position": {"x": 100, "y": 100},
    "color": "#000000",
    "border_color": "#000000",
    "text": {"text": "Snack bar", "position": {"x": 0, "y": 0}, "size": 16, "color": "#000000"},
}


@pytest.fixture
def alice():
    return make_customer()


@pytest.fixture
def performance():
    """A performance whose names and texts all have translations."""
    venue = make_venue(city="Old Mill Town", entrances="Gate 7")
    plan = make_plan(venue=venue, decoration=[LABEL])
    show = make_show(artists=["Ida"], tags=["Balkan beats"], description="Two nights of songs.")
    Artist.objects.update(description="She sings.")
    MediaLink.objects.create(show=show, kind="audio", title="First song", url="https://a.example/1")
    performance = make_sale(plan=plan, show=show)
    make_concession(performance=performance, name="Friend", proof="Pin")
    performance.concessions.update(proof="Pin")
    clear_cached_terms()
    index_show(show)
    save_translations({text: {"de": translated} for text, translated in GERMAN.items()})
    return performance


def shown(text, *names):
    """Check that these names are translated in a text, and that none of them is left as it was."""
    assert [name for name in names if GERMAN[name] not in text] == []
    assert [name for name in names if name in text] == []


def test_on_pages_before_the_order(alice, performance):
    browser = browser_of(alice, headers={"accept-language": "de"})

    def page(path):
        return browser.get(path).content.decode()

    # Addresses of searches have the names as they are stored.
    shown(strip_tags(page("/")), "Old Mill Town", "Balkan beats")
    venue_page = page(performance.venue.get_absolute_url())
    assert f'og:title" content="{performance.venue.name}, Mühlstadt"' in venue_page
    shown(venue_page, "Old Mill Town")
    show_page = page(performance.show.get_absolute_url())
    texts = ["Balkan beats", "Two nights of songs.", "She sings.", "First song"]
    shown(show_page, "Old Mill Town", *texts)
    data = show_page.split('<script type="application/ld+json">')[1].split("</script>")[0]
    [event] = json.loads(data)["@graph"]
    assert event["description"] == "Zwei Nächte voller Lieder."
    assert event["performer"][0]["description"] == "Sie singt."
    assert event["subjectOf"][0]["name"] == "Erstes Lied"
    assert event["location"]["address"]["addressLocality"] == "Mühlstadt"
    assert event["offers"][0]["name"] == "Preisgruppe Eins"
    shown(page(performance.get_absolute_url()), "Old Mill Town", "Snack bar", "Regular")
    hold = make_hold(performance=performance, customer=alice)
    shown(page(f"/basket/{hold.token}/"), "Regular", "Friend", "Pin")


def test_on_the_ticket_wherever_it_is(alice, performance, apple, google, tmp_path):
    order = make_paid_order(hold=make_hold(performance=performance, labels=["A1"], customer=alice))
    type(order).objects.update(language="de")
    Ticket.objects.update(concession="Friend")
    order.refresh_from_db()
    browser = browser_of(alice, headers={"accept-language": "de"})

    def get(path):
        return browser.get(path).content

    shown(get(order.get_absolute_url()).decode(), "Regular", "Friend")
    names = ["Old Mill Town", "Gate 7", "Regular", "Friend"]
    shown(get(f"/tickets/{order.reference}/").decode(), *names)
    [paper] = pypdfium2.PdfDocument(get(f"/orders/{order.reference}/tickets.pdf"))
    shown(" ".join(paper.get_textpage().get_text_range().split()), *names)
    calendar = Calendar.from_ical(get(f"/orders/{order.reference}/calendar.ics"))
    [event] = calendar.walk("VEVENT")
    shown(event["LOCATION"], "Old Mill Town")
    email = OutboxEmail.objects.get(kind="order_confirmation")
    email.language = "de"
    message = preview(email)
    for text in (message.text, message.html):
        shown(text, "Old Mill Town", "Regular", "Friend")
    described = read_pass(get(f"/tickets/{order.reference}/apple/"), tmp_path)["pass.json"]
    shown(json.dumps(described, ensure_ascii=False), *names)
    signed = save_jwt(passes_of(order, WalletPass.Kind.GOOGLE), google_account())
    payload = jwt.decode(signed, options={"verify_signature": False})["payload"]
    [saved] = payload["eventTicketObjects"]
    shown(json.dumps(saved, ensure_ascii=False), "Gate 7", "Regular", "Friend")
