"""What customers search for by name: shows, artists, venues, cities and genres."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.name_search import SearchGrams


class SearchTerm(models.Model):
    """A name that is suggested, and to which misspelt words are corrected: `shows.search_terms`."""

    class Kind(models.TextChoices):
        SHOW = "show", _("Show")
        ARTIST = "artist", _("Artist")
        VENUE = "venue", _("Venue")
        CITY = "city", _("City")
        GENRE = "genre", _("Genre")

    kind = models.CharField(max_length=6, choices=Kind)
    # A slug; of a city its name.
    target = models.CharField(max_length=160)
    name = models.CharField(max_length=160)
    # Without case and accents: the name, its translations and other spellings, separated by "|".
    words = models.CharField(max_length=1000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "target"], name="one_search_term_per_target")
        ]
        indexes = [GinIndex(SearchGrams("words"), name="search_term_grams")]

    def __str__(self) -> str:
        return self.name
