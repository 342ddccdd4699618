"""Find venues by name or city."""

from django.db.models import QuerySet

from core.name_search import name_matches

from .models import Venue


def find_venues(query: str) -> QuerySet[Venue]:
    """Return the current venues whose name or city contains every word of `query`.

    Case, accents and apostrophes don't count. An empty query finds all venues.
    """
    venues = Venue.objects.current()
    if not query.strip():
        return venues
    return venues.filter(name_matches(query, "name", "city"))
