"""Errors of writing to the catalogue."""

from collections.abc import Iterable


class InvalidCatalogueData(Exception):
    """The submitted data is invalid.

    `faults` are (field, sentence) pairs; the field is "" for errors of the whole object.
    """

    def __init__(self, faults: Iterable[tuple[str, str]]) -> None:
        super().__init__(faults)
        self.faults = list(faults)

    def __str__(self) -> str:
        return " ".join(sentence for _field, sentence in self.faults)


class FieldLocked(InvalidCatalogueData):
    """The performance is on sale, and the field can no longer be changed."""
