"""The recipients of a message to ticket holders."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from shows.models import Performance

from ..models import Audience, LedgerEntry, Order, Ticket


@dataclass(frozen=True)
class AudienceSize:
    """How many get a message. `by_language` counts addresses."""

    orders: int
    addresses: int
    by_language: dict[str, int]


def orders_of(audience: Audience, performances: Collection[int]) -> QuerySet[Order]:
    """Return the paid orders whose customers the message goes to.

    An order is included if one of its valid tickets is. Orders without an address, as of buyers at
    the door, cannot be written to.
    """
    tickets = Ticket.objects.valid().filter(order=OuterRef("pk"))
    if audience.categories:
        tickets = tickets.filter(category__in=audience.categories)
    if audience.sections:
        tickets = tickets.filter(place__section__name__in=audience.sections)
    if audience.checked_in is not None:
        inside = _checked_in(performances)
        tickets = (
            tickets.filter(pk__in=inside) if audience.checked_in else tickets.exclude(pk__in=inside)
        )
    orders = Order.objects.paid().filter(Exists(tickets), performance__in=performances)
    if audience.language:
        orders = orders.filter(language=audience.language)
    return orders.exclude(email="")


def size_of(audience: Audience, performances: Collection[int]) -> AudienceSize:
    """Return how many orders and addresses a message would go to."""
    orders = orders_of(audience, performances).order_by()
    totals = orders.aggregate(orders=Count("pk"), addresses=Count("email", distinct=True))
    languages = orders.values_list("language").annotate(Count("email", distinct=True))
    return AudienceSize(totals["orders"], totals["addresses"], dict(languages))


def choices_for(performances: Collection[Performance]) -> tuple[list[str], list[str]]:
    """Return the names of the price categories and of the sections of the performances."""
    tickets = Ticket.objects.valid().filter(performance__in=performances).order_by()
    categories = tickets.values_list("category", flat=True).distinct()
    sections = tickets.values_list("place__section__name", flat=True).distinct()
    return sorted(categories), sorted(sections)


def _checked_in(performances: Collection[int]) -> set[int]:
    """Return the ids of tickets that are checked in, according to the log."""
    inside: set[int] = set()
    entries = LedgerEntry.objects.filter(
        performance__in=performances, kind=LedgerEntry.Kind.CHECK_IN
    )
    for detail in entries.order_by("pk").values_list("detail", flat=True):
        (inside.discard if detail.get("undone") else inside.add)(detail["ticket"])
    return inside
