"""Names of venues and seating plans that staff can translate."""

from collections.abc import Iterator

from .models import SeatingPlan, Venue, VenuePicture


def cities_and_labels() -> Iterator[str]:
    """Yield cities, descriptions of pictures and the labels of seating plans."""
    yield from Venue.objects.values_list("city", flat=True).distinct()
    yield from VenuePicture.objects.values_list("text", flat=True)
    for decoration in SeatingPlan.objects.values_list("decoration", flat=True):
        yield from (area.get("text", {}).get("text", "") for area in decoration)
