"""What a page of a PDF draws."""

import re
from io import BytesIO
from typing import Any

from pypdf import PdfReader


def pictures_of(pdf: bytes, page: int = 0) -> list[Any]:
    """Return the pictures of a page."""
    found = _page(pdf, page)["/Resources"].get("/XObject", {})
    drawn = _instructions(pdf, page)
    return [
        one.get_object()
        for name, one in found.items()
        if one.get_object()["/Subtype"] == "/Image" and f"{name} Do" in drawn
    ]


def has_lines_in(pdf: bytes, colour: str, page: int = 0) -> bool:
    """Return whether a page draws lines in a colour such as "#cb1707"."""
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    found = re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) RG", _instructions(pdf, page))
    return any([round(255 * float(part)) for part in parts] == wanted for parts in found)


def _page(pdf: bytes, page: int) -> Any:
    return PdfReader(BytesIO(pdf)).pages[page]


def _instructions(pdf: bytes, page: int) -> str:
    text: str = _page(pdf, page).get_contents().get_data().decode("latin-1")
    return text
