"""Tickets on paper, rendered and read again: by eye, by scanner, in black and white."""

import re
import time
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from django.utils.translation import override
from fontTools.ttLib import TTFont
from PIL import Image

from bookings.aftersale.cancellation import cancel_tickets
from bookings.documents.pdf_fonts import font_file, paragraphs_of
from bookings.documents.ticket_codes import code_of
from bookings.documents.ticket_pdf import tickets_pdf
from bookings.models import Order, Ticket
from emails.models import OutboxEmail
from emails.rendering import preview
from shows.posters import set_poster
from shows.tests.factories import make_show

from .browsing import browser_of
from .factories import make_customer, make_hold, make_order, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)

MILLIMETRE = 100 / 25.4  # Dots, at a hundred to the inch.


def paid_order(*, poster=False, **fields):
    show = make_show(title="Łódź Σωκράτης Щедрин", **fields)
    if poster:
        set_poster(show=show, image=Image.new("RGB", (500, 700), "#c22"))
    order = make_paid_order(performance=make_sale(show=show))
    orders = Order.objects.select_related("performance__show", "performance__venue")
    return orders.get(pk=order.pk)


def pages_of(pdf):
    return list(pypdfium2.PdfDocument(pdf))


def text_of(page):
    return " ".join(page.get_textpage().get_text_range().split())


def scanned(page, dots=150):
    """What a scanner reads from the page, printed in pure black and white."""
    picture = page.render(scale=dots / 72).to_pil().convert("1", dither=Image.Dither.NONE)
    return [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))]


@pytest.mark.parametrize("poster", [True, False])
def test_each_ticket_is_a_page_that_says_everything(poster):
    order = paid_order(poster=poster)
    order.performance.venue.entrances = "Gate 3"
    order.performance.doors_at = order.performance.starts_at - timedelta(hours=1)
    tickets = list(order.tickets.order_by("pk"))
    pages = pages_of(tickets_pdf(order=order, tickets=tickets))
    assert len(pages) == 2
    for page, ticket in zip(pages, tickets, strict=True):
        text = text_of(page)
        starts = order.performance.starts_at.astimezone(order.performance.venue.zone)
        for words in (
            "Łódź Σωκράτης Щедрин",
            ticket.label,
            "Alice Archer",
            "€45",
            order.reference,
            order.performance.venue.name,
            f"{starts:%H:%M}",
            f"Doors {starts - timedelta(hours=1):%H:%M}",
            "Gate 3",
        ):
            assert words in text
        assert scanned(page) == [code_of(ticket)]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Category", "Ticket 1 of 2", "Show this code")),
        ("de", ("Kategorie", "Ticket 1 von 2", "Zeigen Sie diesen Code")),
        ("fr", ("Catégorie", "Billet 1 sur 2", "Présentez ce code")),
        ("es", ("Categoría", "Entrada 1 de 2", "Muestre este código")),
    ],
)
def test_a_ticket_is_in_the_language_of_the_customer(language, words):
    order = paid_order()
    order.language = language
    with override("de" if language == "en" else "en"):
        pdf = tickets_pdf(order=order, tickets=list(order.tickets.order_by("pk")))
    text = text_of(pages_of(pdf)[0]).casefold()
    assert [word for word in words if word.casefold() not in text] == []


def test_names_of_any_length_and_writing_cost_nobody_a_ticket():
    order = paid_order()
    ticket = order.tickets.first()
    ticket.holder = "村上 春樹 " * 20
    ticket.label = "Upper circle on the left hand side behind the pillar, row AAA, seat 1234" * 2
    ticket.concession = "Pensioner"
    (page,) = pages_of(tickets_pdf(order=order, tickets=[ticket]))
    assert scanned(page) == [code_of(ticket)]
    assert "bring proof of eligibility" in text_of(page)


# Names of people and shows that are as long, as high and as foreign as a form lets them be.
NAMES = {
    "long words": "W" * 150,
    "many words": "Wolfeschlegelsteinhausenbergerdorff " * 4,
    "capitals": "ÄÖÜẞŸ " * 25,
    "heaps of marks": "e\u0323\u0301" + "\u0323\u0316" * 70,
    "lines": "\n".join("Alice" for _ in range(25)),
    "Japanese": "久石譲 " * 37,
    "Arabic": "فاطمة الزهراء " * 10,
    "Hebrew": "נועה קירל " * 15,
    "Hindi": "अनुष्का शर्मा " * 10,
    "Thai": "ปู่ผู้ใหญ่ " * 13,
    "Khmer": "ស្រ៊ុន ស៊ីសាមុត " * 9,
    "mixed": "Alice فاطمة 久石譲 נועה " * 6,
    "no font": "𒀭𒂗𒍪 " * 30,
    "pictures": "🎸👩‍👩‍👧" * 18,
    "turned round": "\u202egnp.ecilA" * 10,
}


def test_it_is_scanned_from_a_coarse_black_and_white_page_whatever_the_names_are(subtests):
    order = paid_order(poster=True)
    ticket = order.tickets.first()
    for kind, name in NAMES.items():
        with subtests.test(kind):
            assert_scanned(order, ticket, name)


def assert_scanned(order, ticket, name):
    performance = order.performance
    performance.show.title = name[:160]
    performance.doors_at = performance.starts_at
    performance.venue.name = performance.venue.address = performance.venue.city = name[:120]
    order.name = ticket.holder = name[:150]
    ticket.label, ticket.category, ticket.concession = name[:160], name[:80], name[:60]
    (page,) = pages_of(tickets_pdf(order=order, tickets=[ticket]))
    assert scanned(page, dots=100) == [code_of(ticket)]
    assert order.reference in text_of(page)
    assert_quiet(page)


def assert_quiet(page):
    """Nothing is drawn within four modules of the code, nor on the margins of the page."""
    left, top, side = 16, 180, 84
    quiet = 4 * side / 45
    picture = picture_of(page)
    near = part(picture, left - quiet, top - quiet, left + side + quiet, top + side + quiet)
    code = [round(MILLIMETRE * quiet) - 1] * 2 + [round(MILLIMETRE * (quiet + side)) + 2] * 2
    near.paste(255, code)
    assert near.getextrema()[0] > 200, "something is drawn beside the code"
    for box in [(0, 0, 210, 14), (0, 0, 14, 297), (197, 0, 210, 297), (0, 290, 210, 297)]:
        assert part(picture, *box).getextrema()[0] == 255, "something is drawn on the margin"


def picture_of(page):
    return page.render(scale=100 / 72).to_pil().convert("L")


def part(picture, *box):
    """A part of the picture of a page, named in millimetres."""
    return picture.crop([round(MILLIMETRE * edge) for edge in box])


@pytest.mark.parametrize(
    "name",
    [
        "久石譲",
        "김철수",
        "فاطمة",
        "נועה",
        "अनुष्का",
        "สมชาย",
        "Նարե",
        "თამარი",
        "Đặng Thị Ngọc",
        "O’Neill",
    ],
)
def test_every_letter_of_a_name_has_a_glyph(name):
    order = paid_order()
    ticket = order.tickets.first()
    plain = pages_of(tickets_pdf(order=order, tickets=[ticket]))[0]
    ticket.holder = name
    page = pages_of(tickets_pdf(order=order, tickets=[ticket]))[0]
    assert "HOLDER" in text_of(page) and "Alice Archer" in text_of(plain)
    ((family, words),) = paragraphs_of(name)
    assert words == name
    points = {ord(letter) for letter in name}
    with TTFont(font_file(family)) as font:
        assert points <= set(font.getBestCmap())
    assert part(picture_of(page), 16, 150, 55, 170).getextrema()[0] < 128  # Below the word HOLDER.


@pytest.mark.parametrize("name", ["𒀭𒂗𒍪", "Alice 𒀭", "🎸"])
def test_a_name_without_glyphs_is_left_out_and_never_becomes_boxes(name):
    order = paid_order()
    ticket = order.tickets.first()
    ticket.holder = order.name = order.performance.show.title = name
    (page,) = pages_of(tickets_pdf(order=order, tickets=[ticket]))
    text = text_of(page)
    assert "HOLDER" not in text and "Alice" not in text
    assert ticket.label in text and order.reference in text


def test_pictures_beside_a_name_leave_the_name():
    assert paragraphs_of("Alice 🎸 Archer") == [("Fira Sans", "Alice Archer")]


def test_a_lost_poster_costs_nobody_a_ticket():
    order = paid_order(poster=True)
    show = order.performance.show
    show.poster.storage.delete(show.poster.name)
    assert len(pages_of(tickets_pdf(order=order, tickets=order.tickets.all()))) == 2


def test_it_is_made_in_a_second():
    order = paid_order(poster=True)
    began = time.process_time()
    pdf = tickets_pdf(order=order, tickets=list(order.tickets.all()))
    assert time.process_time() - began < 2
    assert len(pdf) < 200_000


def test_the_customer_gets_all_tickets_or_one():
    customer = make_customer()
    order = make_order(hold=make_hold(customer=customer))
    client = browser_of(customer)
    url = f"/orders/{order.reference}/tickets.pdf"
    assert client.get(url).status_code == 404  # Not paid yet.
    order = make_paid_order(hold=make_hold(customer=customer, labels=["B1", "B2"]))
    first = order.tickets.first()
    answer = client.get(f"/orders/{order.reference}/tickets.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert len(pages_of(answer.content)) == 2
    answer = client.get(f"/orders/{order.reference}/tickets/{first.pk}.pdf")
    (page,) = pages_of(answer.content)
    assert scanned(page) == [code_of(first)]


def test_a_stranger_gets_none():
    order = make_paid_order()
    other = make_paid_order()
    for path in ("tickets.pdf", f"tickets/{order.tickets.first().pk}.pdf", "calendar.ics"):
        assert Client().get(f"/orders/{order.reference}/{path}").status_code == 404
    own_places = Client()
    own_places.get(f"/orders/{other.reference}/?key={other.key}")
    stranger = f"/orders/{other.reference}/tickets/{order.tickets.first().pk}.pdf"
    assert own_places.get(stranger).status_code == 404


def test_cancelled_tickets_are_not_printed():
    order = make_paid_order()
    first, second = order.tickets.all()
    client = Client()
    client.get(f"/orders/{order.reference}/?key={order.key}")
    cancel_tickets(order=order, actor="staff:1", ticket_ids=[first.pk], by_staff=True)
    (page,) = pages_of(client.get(f"/orders/{order.reference}/tickets.pdf").content)
    assert scanned(page) == [code_of(second)]
    assert client.get(f"/orders/{order.reference}/tickets/{first.pk}.pdf").status_code == 404
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    assert client.get(f"/orders/{order.reference}/tickets.pdf").status_code == 404


def test_the_order_page_leads_to_both():
    order = make_paid_order()
    client = Client()
    client.get(f"/orders/{order.reference}/?key={order.key}")
    page = client.get(f"/orders/{order.reference}/").content.decode()
    links = re.findall(r'href="([^"]+\.(?:pdf|ics))"', page)
    assert len(links) == 4
    assert {client.get(link).status_code for link in links} == {200}


def test_the_confirmation_brings_tickets_and_calendar():
    order = make_paid_order()
    message = preview(OutboxEmail.objects.get(kind="order_confirmation"))
    (pdf_name, pdf, pdf_type), (ics_name, ics, ics_type) = message.attachments
    assert (pdf_type, ics_type) == ("application/pdf", "text/calendar")
    assert order.reference in pdf_name and order.reference in ics_name
    codes = [code for page in pages_of(pdf()) for code in scanned(page)]
    assert codes == [code_of(ticket) for ticket in Ticket.objects.order_by("place_id")]
    assert b"BEGIN:VEVENT" in ics
