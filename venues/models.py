"""Venues and their versioned seating plans."""

from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.addresses import city_line
from core.archiving import Archivable, ArchivableQuerySet
from core.choice_labels import Namesakes
from core.json_size import KB, MB, json_fits
from core.names import translated_name
from core.pictures import DescribedPicture
from core.slugs import SLUG_PATTERN
from organisation.models import ChannelFees, HasBrand, HasTaxRates

from .entrances import HasEntrances
from .visitor_information import VisitorInformation


def check_time_zone(value: str) -> None:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValidationError(
            _("“%(value)s” is not a time zone."), params={"value": value}
        ) from None


class Venue(HasTaxRates, HasBrand, HasEntrances, VisitorInformation, Namesakes, Archivable):
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    address = models.CharField(_("address"), max_length=200)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=80, db_index=True)
    country = models.CharField(
        _("country"), max_length=2, help_text=_("Two-letter code, such as DE.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[check_time_zone])
    description = models.TextField(_("description"), blank=True)
    picture = models.ImageField(_("picture"), upload_to="venues/", blank=True)
    admits_disputed = models.BooleanField(
        _("admit disputed tickets"),
        default=True,
        db_default=True,
        help_text=_(
            "Whether the door lets in tickets whose payment the customer disputes. The scan "
            "shows it either way."
        ),
    )
    # Updated by `shows.reviews`, so that pages need not count.
    rating_sum = models.PositiveIntegerField(default=0, editable=False)
    rating_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    namesake_fields = ("name", "city")

    objects = ArchivableQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        constraints = [
            *HasTaxRates.Meta.constraints,
            *HasBrand.Meta.constraints,
            *VisitorInformation.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(slug__regex=SLUG_PATTERN), name="venue_slug_is_an_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"

    @property
    def detailed_label(self) -> str:
        return f"{self.name}, {self.address}, {self.city}"

    def reasons_against_archiving(self) -> list[str]:
        # The reverse relation of `shows.Performance`, which this app cannot import.
        return self.performances.reasons_against_archiving()

    def get_absolute_url(self) -> str:
        return reverse("venues:venue", args=[self.slug])

    @property
    def geo_url(self) -> str:
        """The venue for the map app of a phone (RFC 5870, with Android's `q`), or ""."""
        where = self.position
        return f"geo:{where}?q={where}({quote(self.name)})" if where else ""

    @property
    def apple_maps_url(self) -> str:
        """The venue for Apple's map app, which does not open geo: links, or ""."""
        return f"maps:?ll={self.position}&q={quote(self.name)}" if self.position else ""

    @property
    def city_line(self) -> str:
        """Its postcode and city, in the language in force, as its country writes them."""
        city = translated_name(self.city)
        return city_line(postcode=self.postcode, city=city, country=self.country)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def rating(self) -> float | None:
        """The average number of stars (1 to 5), or None before the first review."""
        return self.rating_sum / self.rating_count if self.rating_count else None


class VenuePicture(DescribedPicture):
    """A further picture of a venue, such as of its entrance."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="pictures")
    picture = models.ImageField(_("picture"), upload_to="venues/")


class SectionView(models.Model):
    """What one sees from a section, shown beside its seats on the seat map.

    It belongs to a section by the names of plan and section, as versions of plans never change. So
    it stays with new versions, and a picture needs no new version.
    """

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="section_views")
    plan_name = models.CharField(_("seating plan"), max_length=120)
    section_name = models.CharField(_("section"), max_length=80)
    picture = models.ImageField(_("picture"), upload_to="views/")
    text = models.CharField(
        _("view"),
        max_length=200,
        help_text=_("The view from here, such as: From the side, the screen is hidden."),
    )

    class Meta:
        ordering = ["plan_name", "section_name"]
        verbose_name = _("view from a section")
        verbose_name_plural = _("views from sections")
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "plan_name", "section_name"], name="view_of_a_section_is_set_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_name}: {self.section_name}"


class VenueFees(ChannelFees):
    """The fees of a channel at all performances of a venue that set none of their own for it."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="channel_fees")

    class Meta(ChannelFees.Meta):
        verbose_name = _("fees of a channel")
        verbose_name_plural = _("fees by channel")
        constraints = [
            *ChannelFees.Meta.constraints,
            models.UniqueConstraint(
                fields=["venue", "channel"], name="fees_of_a_channel_are_set_once_for_a_venue"
            ),
        ]


class SeatingPlan(Archivable):
    """One version of a hall's plan. Versions are never changed; an edit creates a new one.

    An archived plan is not offered for new performances.
    """

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="plans")
    name = models.CharField(_("name"), max_length=120)
    version = models.PositiveIntegerField(_("version"), default=1)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    # [{"name": …, "color": "#rrggbb"}], in the order of the legend.
    categories = models.JSONField(_("categories"), default=list)
    # Stage, labels and other shapes: areas of the plan format, in plan coordinates.
    decoration = models.JSONField(_("decoration"), default=list, blank=True)
    content_hash = models.CharField(max_length=64, editable=False, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ArchivableQuerySet.as_manager()

    class Meta:
        ordering = ["venue", "name", "-version"]
        verbose_name = _("seating plan")
        verbose_name_plural = _("seating plans")
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "name", "version"], name="plan_version_is_unique"
            ),
            json_fits("categories", most=128 * KB, name="plan_categories_have_a_limit"),
            json_fits("decoration", most=16 * MB, name="plan_decoration_has_a_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.version_label} · {self.venue.name}"

    @property
    def version_label(self) -> str:
        """Its text where the venue is clear: "Main hall (v2)"."""
        return f"{self.name} (v{self.version})"

    def reasons_against_archiving(self) -> list[str]:
        # The reverse relation of `shows.Performance`, which this app cannot import.
        return self.performances.reasons_against_archiving()


class Section(models.Model):
    """A part of a plan: numbered seats, or standing places for `capacity` people."""

    class Kind(models.TextChoices):
        SEATED = "seated", _("seated")
        STANDING = "standing", _("standing")

    plan = models.ForeignKey(SeatingPlan, models.CASCADE, related_name="sections")
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SEATED)
    ordinal = models.PositiveIntegerField(default=0)
    capacity = models.PositiveIntegerField(
        _("capacity"), help_text=_("Number of seats or standing places.")
    )
    # Of a standing section only; seats have their own.
    category = models.CharField(_("category"), max_length=80, blank=True)
    # [[x, y], …] in plan coordinates, for the overview.
    outline = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["plan", "ordinal"]
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        constraints = [
            models.UniqueConstraint(fields=["plan", "slug"], name="section_slug_is_unique_in_plan"),
            models.CheckConstraint(
                condition=models.Q(kind="seated") | ~models.Q(category=""),
                name="standing_section_has_a_category",
            ),
            json_fits("outline", most=4 * MB, name="section_outline_has_a_limit"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_standing(self) -> bool:
        return self.kind == self.Kind.STANDING


class Seat(models.Model):
    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("regular")
        WHEELCHAIR = "wheelchair", _("wheelchair space")
        COMPANION = "companion", _("companion seat")
        RESTRICTED = "restricted", _("restricted view")

    plan = models.ForeignKey(SeatingPlan, models.CASCADE, related_name="seats")
    section = models.ForeignKey(Section, models.CASCADE, related_name="seats")
    guid = models.CharField(max_length=100)
    row = models.CharField(_("row"), max_length=80)
    number = models.CharField(_("number"), max_length=40)
    # Position within the section, row by row: the order of the performances' places.
    ordinal = models.PositiveIntegerField()
    x = models.FloatField()
    y = models.FloatField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ORDINARY)
    category = models.CharField(_("category"), max_length=80)
    # For a companion seat: its wheelchair space. The two are sold together.
    companion_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="companions"
    )

    class Meta:
        ordering = ["section", "ordinal"]
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(fields=["plan", "guid"], name="seat_guid_is_unique_in_plan"),
            models.UniqueConstraint(fields=["section", "ordinal"], name="seat_ordinal_is_unique"),
            models.CheckConstraint(
                condition=models.Q(companion_of=None) | models.Q(kind="companion"),
                name="only_companions_belong_to_a_wheelchair_space",
            ),
        ]
        # To find out quickly whether any seat has a category.
        indexes = [models.Index(fields=["plan", "category"], name="seat_by_plan_and_category")]

    def __str__(self) -> str:
        return f"{self.row}{self.number}"


class EditedPlan(models.Model):
    """A draft: a seating plan that is being edited, until it is published as a version.

    `document` is a plan file (see `venues.plan_format`) that follows the schema, but may have
    faults. Each saving adds 1 to `revision`, so that two browsers cannot overwrite each other.
    """

    venue = models.ForeignKey(
        Venue, models.CASCADE, related_name="plan_drafts", verbose_name=_("venue")
    )
    name = models.CharField(_("name"), max_length=120)
    # The version of the plan of this name that was copied; None if none was.
    base_version = models.PositiveIntegerField(_("based on version"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    document = models.JSONField(default=dict, editable=False)
    # The document before it was last saved, to undo that; null if there is none.
    previous = models.JSONField(null=True, editable=False)
    # A picture to trace (WebP), which is never published, and where it lies:
    # {"x": …, "y": …, "width": …, "opacity": …} in plan coordinates.
    background = models.BinaryField(null=True, editable=False)
    background_place = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last saved"), auto_now=True)

    class Meta:
        ordering = ["-updated_at"]
        verbose_name = _("plan draft")
        verbose_name_plural = _("plan drafts")
        constraints = [
            json_fits("document", most=16 * MB, name="edited_plan_has_a_limit"),
            json_fits("previous", most=16 * MB, name="edited_plan_previous_has_a_limit"),
            json_fits("background_place", most=KB, name="edited_plan_background_has_a_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.venue.name}"
