"""Names of the catalogue that staff can translate."""

from collections.abc import Iterator

from .models import Concession, ConcessionType, MediaLink, PriceCategory, ShowPicture, Tag


def names_of_the_catalogue() -> Iterator[str]:
    """Yield names of genres, price categories, links, pictures and concessions, and their proof."""
    yield from Tag.objects.values_list("name", flat=True)
    yield from PriceCategory.objects.values_list("name", flat=True).distinct()
    yield from MediaLink.objects.values_list("title", flat=True)
    yield from ShowPicture.objects.values_list("text", flat=True)
    for model in (ConcessionType, Concession):
        for texts in model.objects.values_list("name", "proof").distinct():
            yield from texts
