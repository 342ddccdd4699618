"""Tickets on paper: one page each, made to be read and scanned in black and white.

Fira Sans covers Latin, Greek and Cyrillic. What it lacks (Arabic, Chinese, …) becomes a box; the
code beneath still says everything that the door has to know.
"""

from io import BytesIO

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from fontpkg import path as font_path
from PIL import Image

from concert.money import money

from .codes import qr_of

# Millimetres on A4.
LEFT, RIGHT, WIDTH = 16, 194, 178
POSTER = (52, 73)
CODE = 84
POSTER_PIXELS = (614, 862)  # 300 dots to the inch.
FONT = "Fira Sans"
GREY = 90


def tickets_pdf(*, order, tickets):
    """Return a PDF with one page for each of the order's tickets, in the language in force.

    Needs the order's performance with its show and venue. Reads the poster from the storage, so
    not inside a transaction that others wait for. Takes about a fifth of a second.
    """
    pdf = _document(order)
    poster = _poster_of(order.performance.show)
    for number, ticket in enumerate(tickets, start=1):
        pdf.add_page()
        _write_head(pdf, order)
        _write_evening(pdf, order.performance, poster)
        _write_place(pdf, order, ticket)
        _write_code(pdf, order, ticket)
        _write_foot(pdf, order, _("Ticket %(n)d of %(all)d") % {"n": number, "all": len(tickets)})
    return bytes(pdf.output())


def file_name(order):
    return f"tickets-{order.reference}.pdf"


def _document(order):
    from fpdf import FPDF  # Takes a second to load: a fifth of a start.

    pdf = FPDF(format="A4", unit="mm")
    pdf.set_margins(LEFT, LEFT)
    pdf.set_auto_page_break(False)
    pdf.c_margin = 0  # Words begin where the lines do.
    pdf.set_title(_("Tickets, order %s") % order.reference)
    pdf.set_author("Concert")
    pdf.set_lang(order.language)
    pdf.add_font(FONT, "", font_path(FONT, 400))
    pdf.add_font(FONT, "B", font_path(FONT, 700))
    return pdf


def _poster_of(show):
    """Return the poster as a JPEG for print, or None. A lost or broken file costs no ticket."""
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
    pdf.set_line_width(1.2)
    pdf.line(LEFT, 16, RIGHT, 16)
    pdf.set_xy(LEFT, 19)
    _say(pdf, "CONCERT", size=11, style="B", width=WIDTH / 2)
    pdf.set_xy(LEFT + WIDTH / 2, 19)
    words = _("Order %s") % order.reference
    _say(pdf, words, size=11, style="B", width=WIDTH / 2, align="R")


def _write_evening(pdf, performance, poster):
    """The poster, and beside it what is on, when and where."""
    x = LEFT
    if poster is not None:
        pdf.image(
            poster,
            LEFT,
            32,
            *POSTER,
            keep_aspect_ratio=True,
            alt_text=_("Poster of %s") % performance.show.title,
        )
        x = LEFT + POSTER[0] + 8
    pdf.set_xy(x, 31)
    width, zone = RIGHT - x, performance.venue.zone
    _say_fitting(pdf, performance.show.title, width=width, sizes=(30, 26, 22, 18, 14), lines=3)
    pdf.set_xy(x, pdf.get_y() + 4)
    starts = performance.starts_at.astimezone(zone)
    _say(pdf, date_format(starts, "l j F Y"), size=15, style="B", width=width)
    pdf.set_x(x)
    _say(pdf, date_format(starts, "H:i T"), size=15, style="B", width=width)
    if performance.doors_at:
        doors = date_format(performance.doors_at.astimezone(zone), "H:i")
        pdf.set_x(x)
        _say(pdf, _("Doors %s") % doors, size=12, width=width)
    pdf.set_xy(x, pdf.get_y() + 3)
    _say(pdf, performance.venue.name, size=13, style="B", width=width)
    pdf.set_x(x)
    venue = performance.venue
    where = f"{venue.address}, {f'{venue.postcode} {venue.city}'.strip()}"
    _say(pdf, where, size=11, width=width)


def _write_place(pdf, order, ticket):
    pdf.set_line_width(0.6)
    pdf.line(LEFT, 112, RIGHT, 112)
    pdf.set_xy(LEFT, 115)
    _label(pdf, _("Place"), WIDTH)
    _say_fitting(pdf, ticket.label, width=WIDTH, sizes=(34, 28, 22, 17), lines=2)
    price = money(ticket.price, order.currency)
    if ticket.fee:
        price += " " + _("(includes %s fee)") % money(ticket.fee, order.currency)
    facts = [
        (pgettext("of a ticket", "Holder"), ticket.holder),
        (_("Category"), ticket.category),
        (_("Concession"), ticket.concession),
        (_("Price"), price),
    ]
    facts = [fact for fact in facts if fact[1]]
    top, width = max(pdf.get_y() + 4, 146), WIDTH / len(facts)
    for number, (name, words) in enumerate(facts):
        pdf.set_xy(LEFT + number * width, top)
        _label(pdf, name, width)
        pdf.set_x(LEFT + number * width)
        _say(pdf, words, size=12, style="B", width=width - 3)


def _write_code(pdf, order, ticket):
    """The QR code as rectangles, sharp at any size, and what to do with it."""
    top = 180
    pdf.line(LEFT, top - 4, RIGHT, top - 4)
    rows = qr_of(ticket)
    module = CODE / len(rows)
    pdf.set_fill_color(0)
    for row, runs in enumerate(rows):
        for column, length in runs:
            # A hair wider than it is, so that no printer leaves white lines between rows.
            pdf.rect(
                LEFT + column * module,
                top + row * module,
                length * module + 0.02,
                module + 0.02,
                style="F",
            )
    x = LEFT + CODE + 10
    pdf.set_xy(x, top)
    words = _("Show this code at the door, on paper or on your phone.")
    _say(pdf, words, size=14, style="B", width=RIGHT - x)
    pdf.set_xy(x, pdf.get_y() + 3)
    words = _("It lets one person in, once. Keep it to yourself until then.")
    _say(pdf, words, size=11, width=RIGHT - x)
    if ticket.concession:
        pdf.set_xy(x, pdf.get_y() + 3)
        words = _("%s: please bring your proof.") % ticket.concession
        _say(pdf, words, size=11, style="B", width=RIGHT - x)


def _write_foot(pdf, order, words):
    pdf.set_line_width(0.2)
    pdf.line(LEFT, 276, RIGHT, 276)
    pdf.set_xy(LEFT, 278)
    pdf.set_text_color(GREY)
    _say(pdf, f"{words} · {order.reference} · {order.name}", size=9, width=WIDTH)
    pdf.set_text_color(0)


def _label(pdf, words, width):
    pdf.set_text_color(GREY)
    _say(pdf, words.upper(), size=8, style="B", width=width)
    pdf.set_text_color(0)


def _say(pdf, words, *, size, width, style="", align="L"):
    """Write a paragraph, and go to the next line at the left margin."""
    pdf.set_font(FONT, style, size)
    height = size * 0.3528 * 1.25
    pdf.multi_cell(width, height, words, align=align, new_x="LMARGIN", new_y="NEXT")


def _say_fitting(pdf, words, *, width, sizes, lines):
    """Write it bold, in the largest of the sizes in which it takes at most so many lines."""
    x = pdf.get_x()
    for size in sizes:
        pdf.set_font(FONT, "B", size)
        needed = pdf.multi_cell(width, size * 0.3528, words, dry_run=True, output="LINES")
        if len(needed) <= lines or size == sizes[-1]:
            break
    pdf.set_x(x)
    pdf.multi_cell(
        width,
        size * 0.3528 * 1.1,
        "\n".join(needed[:lines]),
        align="L",
        new_x="LMARGIN",
        new_y="NEXT",
    )
