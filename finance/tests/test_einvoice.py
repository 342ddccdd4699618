from decimal import Decimal

import pytest

from finance.documents.content import Content, Kind, Party
from finance.documents.einvoice import to_xml
from finance.tests.contents import SELLER, line, make_content, tax
from finance.tests.einvoices import faults_of

ABROAD = Party("Årsta Kultur AB", "", "Storgatan 5\nc/o Nilsson", "112 34", "Stockholm", "SE")
EXEMPT = "Exempt from VAT under § 4 No. 20 a UStG"
# Name, and what differs from an ordinary invoice.
CASES = {
    "two rates": {},
    "exempt": {
        "lines": (line("Ticket", 1, "25.00", "25.00", "0", exemption=EXEMPT),),
        "taxes": (tax("0", "25.00", "25.00", exemption=EXEMPT),),
    },
    "exempt and taxed": {
        "lines": (
            line("Ticket", 3, "75.00", "75.00", "0", exemption=EXEMPT),
            line("Booking fee", 3, "6.00", "5.04", "19"),
        ),
        "taxes": (tax("0", "75.00", "75.00", exemption=EXEMPT), tax("19", "6.00", "5.04")),
    },
    "zero rate": {
        "lines": (line("Ticket", 1, "25.00", "25.00", "0"),),
        "taxes": (tax("0", "25.00", "25.00"),),
    },
    "yen": {
        "currency": "JPY",
        "lines": (line("Ticket", 3, "9000", "8182", "10"),),
        "taxes": (tax("10", "9000", "8182"),),
    },
    "a third of a cent": {
        "lines": (line("Ticket", 3, "10.00", "8.40", "19"),),
        "taxes": (tax("19", "10.00", "8.40"),),
    },
    "buyer abroad": {"buyer": ABROAD},
    "seller without VAT number": {
        "seller": Party("Kleines Theater e. V.", "", "Gasse 1", "10115", "Berlin", "DE",
                        tax_number="27/111/22222"),
    },
    "paid in cash": {"method": "cash"},
    "paid by transfer": {"method": "transfer"},
    "a note": {"note": "Replaces the receipt for order K7F39QXM."},
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", [Kind.INVOICE, Kind.CREDIT_NOTE])
def test_its_xml_follows_the_schema_and_the_rules_of_en_16931(kind, name):
    assert faults_of(to_xml(make_content(kind, **CASES[name]))) == []


def test_the_rules_find_a_sum_that_is_wrong():
    wrong = (tax("7", "84.00", "78.50"), tax("19", "6.00", "4.00"))
    assert {rule for rule, _text in faults_of(to_xml(make_content(taxes=wrong)))} >= {"BR-CO-10"}


def test_the_rules_find_a_seller_without_any_number():
    nobody = Party(SELLER.name, "", SELLER.street, SELLER.postcode, SELLER.city, "DE")
    assert "BR-CO-26" in dict(faults_of(to_xml(make_content(seller=nobody))))


def test_names_with_markup_and_control_characters_stay_text():
    buyer = Party("<b>A & B</b>\x0b", "", "1 \x00Street", "1", "X", "DE")
    xml = to_xml(make_content(buyer=buyer))
    assert b"&lt;b&gt;A &amp; B&lt;/b&gt;<" in xml
    assert faults_of(xml) == []


def test_content_survives_storing():
    content = make_content(Kind.CREDIT_NOTE)
    assert Content.from_json(content.to_json()) == content
    assert content.gross == Decimal("90.00")
    assert content.net + content.tax == content.gross
