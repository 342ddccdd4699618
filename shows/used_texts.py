"""Names of the catalogue that staff can translate."""

from collections.abc import Iterator

from .models import Concession, ConcessionType, Tag


def genres_and_concessions() -> Iterator[str]:
    """Yield the names of genres and concessions, and the proof of concessions."""
    yield from Tag.objects.values_list("name", flat=True)
    for model in (ConcessionType, Concession):
        for texts in model.objects.values_list("name", "proof").distinct():
            yield from texts
