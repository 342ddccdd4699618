"""Change tickets that have been sold: another holder name, another concession.

A ticket keeps its code through these changes, because the door looks up holder and concession. Only
a moved or reissued ticket gets a new code.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.database.locks import database_now
from core.exceptions import Refused
from shows.terms import ConcessionTerm, Terms, terms_of

from ..ledger.recording import record
from ..ledger.sold_lines import line_of_ticket
from ..models import LedgerEntry, Order, Ticket, TicketChange
from ..order_emails import enqueue_order_email
from ..sale import locks
from ..sale.concession_rules import Buyer, is_over, refused_concessions
from ..sale.payment_options import check_payable
from .cancellation import checked_in_tickets, may_cancel
from .refunds import refund_order


class CannotChange(Refused):
    message = gettext_lazy("These tickets can no longer be changed.")


class ChangeOutdated(Refused):
    """The change would no longer do what the customer confirmed."""

    message = gettext_lazy("Prices have changed. Please check and confirm again.")


class ConcessionsRefused(Refused):
    """Some concessions are not possible. `reasons` are sentences by ticket id."""

    status = 422

    def __init__(self, reasons: Mapping[int, str]) -> None:
        super().__init__(reasons)
        self.reasons = dict(reasons)

    def __str__(self) -> str:
        return " ".join(dict.fromkeys(self.reasons.values()))


@dataclass(frozen=True)
class Line:
    """The change of one ticket. Prices include the fee; `fee` is that part of `price`."""

    ticket: int
    label: str
    old_concession: str
    old_price: Decimal
    concession: str
    price: Decimal
    fee: Decimal

    def to_json(self) -> dict[str, Any]:
        """Return the line as a `TicketChange` stores it: amounts as text."""
        amounts = {name: f"{getattr(self, name):.2f}" for name in ("old_price", "price", "fee")}
        return asdict(self) | amounts

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> Self:
        amounts = {name: Decimal(line[name]) for name in ("old_price", "price", "fee")}
        return cls(**{**line, **amounts})


@dataclass(frozen=True)
class Difference:
    """A change of concessions, ticket by ticket, with the total difference in price."""

    reference: str
    lines: tuple[Line, ...]

    @property
    def amount(self) -> Decimal:
        """The amount to pay, or, below zero, to refund."""
        return sum((line.price - line.old_price for line in self.lines), Decimal(0))

    @property
    def back(self) -> Decimal:
        """The amount to refund."""
        return -self.amount

    @property
    def token(self) -> str:
        """A signature over all lines, by which the confirmed change is recognised."""
        seen = "|".join(
            f"{line.ticket}:{line.old_price:.2f}:{line.concession}:{line.price:.2f}:{line.fee:.2f}"
            for line in self.lines
        )
        return salted_hmac("concert.change", f"{self.reference}|{seen}").hexdigest()

    def matches(self, token: str | None) -> bool:
        """Return whether the customer confirmed exactly this change."""
        return constant_time_compare(self.token, token or "")


def may_change(order: Order, deadline: datetime | None, now: datetime) -> bool:
    """Return whether the customer can change concessions: as long as they can cancel."""
    return may_cancel(order, deadline, now)


def may_rename(order: Order, starts_at: datetime, now: datetime) -> bool:
    """Return whether the customer can change holder names: until the performance starts."""
    return order.status == Order.Status.PAID and now < starts_at


def concessions_for(
    ticket: Ticket, terms: Terms, channel: str
) -> list[tuple[ConcessionTerm | None, Decimal, Decimal]]:
    """Return the options of the ticket as (term, price, fee); the first, None, is the full price.

    Prices are those of the channel in which the ticket was sold.

    Without those that have ended. Empty if the ticket's concession is not offered by the
    performance any more, as for complimentary tickets. Needs the ticket's place.
    """
    names = {term.name for term in terms.concessions.values()}
    if not names or (ticket.concession and ticket.concession not in names):
        return []
    category = ticket.place.price_category_id
    now = timezone.now()
    offered = terms.concessions.values()
    choices = [
        None,
        *(term for term in offered if term.name == ticket.concession or not is_over(term, now)),
    ]
    return [
        (term, *terms.price_of(category, term.id if term else None, channel)) for term in choices
    ]


def difference_of(
    *, order: Order, tickets: Iterable[Ticket], concessions: Mapping[int, str]
) -> Difference:
    """Return the `Difference` that choosing `concessions` makes, `{ticket id: name or ""}`.

    Tickets that have their concession already, or cannot have it, are left out. The difference is
    between today's price and the price that was paid.
    """
    terms = terms_of(order.performance_id)
    lines = []
    for ticket in tickets:
        chosen = concessions.get(ticket.pk, ticket.concession)
        for term, price, fee in concessions_for(ticket, terms, order.channel):
            name = term.name if term else ""
            if name == chosen != ticket.concession:
                lines.append(
                    Line(
                        ticket=ticket.pk,
                        label=ticket.label,
                        old_concession=ticket.concession,
                        old_price=ticket.price,
                        concession=name,
                        price=price,
                        fee=fee,
                    )
                )
    return Difference(order.reference, tuple(lines))


def refused_changes(*, order: Order, concessions: Mapping[int, str]) -> dict[int, str]:
    """Return the tickets whose concession the change makes impossible, with the reason.

    The order after the change has to meet the rules of a purchase. A ticket whose concession would
    be refused today anyway, such as an early bird, keeps it.
    """
    terms, now = terms_of(order.performance_id), timezone.now()
    by_name = {term.name: term for term in terms.concessions.values()}
    tickets = {one.pk: one.concession for one in Ticket.objects.valid().filter(order=order)}

    def refused(names: Mapping[int, str]) -> dict[int, str]:
        chosen = {pk: by_name[name] for pk, name in sorted(names.items()) if name in by_name}
        return refused_concessions(
            chosen,
            quantity=len(tickets),
            terms=terms,
            buyer=Buyer(lambda: order.user),
            now=now,
        )

    wanted = {pk: concessions.get(pk, name) for pk, name in tickets.items()}
    before = refused(tickets)
    return {
        pk: reason
        for pk, reason in refused(wanted).items()
        if pk not in before or wanted[pk] != tickets[pk]
    }


def rename_holders(*, order: Order, names: Mapping[int, str], actor: str) -> list[Ticket]:
    """Change holder names, `{ticket id: name}`; return the tickets that changed.

    Allowed until the performance starts, also after the cancellation deadline. The log does not
    record the names, because its entries are never deleted. Locks the hold. Raises `CannotChange`.
    """
    with transaction.atomic(durable=True):
        order, now = lock_order(order)
        performance = order.performance
        if not performance.takes_place or not may_rename(order, performance.starts_at, now):
            raise CannotChange
        renamed = []
        for ticket in Ticket.objects.valid().filter(order=order, pk__in=names).order_by("pk"):
            name = " ".join(names[ticket.pk].split())
            if name != ticket.holder:
                ticket.holder = name
                renamed.append(ticket)
        _reject_checked_in(order, renamed)
        if renamed:
            Ticket.objects.bulk_update(renamed, ["holder"])
            _log(order, actor, [ticket.pk for ticket in renamed], what="holder")
    return renamed


def change_concessions(
    *, order: Order, concessions: Mapping[int, str], seen: str | None, actor: str
) -> TicketChange | None:
    """Change concessions of tickets, `{ticket id: name or ""}`, as the customer confirmed (`seen`).

    A change that costs the same or less is applied at once, and the difference is refunded. A
    change that costs more is applied when its payment arrives: the pending `TicketChange` is
    returned, to be paid with `start_change_payment`; it replaces an earlier pending one. Otherwise
    returns None. Repeatable. Allowed until the cancellation deadline, for tickets that are not
    checked in. Locks the hold. Raises `CannotChange`, `ChangeOutdated`, `ConcessionsRefused`, and
    `NotSoldOnline` if it costs more and the site takes no payments online.
    """
    with transaction.atomic(durable=True):
        order, now = lock_order(order)
        performance = order.performance
        if not performance.takes_place or not may_change(order, performance.cancel_until, now):
            raise CannotChange
        # The price of a ticket that was moved here was paid with another order.
        valid = Ticket.objects.valid().filter(order=order, paid_with=None, pk__in=concessions)
        tickets = list(valid.select_related("place").order_by("pk"))
        difference = difference_of(order=order, tickets=tickets, concessions=concessions)
        if not difference.lines:
            return None
        if not difference.matches(seen):
            raise ChangeOutdated
        if reasons := refused_changes(order=order, concessions=concessions):
            raise ConcessionsRefused(reasons)
        _reject_checked_in(order, [one for one in tickets if one.pk in _ids(difference)])
        if difference.amount > 0:
            check_payable(difference.amount)
            return _create_pending(order, difference)
        _drop(order)
        change_entry = apply_difference(order, difference, actor)
        if difference.back > 0:
            refund_order(
                order=order,
                amount=difference.back,
                key=refund_key(change_entry),
                reason=_("Tickets changed."),
                actor=actor,
            )
        enqueue_change_email(order, change_entry, difference)
    return None


def drop_change(*, order: Order) -> bool:
    """Drop the order's pending change; return whether there was one.

    A payment for it that still arrives is refunded. Locks the hold.
    """
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        return _drop(order)


def refund_key(change_entry: LedgerEntry) -> str:
    """Return the key of the refund for a change, from its entry in the log."""
    return f"change:{change_entry.order}:{change_entry.pk}"


def lock_order(order: Order) -> tuple[Order, datetime]:
    """Lock the order's hold; return the order, read again, and the database's time."""
    locks.lock_hold(pk=order.hold_id)
    order = Order.objects.select_related("performance__show", "user").get(pk=order.pk)
    return order, database_now()


def _reject_checked_in(order, tickets):
    if tickets and checked_in_tickets(order) & {ticket.pk for ticket in tickets}:
        raise CannotChange


def _ids(difference):
    return [line.ticket for line in difference.lines]


def _create_pending(order, difference):
    """Return the pending change with exactly these lines; any other is dropped."""
    lines = [line.to_json() for line in difference.lines]
    pending = order.changes.pending().first()
    if pending and pending.lines == lines:
        return pending
    _drop(order)
    number = order.changes.count() + 1
    return TicketChange.objects.create(
        order=order,
        number=number,
        reference=f"{order.reference}-{number}",
        lines=lines,
        difference=difference.amount,
    )


def _drop(order):
    return bool(order.changes.pending().update(status=TicketChange.Status.DROPPED))


def apply_difference(order: Order, difference: Difference, actor: str) -> LedgerEntry:
    """Write the new concessions and prices, and return the entry in the log."""
    sold = order.tickets.select_related("place").filter(pk__in=_ids(difference))
    tickets = {ticket.pk: ticket for ticket in sold}
    terms = terms_of(order.performance_id)
    for line in difference.lines:
        ticket = tickets[line.ticket]
        ticket.concession, ticket.price, ticket.fee = line.concession, line.price, line.fee
        _set_rates(ticket, terms)
    changed = ["concession", "price", "fee", "tax_rate", "fee_tax_rate", "tax_exemption"]
    Ticket.objects.bulk_update(tickets.values(), changed)
    lines = [line.to_json() | line_of_ticket(tickets[line.ticket]) for line in difference.lines]
    return _log(
        order,
        actor,
        _ids(difference),
        what="concession",
        amount=difference.amount,
        places=[tickets[line.ticket].place_id for line in difference.lines],
        lines=lines,
    )


def _set_rates(ticket, terms):
    """Set the tax rates of the ticket's new concession, as its new price is one of today's."""
    ids = {term.name: term.id for term in terms.concessions.values()}
    rates = terms.tax_of(ticket.place.price_category_id, ids.get(ticket.concession))
    ticket.tax_rate, ticket.fee_tax_rate = rates.ticket, rates.fee
    ticket.tax_exemption = rates.exemption


def _log(order, actor, tickets, *, what, amount=Decimal("0.00"), places=(), **detail):
    return record(
        LedgerEntry.Kind.CHANGE,
        performance_id=order.performance_id,
        actor=actor,
        order=order.reference,
        places=places,
        amount=amount,
        currency=order.currency,
        detail={"what": what, "tickets": tickets, **detail},
    )


def enqueue_change_email(order: Order, change_entry: LedgerEntry, difference: Difference) -> None:
    """Enqueue the e-mail that confirms a change."""
    enqueue_order_email(
        order,
        "tickets_changed",
        key=f"changed:{order.reference}:{change_entry.pk}",
        tickets=_ids(difference),
        difference=f"{difference.amount:.2f}",
    )
