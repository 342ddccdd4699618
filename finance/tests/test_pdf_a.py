"""PDF/A-3B: what the standard requires of an invoice, as far as a PDF's structure shows it.

ISO 19005-3, whose clauses are named. Not a validator: it does not read content streams.
"""

import io

import pytest
from lxml import etree
from pypdf import PdfReader

from finance.documents.content import Kind
from finance.documents.document_pdf import to_pdf

from .contents import make_content

NUMBERED = [Kind.INVOICE, Kind.CREDIT_NOTE]
FORBIDDEN = {"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide"}


@pytest.fixture(scope="module", params=NUMBERED)
def reader(request):
    return PdfReader(io.BytesIO(to_pdf(make_content(request.param, language="de"))))


@pytest.fixture(scope="module")
def root(reader):
    return reader.trailer["/Root"]


def test_the_file_has_an_id_and_is_not_encrypted(reader):
    """6.1.3."""
    assert len(reader.trailer["/ID"]) == 2 and not reader.is_encrypted


def test_the_metadata_say_which_conformance_and_describe_factur_x(root):
    """6.6.2: XMP, with a schema for each property that is not predefined."""
    metadata = root["/Metadata"]
    assert (metadata["/Type"], metadata["/Subtype"]) == ("/Metadata", "/XML")
    xmp = etree.fromstring(metadata.get_data().strip())
    pdfaid, fx = (
        "http://www.aiim.org/pdfa/ns/id/",
        "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
    )

    def value(namespace, name):
        return xmp.findtext(f".//{{{namespace}}}{name}")

    assert (value(pdfaid, "part"), value(pdfaid, "conformance")) == ("3", "B")
    assert (value(fx, "ConformanceLevel"), value(fx, "DocumentFileName")) == (
        "EN 16931",
        "factur-x.xml",
    )
    described = {node.text for node in xmp.iter("{http://www.aiim.org/pdfa/ns/property#}name")}
    used = {etree.QName(node).localname for node in xmp.iter(f"{{{fx}}}*")}
    assert used <= described and used


def test_the_title_is_in_the_language_of_the_document(reader, root):
    assert root["/Lang"] == "de"
    assert reader.metadata.title.split()[0] in ("Rechnung", "Rechnungskorrektur")
    assert reader.metadata.title in root["/Metadata"].get_data().decode()


def test_colours_have_an_output_intent(root):
    """6.2.3."""
    (intent,) = root["/OutputIntents"]
    intent = intent.get_object()
    profile = intent["/DestOutputProfile"]
    assert intent["/S"] == "/GTS_PDFA1" and profile["/N"] == 3
    assert profile.get_data()[36:40] == b"acsp"  # An ICC profile, of RGB colours.
    assert profile.get_data()[16:20] == b"RGB "


def test_all_fonts_are_embedded_and_map_to_unicode(reader):
    """6.2.11.4."""
    fonts = [
        font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].keys())
        assert "/ToUnicode" in font
        assert inner["/Subtype"] != "/CIDFontType2" or "/CIDToGIDMap" in inner


def test_the_xml_is_an_associated_file_with_its_relationship(root):
    """6.8: embedded files of PDF/A-3."""
    (file,) = [one.get_object() for one in root["/AF"]]
    assert file["/AFRelationship"] == "/Alternative"
    assert file["/F"] == file["/UF"] == "factur-x.xml"
    names = root["/Names"]["/EmbeddedFiles"]["/Names"]
    assert names[0] == "factur-x.xml" and names[1].get_object() == file
    stream = file["/EF"]["/F"].get_object()
    assert stream["/Subtype"] == "/text/xml" and "/ModDate" in stream["/Params"]
    assert stream["/Params"]["/Size"] == len(stream.get_data())


def test_nothing_acts_or_shines_through(reader, root):
    """6.5.1 and 6.1.11: no scripts, no actions that a reader would run, no interactive forms."""
    assert "/AcroForm" not in root and "/AA" not in root
    assert not any(page.get("/AA") for page in reader.pages)
    assert not any("/JavaScript" in str(key) for key in root["/Names"])
    opened = root.get("/OpenAction")
    assert opened is None or not (hasattr(opened, "get") and opened.get("/S") in FORBIDDEN)
    annotations = [one for page in reader.pages for one in page.get("/Annots", [])]
    assert annotations == []
