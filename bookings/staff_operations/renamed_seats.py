"""Tell ticket holders that their seats have new names after a correction of the plan."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import override

from emails.outbox import enqueue_emails
from shows.models import Performance
from venues.drawing import drawing_of
from venues.models import SeatingPlan
from venues.plan_versions import seat_successors

from ..models import Order, Ticket
from ..order_emails import order_email

KIND = "seats_renamed"

# By ticket: (label before, label after), in the language of its order.
Labels = Mapping[int, tuple[str, str]]


def find_renamed(*, performance: Performance, plan: SeatingPlan) -> dict[int, tuple[str, str]]:
    """Return the labels of the tickets whose seats have another name in this version.

    Nothing is changed or locked: it is what a correction would do now.
    """
    before, after = drawing_of(performance.plan_id), drawing_of(plan.pk)
    successors = seat_successors(performance.plan_id, plan.pk)
    tickets = Ticket.objects.valid().filter(
        place__performance=performance, place__seat__isnull=False
    )
    found: dict[int, tuple[str, str]] = {}
    for ticket in tickets.select_related("order", "place").order_by("pk"):
        seat_id = ticket.place.seat_id or 0
        old, new = before.seats.get(seat_id), after.seats.get(successors.get(seat_id, 0))
        if old is None or new is None:
            continue
        with override(ticket.order.language):
            if str(old.label) != str(new.label):
                found[ticket.pk] = (ticket.label, str(new.label))
    return found


def enqueue_renamed(labels: Labels, *, plan_id: int) -> int:
    """Enqueue an e-mail to the customer of each order with such tickets; return how many.

    Runs in the transaction of the correction. Orders without an address, sold at the counter, get
    none. Three statements, whatever their number.
    """
    emails = [
        order_email(
            order,
            KIND,
            key=f"renamed:{order.reference}:{plan_id}",
            labels={str(pk): list(labels[pk]) for pk in tickets},
        )
        for order, tickets in orders_of(labels)
    ]
    enqueue_emails(emails)
    return len(emails)


def orders_of(labels: Labels) -> list[tuple[Order, list[int]]]:
    """Return the orders with these tickets that have an address, each with its tickets."""
    tickets: dict[int, list[int]] = defaultdict(list)
    pairs: Any = Ticket.objects.filter(pk__in=labels).order_by("pk").values_list("order", "pk")
    for order, ticket in pairs:
        tickets[order].append(ticket)
    orders = Order.objects.filter(pk__in=tickets).exclude(email="").select_related("user")
    return [(order, tickets[order.pk]) for order in orders.order_by("pk")]
