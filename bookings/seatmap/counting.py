"""Counting what is left, for the badges in lists."""

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from shows.models import Performance

from ..models import Place


def count_places_left():
    """Bring `places_left` of every performance on sale up to date, in one statement."""
    open_places = (
        Place.objects.open_at()
        .filter(performance=OuterRef("pk"))
        .order_by()
        .values("performance")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Performance.objects.selling().update(places_left=Coalesce(Subquery(open_places), 0))
