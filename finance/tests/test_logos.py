"""The logo and the accent on documents, settlements and cash-ups."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from facturx import get_facturx_xml_from_pdf
from PIL import Image
from pypdf import PdfReader

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.tests.factories import make_sale
from core.testing.pdf import has_lines_in, pictures_of
from finance.documents.content import Kind
from finance.documents.document_pdf import to_pdf
from finance.documents.files import file_of, make_missing_files
from finance.documents.receipts import store_receipt
from finance.models import DocumentFile, Settlement
from finance.pdf_rows import new_pdf
from finance.settlement.statement_pdf import statement_pdf
from finance.settlement.statements import work_out
from finance.till.cash_up_pdf import cash_up_pdf
from finance.till.sessions import close_till, open_session_of
from finance.till.summary import summary_of
from organisation.brand import current_brand
from organisation.models import Organisation
from organisation.tests.factories import set_organisation
from shows.models import Performance

from .contents import make_content
from .factories import (
    make_invoice,
    make_order_to_invoice,
    make_seller,
    make_taxed_sale,
    with_till,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def brand(media_folder):
    """Return the brand with a logo that is half transparent."""
    organisation, _created = Organisation.objects.get_or_create(pk=1)
    organisation.logo.save("logo.png", logo((800, 200)))
    return current_brand()


def logo(size):
    file = BytesIO()
    Image.new("RGBA", size, (203, 23, 7, 128)).save(file, "PNG")
    return ContentFile(file.getvalue())


@pytest.fixture
def media_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("kind", list(Kind))
def test_every_document_shows_it_without_transparency(kind, brand):
    [picture] = pictures_of(to_pdf(make_content(kind), brand))
    assert (picture["/Width"], picture["/Height"]) == (800, 200)
    # PDF/A-3 has conditions for transparency: ISO 19005-3, 6.2.10.
    assert "/SMask" not in picture and picture["/ColorSpace"] == "/DeviceRGB"


def test_an_invoice_with_a_logo_is_still_factur_x(brand):
    pdf = to_pdf(make_content(), brand)
    assert get_facturx_xml_from_pdf(pdf, check_xsd=True)[0] == "factur-x.xml"
    root = PdfReader(BytesIO(pdf)).trailer["/Root"]
    assert b"<pdfaid:part>3</pdfaid:part>" in root["/Metadata"].get_object().get_data()
    assert root["/OutputIntents"]


def test_an_issued_invoice_keeps_the_logo_of_that_day(brand):
    make_invoice()
    make_missing_files()
    Organisation.objects.get().logo.delete()
    [stored] = DocumentFile.objects.all()
    assert len(pictures_of(bytes(stored.content))) == 1


def test_documents_of_a_seller_with_a_logo_have_that_one(brand):
    """Control: those of the other seller have the organisation's."""
    with_own, without = make_seller(), make_seller()
    with_own.logo.save("seller.png", logo((300, 300)))
    for seller, size in ((with_own, (300, 300)), (without, (800, 200))):
        order = make_order_to_invoice(make_taxed_sale(seller=seller))
        for document in (make_invoice(order), store_receipt(order)):
            [picture] = pictures_of(bytes(file_of(document).content))
            assert (picture["/Width"], picture["/Height"]) == size


@pytest.mark.parametrize("content", [None, b"no picture"])
def test_without_a_logo_that_can_be_read_there_is_none(brand, content):
    organisation = Organisation.objects.get()
    if content is None:
        organisation.logo.delete()
    else:
        with organisation.logo.open("wb") as file:
            file.write(content)
    assert pictures_of(to_pdf(make_content(), current_brand())) == []


def test_settlements_and_cash_ups_show_it(brand):
    pdf = bytes(new_pdf("Settlement", brand).output())
    assert len(pictures_of(pdf)) == 1 and has_lines_in(pdf, brand.accent)
    cashier = with_till(make_staff(Role.MANAGER))
    session = open_session_of(cashier)
    close_till(session=session, count={Decimal(1): 100}, note="")
    session.refresh_from_db()
    pdf = cash_up_pdf(session, summary_of(session), [])
    assert len(pictures_of(pdf)) == 1 and has_lines_in(pdf, brand.accent)


def test_documents_have_the_accent(brand):
    set_organisation(accent="#0a5c8a")
    blue = current_brand()
    pdf = to_pdf(make_content(), blue)
    assert has_lines_in(pdf, "#0a5c8a") and not has_lines_in(pdf, brand.accent)


def test_a_settlement_of_one_venue_has_its_brand(brand):
    first, second = make_sale(), make_sale()
    Performance.objects.filter(pk=second.pk).update(show=first.show)
    venue = first.venue
    venue.accent = "#0a5c8a"
    venue.logo.save("venue.png", logo((300, 300)))
    for performances, has_own in (([first], True), ([first, second], False)):
        settlement = Settlement.objects.create(
            promoter="Nightingale Concerts", deal="percentage", percentage=50
        )
        settlement.performances.set(performances)
        pdf = statement_pdf(work_out(settlement), issued_at=None)
        [picture] = pictures_of(pdf)
        assert (picture["/Width"] == 300) is has_own
        assert has_lines_in(pdf, "#0a5c8a") is has_own
