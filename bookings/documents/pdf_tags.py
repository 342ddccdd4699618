"""Tag the parts of a PDF: what each is, and in which order a screen reader reads them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def tagged(pdf: Any, tag: str, *, description: str | None = None) -> Iterator[None]:
    """Tag what is written within: "P", "H1", "TD", or "Figure" with a description."""
    with pdf._marked_sequence(alt_text=description) as element:
        element.s = f"/{tag}"
        yield


@contextmanager
def group(pdf: Any, tag: str) -> Iterator[None]:
    """Put the tags within into one, such as "Table" or "TR"."""
    structure = pdf.struct_builder
    structure.within.append(structure.add_group(tag, pdf.page))
    try:
        yield
    finally:
        structure.within.pop()
