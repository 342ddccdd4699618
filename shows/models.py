"""What and when: shows, their performances and prices, and what people thought of them."""

from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.archiving import Archivable
from core.slugs import SLUG_PATTERN
from venues.models import SeatingPlan, Venue

from .querysets import PerformanceQuerySet, ReviewQuerySet, ShowQuerySet


class Artist(models.Model):
    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(_("slug"), max_length=120, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("artist")
        verbose_name_plural = _("artists")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(slug__regex=SLUG_PATTERN), name="artist_slug_is_an_address"
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("shows:artist", args=[self.slug])


class Tag(models.Model):
    name = models.CharField(_("name"), max_length=40, unique=True)
    slug = models.SlugField(_("slug"), max_length=40, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(slug__regex=SLUG_PATTERN), name="tag_slug_is_an_address"
            )
        ]

    def __str__(self):
        return self.name


class Show(Archivable):
    """A programme that is played once or many times."""

    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(_("slug"), max_length=160, unique=True)
    artists = models.ManyToManyField(
        Artist, verbose_name=_("artists"), related_name="shows", blank=True
    )
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), related_name="shows", blank=True)
    description = models.TextField(_("description"), blank=True)
    poster = models.ImageField(_("poster"), upload_to="posters/", blank=True)
    poster_small = models.ImageField(upload_to="posters/", blank=True, editable=False)
    # One of the 24 accents of the style sheet, taken from the poster.
    accent = models.PositiveSmallIntegerField(default=0, editable=False)
    age_rating = models.PositiveSmallIntegerField(
        _("age rating"),
        null=True,
        blank=True,
        help_text=_("Admitted from this age; empty for all."),
    )
    duration = models.PositiveSmallIntegerField(
        _("duration"), null=True, blank=True, help_text=_("Minutes.")
    )
    is_published = models.BooleanField(_("published"), default=True)
    is_unlisted = models.BooleanField(
        _("in no list"),
        default=False,
        help_text=_("Only those who were told its address find it: a club's own evening, a trial."),
    )
    rating_sum = models.PositiveIntegerField(default=0, editable=False)
    rating_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(
        _("added"), default=timezone.now, db_index=True, editable=False
    )
    # Title, artists, tags, venues and cities, without accents; kept by `shows.search.index_show`.
    search = SearchVectorField(null=True, editable=False)

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

    def __str__(self):
        return self.title

    def reasons_against_archiving(self) -> list[str]:
        return self.performances.reasons_against_archiving()

    def get_absolute_url(self):
        return reverse("shows:show", args=[self.slug])

    @property
    def artist_names(self):
        return ", ".join(artist.name for artist in self.artists.all())

    @property
    def rating(self):
        """The average number of stars (1 to 5), or None before the first review."""
        return self.rating_sum / self.rating_count if self.rating_count else None


class Performance(Archivable):
    """One evening: a show at a venue, with its own prices, limits and sale."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CANCELLED = "cancelled", _("cancelled")

    class SaleState(models.TextChoices):
        """What a customer may be told. Worked out from status, clock and places, never stored."""

        DRAFT = "draft", _("draft")
        ANNOUNCED = "announced", _("not yet on sale")
        ON_SALE = "on_sale", _("on sale")
        FEW_LEFT = "few_left", _("few left")
        SOLD_OUT = "sold_out", _("sold out")
        ENDED = "ended", _("past")
        CANCELLED = "cancelled", _("cancelled")

    show = models.ForeignKey(
        Show, models.PROTECT, related_name="performances", verbose_name=_("show")
    )
    venue = models.ForeignKey(
        Venue, models.PROTECT, related_name="performances", verbose_name=_("venue")
    )
    plan = models.ForeignKey(
        SeatingPlan, models.PROTECT, related_name="performances", verbose_name=_("seating plan")
    )
    starts_at = models.DateTimeField(_("starts"), db_index=True)
    doors_at = models.DateTimeField(_("doors"), null=True, blank=True)
    on_sale_from = models.DateTimeField(_("on sale from"))
    on_sale_until = models.DateTimeField(
        _("on sale until"), null=True, blank=True, help_text=_("Empty: until it starts.")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    customer_limit = models.PositiveSmallIntegerField(
        _("places per customer"),
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )
    cancel_until_hours = models.PositiveSmallIntegerField(
        _("customers may cancel until"),
        null=True,
        blank=True,
        default=48,
        help_text=_("Hours before the start; empty: never."),
    )
    keep_fee = models.BooleanField(_("keep the fee when a customer cancels"), default=False)
    allow_single_gaps = models.BooleanField(
        _("customers may leave single seats"),
        default=False,
        help_text=_(
            "Off: a choice that leaves one seat alone is refused while a better one exists."
        ),
    )
    accessible_released = models.BooleanField(
        _("wheelchair spaces released to everybody"), default=False
    )
    # Another time than tickets were sold for: which it was first, since when, and until when every
    # ticket may be given back for all of its price.
    moved_from = models.DateTimeField(_("moved from"), null=True, editable=False)
    rescheduled_at = models.DateTimeField(_("rescheduled"), null=True, editable=False)
    refund_until = models.DateTimeField(_("given back in full until"), null=True, editable=False)
    # As last counted, for badges in lists. A hint: the places themselves are the truth.
    places_total = models.PositiveIntegerField(default=0, editable=False)
    places_left = models.PositiveIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField(_("places made"), null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PerformanceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("performance")
        verbose_name_plural = _("performances")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(doors_at=None) | models.Q(doors_at__lte=models.F("starts_at")),
                name="doors_open_before_the_start",
            ),
            models.CheckConstraint(
                condition=models.Q(on_sale_until=None)
                | models.Q(on_sale_until__gt=models.F("on_sale_from")),
                name="sale_ends_after_it_begins",
            ),
        ]

    def __str__(self):
        return f"{self.show.title}, {self.written_start}"

    def reasons_against_archiving(self) -> list[str]:
        return Performance.objects.filter(pk=self.pk).reasons_against_archiving()

    @property
    def written_start(self):
        """When it starts, on the clock of the venue, as the house's tables write it."""
        return date_format(self.starts_at.astimezone(self.venue.zone), "j M Y, H:i")

    def get_absolute_url(self):
        return reverse("bookings:performance", args=[self.pk])

    @property
    def ends_at(self):
        """When it is expected to be over (two hours when the show has no duration)."""
        return self.starts_at + timedelta(minutes=self.show.duration or 120)

    @property
    def sale_ends_at(self):
        return self.on_sale_until or self.starts_at

    @property
    def cancel_until(self):
        """Until when customers may cancel their tickets, or None if they may not.

        One that was rescheduled offers it until a date of its own, if that is later.
        """
        offers = [self.refund_until] if self.refund_until else []
        if self.cancel_until_hours is not None:
            offers.append(self.starts_at - timedelta(hours=self.cancel_until_hours))
        return max(offers, default=None)

    def keeps_fee(self, now=None):
        """Whether the fee stays with the house when a customer cancels at `now`."""
        has_offer = self.refund_until and (now or timezone.now()) < self.refund_until
        return self.keep_fee and self.takes_place and not has_offer

    @property
    def is_moved(self):
        """Whether it is at another time than it was announced for."""
        return self.moved_from is not None and self.moved_from != self.starts_at

    def sale_state(self, now=None):
        """Return the SaleState at `now`."""
        now = now or timezone.now()
        State = self.SaleState
        if self.status == self.Status.CANCELLED:
            return State.CANCELLED
        if self.status == self.Status.DRAFT:
            return State.DRAFT
        if now >= self.sale_ends_at:
            return State.ENDED
        if now < self.on_sale_from or self.opened_at is None:
            return State.ANNOUNCED
        if self.places_left == 0:
            return State.SOLD_OUT
        if self.places_left * 20 <= self.places_total:
            return State.FEW_LEFT
        return State.ON_SALE

    @property
    def takes_place(self):
        """Whether it has not been cancelled."""
        return self.status != self.Status.CANCELLED

    def is_selling(self, now=None):
        """Whether places may be held at `now`, as far as the calendar goes."""
        now = now or timezone.now()
        return (
            self.status == self.Status.PUBLISHED
            and self.opened_at is not None
            and self.on_sale_from <= now < self.sale_ends_at
        )


class PriceCategory(models.Model):
    """What a place costs, all in. The name is that of a category of the seating plan."""

    performance = models.ForeignKey(Performance, models.CASCADE, related_name="price_categories")
    name = models.CharField(_("name"), max_length=80)
    price = models.DecimalField(
        _("price"), max_digits=9, decimal_places=2, help_text=_("All in: the fee is a part of it.")
    )
    fee = models.DecimalField(_("fee"), max_digits=9, decimal_places=2, default=Decimal(0))
    # One of the eight category colours of the style sheet.
    colour = models.PositiveSmallIntegerField(
        _("colour"), default=0, validators=[MaxValueValidator(7)]
    )
    ordinal = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["ordinal", "pk"]
        verbose_name = _("price category")
        verbose_name_plural = _("price categories")
        constraints = [
            models.UniqueConstraint(
                fields=["performance", "name"], name="price_category_is_unique_in_performance"
            ),
            models.CheckConstraint(
                condition=models.Q(fee__gte=0) & models.Q(fee__lte=models.F("price")),
                name="fee_is_a_part_of_the_price",
            ),
        ]

    def __str__(self):
        return self.name


class Concession(models.Model):
    """A lower price for some people, such as children, by performance."""

    performance = models.ForeignKey(Performance, models.CASCADE, related_name="concessions")
    name = models.CharField(_("name"), max_length=60)
    percent_off = models.PositiveSmallIntegerField(
        _("per cent off"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    proof = models.CharField(
        _("proof"), max_length=120, blank=True, help_text=_("What the door will ask to see.")
    )
    ordinal = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["ordinal", "pk"]
        verbose_name = _("concession")
        verbose_name_plural = _("concessions")
        constraints = [
            models.UniqueConstraint(
                fields=["performance", "name"], name="concession_is_unique_in_performance"
            ),
            models.CheckConstraint(
                condition=models.Q(percent_off__gte=1, percent_off__lte=100),
                name="concession_is_a_percentage",
            ),
        ]

    def __str__(self):
        return self.name


class Review(models.Model):
    """What one customer thought of one performance, shown once staff have published it."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        PUBLISHED = "published", _("published")
        REFUSED = "refused", _("refused")

    performance = models.ForeignKey(Performance, models.PROTECT, related_name="reviews")
    show = models.ForeignKey(Show, models.CASCADE, related_name="reviews")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reviews")
    stars = models.PositiveSmallIntegerField(_("stars"))
    text = models.TextField(_("text"), blank=True, max_length=2000)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["show", "author"], name="one_review_by_author_and_show"
            ),
            models.CheckConstraint(
                condition=models.Q(stars__gte=1, stars__lte=5), name="review_has_one_to_five_stars"
            ),
        ]

    def __str__(self):
        return f"{self.stars} ★ {self.show}"

    @property
    def is_published(self):
        return self.status == self.Status.PUBLISHED

    @property
    def signature(self):
        """What is shown of its author: the first name alone, if any."""
        first, *_rest = [*self.author.name.split(), ""]
        return first or gettext("Somebody who was there")


from .follow_models import Alert, Follow  # noqa: E402, F401  In a file of their own, for its length.
