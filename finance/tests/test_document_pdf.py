"""The PDF of a document: what it says, and the XML inside."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pypdfium2
import pytest
from facturx import get_facturx_xml_from_pdf
from pypdf import PdfReader

from finance.documents.content import Kind
from finance.documents.document_pdf import to_pdf
from finance.documents.einvoice import to_xml
from finance.tests.contents import BUYER, SELLER, line, make_content, tax
from tools.accessibility.documents import elements_of

EXEMPT = "Steuerfrei nach § 4 Nr. 20 a UStG"


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    return "\n".join(pages).replace("\r", "").replace("\xa0", " ")


def pages_of(pdf):
    return len(pypdfium2.PdfDocument(pdf))


def test_an_invoice_says_who_sold_what_to_whom_with_which_tax():
    text = text_of(to_pdf(make_content()))
    for words in (
        *["Invoice RE2026-00017", "Konzerthaus am See gGmbH", "Bögner & Söhne GmbH"],
        *["Lange Straße 1", "80331 München", "VAT number: DE129274202", "29 Nov 2026"],
        *["9 Dec 2026", "K7F39QXM", "Nachtmusik", "Ticket, Parkett", "€42.00", "€84.00"],
        *["€90.00", "€78.50", "€5.50", "€5.04", "€0.96", "Tax number: 30/123/45678"],
        *["Paid online. There is nothing left to pay."],
    ):
        assert words in text, words


def test_it_is_written_in_the_language_of_the_customer():
    text = text_of(to_pdf(make_content(language="de")))
    for words in ("Rechnung RE2026-00017", "29. November 2026", "84,00 €", "7 %"):
        assert words in text, words
    text = text_of(to_pdf(make_content(Kind.CREDIT_NOTE, language="de")))
    assert "Rechnungskorrektur RE2026-00017" in text
    assert "RE2026-00012 vom 2. November 2026" in text


@pytest.mark.parametrize("kind", [Kind.INVOICE, Kind.CREDIT_NOTE])
def test_the_xml_is_inside(kind):
    content = make_content(kind)
    name, xml = get_facturx_xml_from_pdf(to_pdf(content), check_xsd=True)
    assert name == "factur-x.xml"
    assert xml == to_xml(content)


def test_screen_readers_find_title_and_tables():
    content = make_content()
    pdf = PdfReader(BytesIO(to_pdf(replace(content, lines=content.lines * 30))))
    assert len(pdf.pages) > 1 and pdf.root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    kinds = [element["/S"] for element in elements_of(pdf.root_object)]
    # The tickets have a table on each page, then the taxes have one.
    tables = len([page for page in pdf.pages if "Description" in page.extract_text()]) + 1
    assert (kinds.count("/H1"), kinds.count("/Table")) == (1, tables)
    rows = [one for one in elements_of(pdf.root_object) if one["/S"] == "/TR"]
    cells = [tuple(part.get_object()["/S"] for part in row["/K"]) for row in rows]
    assert set(cells) == {(kind,) * n for kind in ("/TH", "/TD") for n in (4, 5)}
    assert len(rows) == (tables - 1) + 60 + 3


def test_it_declares_pdf_a_3_and_factur_x():
    pdf = to_pdf(make_content())
    metadata = PdfReader(BytesIO(pdf)).trailer["/Root"]["/Metadata"].get_object().get_data()
    assert b"<pdfaid:part>3</pdfaid:part>" in metadata
    assert b"EN 16931" in metadata


def test_receipts_have_no_xml_and_no_name():
    pdf = to_pdf(make_content(Kind.RECEIPT))
    assert get_facturx_xml_from_pdf(pdf, check_xsd=False) == (False, False)
    text = text_of(pdf)
    assert "Receipt K7F39QXM" in text and BUYER.name not in text


def test_an_exemption_is_printed():
    content = make_content(
        language="de",
        lines=(line("Ticket", 2, "50.00", "50.00", "0", exemption=EXEMPT),),
        taxes=(tax("0", "50.00", "50.00", exemption=EXEMPT),),
    )
    text = text_of(to_pdf(content))
    assert EXEMPT in text and "steuerfrei" in text


def test_currencies_without_decimals_have_none():
    content = make_content(
        currency="JPY",
        lines=(line("Ticket", 3, "9000", "8182", "10"),),
        taxes=(tax("10", "9000", "8182"),),
    )
    text = text_of(to_pdf(content))
    assert "¥3,000" in text and "¥818" in text and ".00" not in text


def test_long_names_and_many_lines_stay_on_the_pages():
    name = "Gesellschaft zur Förderung der zeitgenössischen Kammermusik " * 3
    lines = tuple(
        line(f"Ticket, category {number} with a long name", 20, "168.40", "157.38", "7",
             detail="; ".join(f"Stalls, row {number}, seat {seat}" for seat in range(20)))
        for number in range(8)
    )  # fmt: skip
    content = make_content(
        seller=replace(SELLER, name=name[:150]),
        buyer=replace(BUYER, name=name[:150], street=name[:200]),
        show=name,
        lines=lines,
        taxes=(tax("7", "1347.20", "1259.07"),),
    )
    pdf = to_pdf(content)
    text = text_of(pdf)
    assert pages_of(pdf) == 2
    assert "category 7" in text and "seat 19" in text
    assert "€1,347.20" in text and "Page 2" in text


def test_names_in_other_scripts_are_printed():
    content = make_content(buyer=replace(BUYER, name="株式会社コンサート", city="東京"))
    text = text_of(to_pdf(content))
    assert "株式会社コンサート" in text and "東京" in text


def test_the_price_of_one_is_exact():
    assert make_content().lines[0].price == Decimal(42)
