"""Names of venues and seating plans that staff can translate."""

from collections.abc import Iterator

from .entrances import names_of_entrances
from .models import SeatingPlan, SectionView, Venue, VenuePicture


def cities_and_labels() -> Iterator[str]:
    """Yield cities, entrances, descriptions of pictures and the labels of seating plans."""
    yield from Venue.objects.values_list("city", flat=True).distinct()
    for entrances in Venue.objects.exclude(entrances="").values_list("entrances", flat=True):
        yield from names_of_entrances(entrances)
    yield from SectionView.objects.values_list("text", flat=True)
    yield from VenuePicture.objects.values_list("text", flat=True)
    for decoration in SeatingPlan.objects.values_list("decoration", flat=True):
        yield from (area.get("text", {}).get("text", "") for area in decoration)
