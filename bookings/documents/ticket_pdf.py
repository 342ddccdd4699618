"""Create printable tickets as PDF, one page each, readable in black and white.

Each text is clipped to its box, so that long names cannot cover the code. A name in a script that
no font has is left out: the door needs only the code.
"""

from collections.abc import Sequence
from io import BytesIO

from django.db.models import prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from PIL import Image

from core.money import money
from core.names import translated_name
from organisation.brand import current_brand
from organisation.current import current_organisation

from ..models import Order, Ticket
from .pdf_brand import write_head
from .pdf_fonts import paragraphs_of
from .pdf_tags import tagged
from .pdf_text import set_up, to_bytes, write_text
from .ticket_codes import qr_of

# Millimetres on A4.
LEFT, RIGHT, WIDTH = 16, 194, 178
POSTER = (52, 73)
PLACE, FACTS, CODE_TOP, CODE = 112, 146, 180, 84
QUIET = 9  # White on all sides of the code: four of its modules and more.
FOOT = 276
POSTER_PIXELS = (614, 862)  # 300 dots to the inch.
GREY = 90


def tickets_pdf(*, order: Order, tickets: Sequence[Ticket]) -> bytes:
    """Return a PDF with one page for each of the order's tickets, in the order's language.

    The names of seats are stored in that language. Needs the order's performance with its show and
    venue. Reads the poster from storage, so do not call it inside a transaction that others wait
    for. Takes about 0.2 s.
    """
    prefetch_related_objects(tickets, "place__section")
    with override(order.language):
        pdf = _document(order)
        poster = _poster_of(order.performance.show)
        for number, ticket in enumerate(tickets, start=1):
            pdf.add_page()
            _write_head(pdf, order)
            _write_event(pdf, order.performance, poster)
            _write_place(pdf, order, ticket)
            _write_code(pdf, order, ticket)
            foot = _("Ticket %(n)d of %(all)d") % {"n": number, "all": len(tickets)}
            _write_foot(pdf, order, foot)
        return to_bytes(pdf)


def file_name(order: Order) -> str:
    return f"tickets-{order.reference}.pdf"


def _document(order):
    from fpdf import FPDF  # Imported late: it takes a second to load.

    pdf = FPDF(format="A4", unit="mm")
    title = _("Tickets, order %s") % order.reference
    set_up(pdf, left=LEFT, top=LEFT, title=title, language=order.language)
    pdf.set_author(current_organisation().name)
    return pdf


def _poster_of(show):
    """Return the poster as a JPEG for print, or None if there is none or it cannot be read."""
    if not show.poster:
        return None
    try:
        with show.poster.open("rb") as file, Image.open(file) as picture:
            picture = picture.convert("RGB")
    except (OSError, ValueError):
        return None
    picture.thumbnail(POSTER_PIXELS)
    file = BytesIO()
    picture.save(file, "JPEG", quality=82)
    return file


def _write_head(pdf, order):
    brand = current_brand(order.performance.venue)
    write_head(pdf, brand, left=LEFT, top=16, width=WIDTH)
    text = _("Order %s") % order.reference
    write_text(pdf, text, (LEFT + WIDTH / 2, 19, WIDTH / 2, 8), sizes=(11,), align="R")


def _write_event(pdf, performance, poster):
    """Write the poster, and beside it show, date, time and venue."""
    x, show, venue = LEFT, performance.show, performance.venue
    if poster is not None:
        text = _("Poster of %s") % show.title
        pdf.image(poster, LEFT, 32, *POSTER, keep_aspect_ratio=True, alt_text=text)
        x = LEFT + POSTER[0] + 8
    width = RIGHT - x
    y = write_text(
        pdf,
        show.title,
        (x, 31, width, 32),
        sizes=(30, 26, 22, 18, 14),
        lines=3,
        leading=1.1,
        tag="H1",
    )
    y += 4
    starts = performance.starts_at.astimezone(venue.zone)
    y = write_text(pdf, date_format(starts, "LONG_DATE"), (x, y, width, 7), sizes=(15, 13, 11))
    y = write_text(pdf, date_format(starts, "H:i T"), (x, y, width, 7), sizes=(15,))
    if performance.doors_at:
        doors = _("Doors %s") % date_format(performance.doors_at.astimezone(venue.zone), "H:i")
        y = write_text(pdf, doors, (x, y, width, 6), sizes=(12, 10), style="")
    y += 3
    y = write_text(pdf, venue.name, (x, y, width, 12), sizes=(13, 11, 9))
    where = f"{venue.address}, {venue.city_line}"
    write_text(pdf, where, (x, y, width, PLACE - 2 - y), sizes=(11, 9, 8), style="", lines=3)


def _write_place(pdf, order, ticket):
    pdf.set_line_width(0.6)
    pdf.line(LEFT, PLACE, RIGHT, PLACE)
    y = _label(pdf, _("Seat"), LEFT, PLACE + 3, WIDTH)
    box = (LEFT, y, WIDTH, FACTS - 1 - y)
    write_text(pdf, ticket.label, box, sizes=(34, 28, 22, 17, 13), lines=2, leading=1.1)
    price = money(ticket.price, order.currency)
    if ticket.fee:
        price += " " + _("(includes %s fee)") % money(ticket.fee, order.currency)
    entrance = translated_name(order.performance.venue.entrance_of(ticket.place.section.name))
    facts = [
        (_("Entrance"), entrance),
        (pgettext("of a ticket", "Holder"), ticket.holder),
        (_("Category"), translated_name(ticket.category)),
        (_("Concession"), translated_name(ticket.concession)),
        (_("Price"), price),
    ]
    facts = [(name, text) for name, text in facts if paragraphs_of(text)]
    width = WIDTH / len(facts)
    for number, (name, text) in enumerate(facts):
        x = LEFT + number * width
        y = _label(pdf, name, x, FACTS, width)
        box = (x, y, width - 3, CODE_TOP - QUIET - 1 - y)
        write_text(pdf, text, box, sizes=(12, 11, 10, 9, 8, 7))


def _write_code(pdf, order, ticket):
    """Draw the QR code as rectangles, which are sharp at any size, with instructions."""
    top = CODE_TOP
    pdf.set_line_width(0.6)
    pdf.line(LEFT, top - QUIET, RIGHT, top - QUIET)
    with tagged(pdf, "Figure", description=_("QR code for %(place)s") % {"place": ticket.label}):
        _draw_code(pdf, qr_of(ticket))
    x = LEFT + CODE + QUIET + 1
    width = RIGHT - x
    text = _("Show this code at the entrance, printed or on your phone.")
    y = 3 + write_text(pdf, text, (x, top, width, 30), sizes=(14, 12, 10))
    text = _("Valid for one person and one entry. Don't share it.")
    y = 3 + write_text(pdf, text, (x, y, width, 24), sizes=(11, 9), style="")
    if ticket.needs_proof:
        text = _("%s: please bring proof of eligibility.") % translated_name(ticket.concession)
        write_text(pdf, text, (x, y, width, 24), sizes=(11, 9, 8))


def _draw_code(pdf, rows):
    module = CODE / len(rows)
    pdf.set_fill_color(0)
    for row, runs in enumerate(rows):
        for column, length in runs:
            # Slightly larger than a module, so that printers leave no white lines between rows.
            pdf.rect(
                LEFT + column * module,
                CODE_TOP + row * module,
                length * module + 0.02,
                module + 0.02,
                style="F",
            )


def _write_foot(pdf, order, text):
    pdf.set_line_width(0.2)
    pdf.line(LEFT, FOOT, RIGHT, FOOT)
    pdf.set_text_color(GREY)
    y = FOOT + 2
    text = f"{text} · {order.reference}"
    y = write_text(pdf, text, (LEFT, y, WIDTH, 5), sizes=(9,), style="", lines=1)
    write_text(pdf, order.name, (LEFT, y, WIDTH, 6), sizes=(9, 8, 7), style="", lines=1)
    pdf.set_text_color(0)


def _label(pdf, text, x, y, width):
    """Write the label of a text; return its bottom."""
    pdf.set_text_color(GREY)
    end = write_text(pdf, text.upper(), (x, y, width, 4), sizes=(8, 7, 6), lines=1)
    pdf.set_text_color(0)
    return end
