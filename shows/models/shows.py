"""Shows with their artists and genres."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.archiving import Archivable
from core.choice_labels import Namesakes
from core.links import LONGEST_LINK, check_https, site_of
from core.slugs import SLUG_PATTERN
from organisation.models import Promoter, Seller

from ..querysets import ShowQuerySet

if TYPE_CHECKING:
    from .performances import Performance


class Artist(models.Model):
    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    description = models.TextField(
        _("description"), max_length=5000, blank=True, default="", db_default=""
    )
    website = models.CharField(
        _("website"),
        max_length=LONGEST_LINK,
        blank=True,
        default="",
        db_default="",
        validators=[check_https],
        help_text=_("It begins with https://."),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("artist")
        verbose_name_plural = _("artists")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(slug__regex=SLUG_PATTERN), name="artist_slug_is_an_address"
            ),
            models.CheckConstraint(
                condition=models.Q(website="") | models.Q(website__startswith="https://"),
                name="artist_website_is_https",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("shows:artist", args=[self.slug])

    @property
    def site(self) -> str:
        """Where the link to its website leads."""
        return site_of(self.website)


class Tag(models.Model):
    """A genre; a show may have several."""

    name = models.CharField(_("name"), max_length=40, unique=True)
    slug = models.SlugField(_("slug"), max_length=40, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("genre")
        verbose_name_plural = _("genres")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(slug__regex=SLUG_PATTERN), name="tag_slug_is_an_address"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Show(Namesakes, Archivable):
    """What is performed, at one or many performances."""

    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(_("slug"), max_length=160, unique=True)
    artists = models.ManyToManyField(
        Artist, verbose_name=_("artists"), related_name="shows", blank=True
    )
    tags = models.ManyToManyField(Tag, verbose_name=_("genres"), related_name="shows", blank=True)
    description = models.TextField(_("description"), blank=True)
    poster = models.ImageField(_("poster"), upload_to="posters/", blank=True)
    poster_small = models.ImageField(upload_to="posters/", blank=True, editable=False)
    # One of the 24 accent colours of the style sheet, taken from the poster.
    accent = models.PositiveSmallIntegerField(default=0, editable=False)
    age_rating = models.PositiveSmallIntegerField(
        _("minimum age"),
        null=True,
        blank=True,
        help_text=_("In years. Leave empty for all ages."),
    )
    duration = models.PositiveSmallIntegerField(
        _("duration"), null=True, blank=True, help_text=_("In minutes.")
    )
    promoter = models.ForeignKey(
        Promoter,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="shows",
        verbose_name=_("promoter"),
        help_text=_("The company or person that puts on the show, if not the venue itself."),
    )
    seller = models.ForeignKey(
        Seller,
        models.PROTECT,
        related_name="shows",
        verbose_name=_("seller"),
        null=True,
        blank=True,
        help_text=_("Named on invoices. Cannot change once tickets are on sale."),
    )
    is_published = models.BooleanField(_("published"), default=True)
    is_unlisted = models.BooleanField(
        _("unlisted"),
        default=False,
        help_text=_(
            "Only people with the link can find it, for example for a members’ event or a test."
        ),
    )
    rating_sum = models.PositiveIntegerField(default=0, editable=False)
    rating_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(
        _("added"), default=timezone.now, db_index=True, editable=False
    )
    # Title, artists, genres, venues and cities without accents; see `shows.search.index_show`.
    search = SearchVectorField(null=True, editable=False)

    # Annotation of `with_next_performance`.
    next_at: datetime | None
    # Set by `with_performances`.
    performance: "Performance | None"

    namesake_fields = ("title",)

    objects = ShowQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("show")
        verbose_name_plural = _("shows")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(slug__regex=SLUG_PATTERN), name="show_slug_is_an_address"
            )
        ]
        indexes = [GinIndex(fields=["search"], name="show_search")]

    def __str__(self) -> str:
        return self.title

    def reasons_against_archiving(self) -> list[str]:
        return self.performances.reasons_against_archiving()

    def get_absolute_url(self) -> str:
        return reverse("shows:show", args=[self.slug])

    def sold_by(self) -> Seller | None:
        """Return its seller; if it names none, the first seller, or None where there are none."""
        return self.seller or Seller.objects.default()

    def seller_is_locked(self) -> bool:
        """Return whether its seller can no longer change, as tickets may have been sold for it.

        A show without a seller can still be given one.
        """
        if self.pk is None or self.seller_id is None:
            return False
        return self.performances.filter(opened_at__isnull=False).exists()

    @property
    def detailed_label(self) -> str:
        return " · ".join(filter(None, [self.title, self.artist_names, self.slug]))

    @property
    def artist_names(self) -> str:
        return ", ".join(artist.name for artist in self.artists.all())

    @property
    def rating(self) -> float | None:
        """The average number of stars (1 to 5), or None before the first review."""
        return self.rating_sum / self.rating_count if self.rating_count else None
