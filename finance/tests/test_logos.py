"""The logo of the organisation or of the seller on documents, settlements and cash-ups."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from facturx import get_facturx_xml_from_pdf
from PIL import Image
from pypdf import PdfReader

from accounts.roles import Role
from accounts.tests.factories import make_staff
from finance.documents.content import Kind
from finance.documents.document_pdf import to_pdf
from finance.documents.files import file_of, make_missing_files
from finance.documents.receipts import store_receipt
from finance.models import DocumentFile
from finance.pdf_rows import new_pdf
from finance.till.cash_up_pdf import cash_up_pdf
from finance.till.sessions import close_till, open_session_of
from finance.till.summary import summary_of
from organisation.brand import current_brand
from organisation.models import Organisation

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


def pictures_of(pdf):
    """Return the pictures of the first page of a PDF."""
    found = PdfReader(BytesIO(pdf)).pages[0]["/Resources"].get("/XObject", {})
    return [one.get_object() for one in found.values() if one.get_object()["/Subtype"] == "/Image"]


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
    assert len(pictures_of(bytes(new_pdf("Settlement").output()))) == 1
    cashier = with_till(make_staff(Role.MANAGER))
    session = open_session_of(cashier)
    close_till(session=session, count={Decimal(1): 100}, note="")
    session.refresh_from_db()
    assert len(pictures_of(cash_up_pdf(session, summary_of(session), []))) == 1
