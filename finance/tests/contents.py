"""Contents of documents, made by hand: for tests of how they look and what their XML says."""

from datetime import date
from decimal import Decimal

from finance.documents.content import Content, Kind, Line, Party, Tax

SELLER = Party(
    name="Konzerthaus am See gGmbH",
    street="Uferstraße 12",
    postcode="10115",
    city="Berlin",
    country="DE",
    vat_id="DE136695976",
    tax_number="30/123/45678",
    iban="DE89370400440532013000",
)
BUYER = Party(
    name="Bögner & Söhne GmbH",
    contact="Alice Archer",
    street="Lange Straße 1",
    postcode="80331",
    city="München",
    country="DE",
    vat_id="DE129274202",
)


def make_content(kind=Kind.INVOICE, **changes):
    """Make the content of a document; two rates by default."""
    return Content(
        **{
            "kind": kind,
            "number": "RE2026-00017" if kind.is_numbered else "",
            "order": "K7F39QXM",
            "issued_on": date(2026, 11, 29),
            "supplied_on": date(2026, 12, 9),
            "language": "en",
            "currency": "EUR",
            "seller": SELLER,
            "buyer": BUYER if kind.is_numbered else None,
            "show": "Nachtmusik",
            "venue": "Großer Saal, Berlin",
            "lines": (
                line("Ticket, Parkett", 2, "84.00", "78.50", "7", detail="Parkett, row 3, seat 7"),
                line("Booking fee", 2, "6.00", "5.04", "19"),
            ),
            "taxes": (tax("7", "84.00", "78.50"), tax("19", "6.00", "5.04")),
            "method": "online",
            "corrects": "RE2026-00012" if kind.is_refund else "",
            "corrects_date": date(2026, 11, 2) if kind is Kind.CREDIT_NOTE else None,
            **changes,
        }
    )


def line(text, quantity, gross, net, rate, *, exemption="", detail=""):
    return Line(text, quantity, Decimal(gross), Decimal(net), Decimal(rate), exemption, detail)


def tax(rate, gross, net, *, exemption=""):
    gross, net = Decimal(gross), Decimal(net)
    return Tax(Decimal(rate), gross, net, gross - net, exemption)
