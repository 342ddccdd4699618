"""Make and check the documents that customers get as PDF."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .criteria import Findings

# Operators that show text or a picture, and those that begin and end what is tagged or decoration.
SHOWN = {b"Tj", b"TJ", b"'", b'"', b"Do"}
BEGIN, END = {b"BDC", b"BMC"}, {b"EMC"}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
LEAST_CONTRAST = 4.5


def make_documents(order: Any) -> dict[str, bytes]:
    """Return the documents of an order that is paid, by name; store nothing."""
    from bookings.documents.ticket_pdf import tickets_pdf
    from finance.documents.content import Kind, Party
    from finance.documents.document_pdf import to_pdf
    from finance.documents.receipts import compose_receipt

    receipt = compose_receipt(order)
    buyer = Party("Alice Archer", street="Lange Straße 1", city="Berlin", country="DE")
    invoice = replace(receipt, kind=Kind.INVOICE, number="1", buyer=buyer)
    tickets = list(order.tickets.valid().order_by("pk"))
    return {
        "tickets": tickets_pdf(order=order, tickets=tickets),
        "receipt": to_pdf(receipt),
        "invoice": to_pdf(invoice),
    }


def check_documents(documents: dict[str, bytes], findings: Findings) -> None:
    """Check PDF files by name, for clause 10."""
    from pypdf import PdfReader

    for name, content in documents.items():
        state = f"document: {name}"
        reader = PdfReader(io.BytesIO(content))
        for clause, what, faults in _faults(reader):
            findings.note(clause, f"PDF: {what}", state, faults)


def _faults(reader: Any) -> Iterator[tuple[str, str, list[str]]]:
    root = reader.root_object
    shows_title = root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)
    faults = [] if _title_of(reader) else ["no title"]
    yield "10.2.4.2", "it has a title", faults
    yield "10.2.4.2", "readers show the title", [] if shows_title else ["they show the file's name"]
    language = str(root.get("/Lang", ""))
    faults = [] if LANGUAGE.fullmatch(language) else [f"language: {language or 'none'}"]
    yield "10.3.1.1", "it names its language", faults
    elements = list(elements_of(root))
    tagged = "/StructTreeRoot" in root and root.get("/MarkInfo", {}).get("/Marked", False)
    untagged = [fault for page in reader.pages for fault in _untagged(page, reader)]
    yield "10.1.3.1", "texts and pictures are tagged", untagged if tagged else ["no tags"]
    has_title = any(one.get("/S") == "/H1" for one in elements)
    yield "10.2.4.6", "a title is tagged", [] if has_title else ["no title is tagged"]
    faults = ["a picture without a description" for one in elements if _is_nameless(one)]
    yield "10.1.1.1", "pictures have descriptions", faults
    yield "10.1.3.2", "tags have the order of the page", _disordered(elements)
    faint = [fault for page in reader.pages for fault in _faint(page, reader)]
    yield "10.1.4.3", "text is dark enough for white paper", faint
    yield from _active_parts(reader)


def _title_of(reader: Any) -> str:
    """Return the title of the file's information or, as PDF/A has it, of its metadata."""
    known = reader.metadata and reader.metadata.title
    described = reader.xmp_metadata and reader.xmp_metadata.dc_title or {}
    return str(known or "".join(described.values())).strip()


def elements_of(root: Any) -> Iterator[Any]:
    """Return the elements of the structure, in their order, each before its parts."""
    parts = [root.get("/StructTreeRoot", {})]
    while parts:
        one = parts.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if not hasattr(one, "get"):  # The number of a part of the page.
            continue
        if "/S" in one:
            yield one
        below = one.get("/K", [])
        parts += reversed(below if isinstance(below, list) else [below])


def _untagged(page: Any, reader: Any) -> Iterator[str]:
    depth, text = 0, ""
    for operands, operator in _operations(page, reader):
        depth += (operator in BEGIN) - (operator in END)
        if operator in SHOWN and not depth:
            text = str(operands[0])[:20] if operands else ""
            yield f"{'a picture' if operator == b'Do' else 'a text'} is not tagged: {text!r}"


def _operations(page: Any, reader: Any) -> list[Any]:
    from pypdf.generic import ContentStream

    return ContentStream(page.get_contents(), reader).operations


def _is_nameless(element: Any) -> bool:
    return element.get("/S") == "/Figure" and not str(element.get("/Alt", "")).strip()


def _disordered(elements: list[Any]) -> list[str]:
    """Return the tags that read a page in another order than it was written in."""
    faults, last = [], {}
    for one in elements:
        page, parts = one.raw_get("/Pg") if "/Pg" in one else None, one.get("/K", [])
        for number in parts if isinstance(parts, list) else [parts]:
            if page is None or not isinstance(number, int):
                continue
            if number < last.get(page.idnum, -1):
                faults.append(f"{one['/S']}: {number} after {last[page.idnum]}")
            last[page.idnum] = number
    return faults


def _faint(page: Any, reader: Any) -> Iterator[str]:
    """Return the colours in which text has too little contrast with white."""
    colour, stack = (0.0,), []
    for operands, operator in _operations(page, reader):
        if operator == b"q":
            stack.append(colour)
        elif operator == b"Q" and stack:
            colour = stack.pop()
        elif operator in (b"g", b"rg"):
            colour = tuple(map(float, operands))
        elif operator in SHOWN - {b"Do"} and _contrast_with_white(colour) < LEAST_CONTRAST:
            yield f"text in {colour}"


def _contrast_with_white(colour: tuple[float, ...]) -> float:
    """Return the contrast by WCAG's formula, of grey or of red, green and blue from 0 to 1."""
    red, green, blue = map(_linear, colour * 3 if len(colour) == 1 else colour)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _active_parts(reader: Any) -> Iterator[tuple[str, str, list[str]]]:
    """Return fields, links, scripts and media, without which several clauses do not apply."""
    kinds = [
        str(note.get_object().get("/Subtype"))
        for page in reader.pages
        for note in page.get("/Annots", None) or []
    ]
    media = [kind for kind in kinds if kind in ("/Movie", "/Sound", "/Screen", "/RichMedia")]
    fields = [kind for kind in kinds if kind == "/Widget"]
    root = reader.root_object
    if "/AcroForm" in root or "/OpenAction" in root and "/JS" in str(root["/OpenAction"]):
        fields.append("a form or script")
    links = [kind for kind in kinds if kind == "/Link"]
    for clause in ("10.1.2", "10.1.4.2", "10.5", "10.6"):
        yield clause, "no sound and no video", media
    for clause in ("10.1.3.5", "10.2.1", "10.2.2", "10.2.5", "10.3.2", "10.3.3", "10.4.1"):
        yield clause, "no fields and no scripts", fields
    for clause in ("10.2.4.3", "10.2.4.4", "10.2.4.7"):
        yield clause, "no links and no fields", links + fields
