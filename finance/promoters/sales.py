"""Figures and issued settlements of a promoter's own shows; promoters see nothing else."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from accounts.models import User
from bookings.models import Place, Ticket
from shows.models import Performance

from ..models import Settlement


@dataclass(frozen=True)
class PerformanceSales:
    """The sales of one performance. `gross` includes the fees of the tickets; comps count apart."""

    performance: Performance
    capacity: int
    sold: int
    comps: int
    last_day: int
    gross: Decimal


def is_promoter(user: User) -> bool:
    """Return whether the account belongs to a promoter."""
    return user.is_authenticated and user.promoters.exists()


def performances_of(user: User) -> QuerySet[Performance]:
    """Return the performances, put on sale by now, of the shows of the account's promoter."""
    own = Performance.objects.filter(show__promoter__users=user, opened_at__isnull=False)
    return own.select_related("show", "venue").distinct().order_by("-starts_at", "pk")


def settlements_of(user: User) -> QuerySet[Settlement]:
    """Return the issued settlements that are about the promoter's own shows alone."""
    own = Q(performances__show__promoter__users=user)
    of_others = Performance.objects.exclude(show__promoter__users=user)
    settlements = Settlement.objects.issued().filter(own).exclude(performances__in=of_others)
    settlements = settlements.distinct().defer("pdf", "xlsx").order_by("-issued_at")
    return settlements.prefetch_related("performances__show")


def sales_of(user: User, most: int = 100) -> list[PerformanceSales]:
    """Return the sales of the promoter's latest performances. Always three queries."""
    performances = list(performances_of(user)[:most])
    keys = [performance.pk for performance in performances]
    is_free = Q(price=0)
    since = timezone.now() - timedelta(days=1)
    tickets = (
        Ticket.objects.valid()
        .filter(performance__in=keys)
        .order_by()
        .values("performance")
        .annotate(
            sold=Count("pk", filter=~is_free),
            comps=Count("pk", filter=is_free),
            last_day=Count("pk", filter=~is_free & Q(created_at__gte=since)),
            gross=Sum("price"),
        )
    )
    sold = {row["performance"]: row for row in tickets}
    places = Place.objects.filter(performance__in=keys).exclude(state=Place.State.BLOCKED)
    counted = places.order_by().values("performance").annotate(n=Count("pk"))
    capacity = {row["performance"]: row["n"] for row in counted}
    return [
        PerformanceSales(
            performance=performance,
            capacity=capacity.get(performance.pk, 0),
            sold=row["sold"] if row else 0,
            comps=row["comps"] if row else 0,
            last_day=row["last_day"] if row else 0,
            gross=row["gross"] if row else Decimal(0),
        )
        for performance, row in ((one, sold.get(one.pk)) for one in performances)
    ]
