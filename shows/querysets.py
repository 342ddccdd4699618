"""The querysets of the catalogue: every condition on status and time that other modules use."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import (
    Case,
    DateField,
    DurationField,
    Exists,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.archiving import ArchivableQuerySet
from venues.models import Seat, Section


class ShowQuerySet(ArchivableQuerySet):
    def published(self) -> Self:
        """Filter the shows that lists and searches show to customers."""
        return self.reachable().current().filter(is_unlisted=False)

    def reachable(self) -> Self:
        """Filter the shows that customers may open by their link: published, listed or not."""
        return self.filter(is_published=True)

    def latest_added(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def with_next_performance(self, now: datetime | None = None) -> Self:
        """Annotate `next_at`: when the next public performance starts, if any."""
        performances = _related(self.model, "performances")
        upcoming = performances.public().upcoming(now).filter(show=OuterRef("pk"))
        return self.annotate(next_at=Subquery(upcoming.values("starts_at")[:1]))


def nearness() -> tuple[Case, Case]:
    """Return whether a performance is past, and how far it is from now: for an order by both."""
    now = timezone.now()
    is_past = Q(starts_at__lt=now)
    distance = Case(
        When(is_past, then=Value(now) - F("starts_at")),
        default=F("starts_at") - now,
        output_field=DurationField(),
    )
    return Case(When(is_past, then=Value(True)), default=Value(False)), distance


class PerformanceQuerySet(ArchivableQuerySet):
    def public(self) -> Self:
        """Filter what lists show to customers: no drafts, no unpublished or unlisted shows."""
        listed = self.reachable().current()
        return listed.filter(show__is_unlisted=False, show__archived_at=None)

    def reachable(self) -> Self:
        """Filter what customers may open by its link: no drafts, no unpublished shows."""
        return self.exclude(status="draft").filter(show__is_published=True)

    def upcoming(self, now: datetime | None = None) -> Self:
        return self.filter(starts_at__gt=now or timezone.now()).order_by("starts_at", "pk")

    def without_tickets_last(self, now: datetime | None = None) -> Self:
        """Order by the start, those that are sold out or no longer sold after all others."""
        is_sold_out = Q(opened_at__isnull=False, places_left=0)
        has_ended = Q(on_sale_until__lte=now or timezone.now())
        is_last = Case(When(is_sold_out | has_ended, then=1), default=0)
        return self.order_by(is_last, "starts_at", "pk")

    def past(self, now: datetime | None = None) -> Self:
        return self.filter(starts_at__lte=now or timezone.now()).order_by("-starts_at")

    def nearest_first(self) -> Self:
        """Order those to come from the next one on, then past ones back; annotate `is_past`."""
        is_past, distance = nearness()
        return self.annotate(is_past=is_past, distance=distance).order_by(
            "is_past", "distance", "pk"
        )

    def selling(self, now: datetime | None = None) -> Self:
        """Filter those whose sale is open at `now`, whatever is left."""
        now = now or timezone.now()
        return self.filter(
            Q(on_sale_until=None, starts_at__gt=now) | Q(on_sale_until__gt=now),
            status="published",
            opened_at__isnull=False,
            on_sale_from__lte=now,
        )

    def reasons_against_archiving(self, most: int = 5) -> list[str]:
        """Return a sentence for each (at most `most`) that is on sale or has tickets to be used."""
        return [
            _("%s has not taken place yet. It can be archived once it is over or cancelled.")
            % performance
            for performance in self.with_tickets_to_be_used()[:most]
        ]

    def with_tickets_to_be_used(self) -> Self:
        """Return those that are on sale, or were, and are still to take place."""
        opened = self.taking_place().upcoming().filter(opened_at__isnull=False)
        return opened.select_related("show", "venue")

    def taking_place(self) -> Self:
        """Exclude cancelled performances."""
        return self.exclude(status="cancelled")

    def on_dates(self, first: date | None = None, last: date | None = None) -> Self:
        """Filter by the day of the start, from `first` to `last`, in the venue's local time."""
        local = Func(F("venue__time_zone"), F("starts_at"), function="timezone")
        dated = self.annotate(local_date=Cast(local, DateField()))
        if first:
            dated = dated.filter(local_date__gte=first)
        return dated.filter(local_date__lte=last) if last else dated

    def costing_at_most(self, price: Decimal) -> Self:
        """Filter those that have a seat for `price` or less, in their own currency."""
        categories = _related(self.model, "price_categories")
        affordable = categories.filter(performance=OuterRef("pk"), price__lte=price)
        return self.filter(Exists(affordable.with_places()))

    def with_price_range(self) -> Self:
        """Annotate `price_from` and `price_to`, fees included, of the seats that exist.

        A price category without a seat in the plan does not count. `web_order_fee` is what the
        website adds to each order, or None: a performance's fee counts before its venue's.
        """
        categories = _related(self.model, "price_categories")
        prices = categories.filter(performance=OuterRef("pk")).with_places()
        prices = prices.order_by().values("performance")
        return self.annotate(
            price_from=Subquery(prices.values(lowest=Min("price"))),
            price_to=Subquery(prices.values(highest=Max("price"))),
            web_order_fee=Coalesce(
                Subquery(_web_order_fee(self.model, performance=OuterRef("pk"))),
                Subquery(
                    _web_order_fee(
                        self.model._meta.get_field("venue").related_model,
                        venue=OuterRef("venue_id"),
                    )
                ),
            ),
        )

    def with_channel_fees(self) -> Self:
        """Annotate what `shows.channel_fees.fees_of` reads: the fees by channel, as text.

        A part of the query, so that reading them costs no query of its own.
        """
        venue = self.model._meta.get_field("venue").related_model
        own_fees = _channel_fees(self.model, performance=OuterRef("pk"))
        venue_fees = _channel_fees(venue, venue=OuterRef("venue_id"))
        return self.annotate(own_fees=_as_json(own_fees), venue_fees=_as_json(venue_fees))

    def with_questions(self) -> Self:
        """Annotate `question_rows`: what is asked at the checkout, in order.

        A part of the query, as in `with_channel_fees`.
        """
        questions = _related(self.model, "questions").filter(
            Q(venue=None, show=None, performance=None)
            | Q(venue=OuterRef("venue_id"))
            | Q(show=OuterRef("show_id"))
            | Q(performance=OuterRef("pk")),
            is_active=True,
        )
        columns = ["id", "kind", "labels", "choices", "per", "is_required", "is_changeable"]
        rows = questions.order_by("ordinal", "pk").values(
            row=JSONObject(**{name: F(name) for name in columns})
        )
        return self.annotate(question_rows=ArraySubquery(rows))


def _channel_fees(model, **of):
    """Return the fees by channel of the performance or venue `of`."""
    return model._meta.get_field("channel_fees").related_model.objects.filter(**of)


def _web_order_fee(model, **of):
    return _channel_fees(model, **of).filter(channel="web").values("order_fee")


def _as_json(fees):
    amounts = ("ticket_fee", "order_fee", "order_fee_tax_rate")
    columns = {name: Cast(name, TextField()) for name in amounts}
    return ArraySubquery(fees.order_by("pk").values(row=JSONObject(channel="channel", **columns)))


class PriceCategoryQuerySet(models.QuerySet):
    def with_places(self) -> Self:
        """Filter the categories that a seat or standing section of the performance's plan has."""
        same = {"plan": OuterRef("performance__plan"), "category": OuterRef("name")}
        return self.filter(
            Exists(Seat.objects.filter(**same)) | Exists(Section.objects.filter(**same))
        )


class ReviewQuerySet(models.QuerySet):
    def published(self) -> Self:
        return self.filter(status="published")

    def written_by(self, user: User) -> Self:
        return self.filter(author=user)

    def waiting(self) -> Self:
        """Filter the reviews that staff have not decided on."""
        return self.filter(status="waiting")


def _related(model: type[models.Model], field: str) -> Any:
    """Return the manager of a related model, which is defined after the querysets."""
    related: Any = model._meta.get_field(field).related_model
    return related.objects
