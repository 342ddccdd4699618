"""The structure of a PDF for screen readers. Imported late: fpdf2 takes a second to load.

fpdf2 tags pictures that have a description, and nothing else. Its builder of the structure can tag
text as well; here it gets parts within parts, such as the cells of a table.
"""

from typing import Any

from fpdf.structure_tree import StructElem, StructureTreeBuilder
from fpdf.syntax import PDFArray


class Structure(StructureTreeBuilder):
    """The structure of a document. `document.k` has all elements; those at the top are written."""

    def __init__(self) -> None:
        super().__init__()
        self.document = self.doc_struct_elem
        self.document.k = _Parts(self.document)
        self.within = [self.document]

    def add_marked_content(self, *args: Any, **kwargs: Any) -> tuple[StructElem, int]:
        element, page = super().add_marked_content(*args, **kwargs)
        self._move(element)
        return element, page

    def next_mcid_for_page(self, page_number: int) -> int:
        """Return the next number of a part on this page: its position in the parent tree."""
        page = self.spid_per_page_number.get(page_number)
        return 0 if page is None else len(self.struct_tree_root.parent_tree.nums[page])

    def add_group(self, tag: str, page_number: int) -> StructElem:
        element = StructElem(f"/{tag}", self.document, [], page_number=page_number)
        self.document.k.append(element)
        self._move(element)
        return element

    def _move(self, element: StructElem) -> None:
        parent = self.within[-1]
        if parent is not self.document:
            element.p = parent
            parent.k.append(element)


class _Parts(PDFArray):
    """All elements of a document, which all have to be written; its own parts are some of them."""

    def __init__(self, document: StructElem) -> None:
        super().__init__()
        self.document = document

    def serialize(self, *args: Any, **kwargs: Any) -> str:
        own = PDFArray(one for one in self if one.p is self.document)
        return own.serialize(*args, **kwargs)
