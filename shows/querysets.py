"""The catalogue's vocabulary."""

from django.db import models
from django.db.models import DateField, Exists, F, Func, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from core.archiving import ArchivableQuerySet


class ShowQuerySet(ArchivableQuerySet):
    def published(self):
        """Those that customers are shown."""
        return self.reachable().current().filter(is_unlisted=False)

    def reachable(self):
        """Those that customers may see if they have the address: published, listed or not."""
        return self.filter(is_published=True)

    def latest_added(self):
        return self.order_by("-created_at", "-pk")

    def with_next_performance(self, now=None):
        """Annotate `next_at`: when the next public performance starts, if any."""
        from .models import Performance

        upcoming = Performance.objects.public().upcoming(now).filter(show=OuterRef("pk"))
        return self.annotate(next_at=Subquery(upcoming.values("starts_at")[:1]))


class PerformanceQuerySet(ArchivableQuerySet):
    def public(self):
        """Those that customers are shown: no drafts, no hidden shows, none that are in no list."""
        listed = self.reachable().current()
        return listed.filter(show__is_unlisted=False, show__archived_at=None)

    def reachable(self):
        """Those that customers may see if they have the address: no drafts, no hidden shows."""
        return self.exclude(status="draft").filter(show__is_published=True)

    def upcoming(self, now=None):
        return self.filter(starts_at__gt=now or timezone.now()).order_by("starts_at", "pk")

    def past(self, now=None):
        return self.filter(starts_at__lte=now or timezone.now()).order_by("-starts_at")

    def selling(self, now=None):
        """Those whose places may be held at `now`, as far as the calendar goes."""
        now = now or timezone.now()
        return self.filter(
            Q(on_sale_until=None, starts_at__gt=now) | Q(on_sale_until__gt=now),
            status="published",
            opened_at__isnull=False,
            on_sale_from__lte=now,
        )

    def reasons_against_archiving(self, most: int = 5) -> list[str]:
        """Return a sentence for each (at most `most`) that is on sale or has tickets to be used."""
        in_use = self.taking_place().upcoming().filter(opened_at__isnull=False)
        return [
            _("%s has not taken place yet. It can be archived once it is over or cancelled.")
            % performance
            for performance in in_use.select_related("show", "venue")[:most]
        ]

    def taking_place(self):
        """All but the cancelled."""
        return self.exclude(status="cancelled")

    def on_dates(self, first=None, last=None):
        """Those that start on a day from `first` to `last`, by the calendar of their venue."""
        local = Func(F("venue__time_zone"), F("starts_at"), function="timezone")
        dated = self.annotate(local_date=Cast(local, DateField()))
        if first:
            dated = dated.filter(local_date__gte=first)
        return dated.filter(local_date__lte=last) if last else dated

    def costing_at_most(self, price):
        """Those with a place for `price` or less, in their own currency."""
        categories = self.model._meta.get_field("price_categories").related_model
        return self.filter(
            Exists(categories.objects.filter(performance=OuterRef("pk"), price__lte=price))
        )

    def with_price_range(self):
        """Annotate `price_from` and `price_to`, all in."""
        return self.annotate(
            price_from=Min("price_categories__price"), price_to=Max("price_categories__price")
        )


class ReviewQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status="published")

    def written_by(self, user):
        return self.filter(author=user)

    def waiting(self):
        """Those that nobody has read yet."""
        return self.filter(status="waiting")
