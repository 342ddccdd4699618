"""Changing tickets that have been sold: another name on them, another concession.

A ticket keeps its code through all of this: the code says which ticket it is, and the door shows
whose it is and at which concession as of now. Only who gets a ticket of somebody else's, another
place, or a replacement gets a new code.
"""

from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from core.exceptions import Refused
from emails.outbox import enqueue_email
from shows.terms import terms_of

from ..ledger.recording import record
from ..models import LedgerEntry, Order, Ticket, TicketChange
from ..sale import locks
from ..sale.online import check_payable
from .cancellation import may_cancel, tickets_inside
from .refunds import refund_order


class CannotChange(Refused):
    def __str__(self):
        return _("These tickets can no longer be changed.")


class ChangeLooksDifferent(Refused):
    """What the customer saw is not what the change would now do."""

    def __str__(self):
        return _("The prices have changed since you last saw them. Please check and confirm again.")


@dataclass(frozen=True)
class Line:
    """What is to become of one ticket. Amounts are all in, `fee` is a part of `price`."""

    ticket: int
    label: str
    old_concession: str
    old_price: Decimal
    concession: str
    price: Decimal
    fee: Decimal

    def frozen(self):
        amounts = {name: f"{getattr(self, name):.2f}" for name in ("old_price", "price", "fee")}
        return asdict(self) | amounts

    @classmethod
    def thawed(cls, line):
        amounts = {name: Decimal(line[name]) for name in ("old_price", "price", "fee")}
        return cls(**{**line, **amounts})


@dataclass(frozen=True)
class Difference:
    """What a change of concessions does, ticket by ticket, and what it comes to."""

    reference: str
    lines: tuple

    @property
    def amount(self):
        """What is still to be paid; below zero: what comes back."""
        return sum((line.price - line.old_price for line in self.lines), Decimal(0))

    @property
    def back(self):
        return -self.amount

    @property
    def token(self):
        """A signature over all of it: "what you saw is what happens"."""
        seen = "|".join(
            f"{line.ticket}:{line.old_price:.2f}:{line.concession}:{line.price:.2f}:{line.fee:.2f}"
            for line in self.lines
        )
        return salted_hmac("concert.change", f"{self.reference}|{seen}").hexdigest()

    def was_seen(self, token):
        return constant_time_compare(self.token, token or "")


def may_change(order, deadline, now):
    """Whether the customer may choose other concessions: as long as they may cancel."""
    return may_cancel(order, deadline, now)


def may_rename(order, starts_at, now):
    """Whether the customer may write other names on the tickets: until it begins."""
    return order.status == Order.Status.PAID and now < starts_at


def concessions_for(ticket, terms):
    """Return the (term or None, price, fee) that may be chosen for the ticket; the first is full.

    Nothing when its concession is not one of the performance's: those tickets were given away, or
    sold on terms that are no more. Needs the ticket's place.
    """
    names = {term.name for term in terms.concessions.values()}
    if not names or (ticket.concession and ticket.concession not in names):
        return []
    category = ticket.place.price_category_id
    choices = [None, *terms.concessions.values()]
    return [(term, *terms.price_of(category, term.id if term else None)) for term in choices]


def difference_of(*, order, tickets, wishes):
    """Return the `Difference` that `wishes` make, `{ticket id: name of a concession, or ""}`.

    A ticket that has what is wished for already stays out of it, and so does one for which it
    cannot be had. Prices are today's; what was paid for the ticket is what counts against them.
    """
    terms = terms_of(order.performance_id)
    lines = []
    for ticket in tickets:
        wish = wishes.get(ticket.pk, ticket.concession)
        for term, price, fee in concessions_for(ticket, terms):
            name = term.name if term else ""
            if name == wish != ticket.concession:
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


def rename_holders(*, order, names, actor):
    """Write other names on tickets, `{ticket id: name}`; return the tickets that changed.

    Until the performance begins, also when it is sold out and after the deadline for giving back.
    Whose name it was stays out of the log, which is never deleted. Locks the hold. Raises
    `CannotChange`.
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
        _refuse_inside(order, renamed)
        if renamed:
            Ticket.objects.bulk_update(renamed, ["holder"])
            _log(order, actor, [ticket.pk for ticket in renamed], what="holder")
    return renamed


def change_concessions(*, order, wishes, seen, actor):
    """Give tickets other concessions, `{ticket id: name, or ""}`, as the customer saw it (`seen`).

    What costs the same or less happens at once, and the difference goes back. What costs more
    happens when its payment arrives: then the pending `Change` is returned, to be paid
    (`start_change_payment`), and it replaces one that was asked for before. Returns None otherwise.
    Asking again for the same does it once. Until the deadline for giving back, with tickets that
    nobody has gone in with. Locks the hold. Raises `CannotChange`, `ChangeLooksDifferent`,
    and `NotSoldOnline` if it costs more and the site takes no payments online.
    """
    with transaction.atomic(durable=True):
        order, now = lock_order(order)
        performance = order.performance
        if not performance.takes_place or not may_change(order, performance.cancel_until, now):
            raise CannotChange
        tickets = Ticket.objects.valid().filter(order=order, pk__in=wishes)
        tickets = list(tickets.select_related("place").order_by("pk"))
        difference = difference_of(order=order, tickets=tickets, wishes=wishes)
        if not difference.lines:
            return None
        if not difference.was_seen(seen):
            raise ChangeLooksDifferent
        _refuse_inside(order, [ticket for ticket in tickets if ticket.pk in _ids(difference)])
        if difference.amount > 0:
            check_payable(difference.amount)
            return _put_off(order, difference)
        _drop(order)
        change = write_difference(order, difference, actor)
        if difference.back > 0:
            refund_order(
                order=order,
                amount=difference.back,
                key=refund_key(change),
                reason=_("Tickets changed."),
                actor=actor,
            )
        tell_of_change(order, change, difference)
    return None


def drop_change(*, order):
    """Leave the tickets as they are; money for the change that still comes goes back. Locks the
    hold. Return whether a change was waiting."""
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        return _drop(order)


def refund_key(line):
    """The name of the refund for a change, by its line of the log."""
    return f"change:{line.order}:{line.pk}"


def lock_order(order):
    """Lock the order's hold; return the order as it is then, and the database's time."""
    locks.lock_hold(pk=order.hold_id)
    order = Order.objects.select_related("performance__show", "user").get(pk=order.pk)
    return order, locks.database_now()


def _refuse_inside(order, tickets):
    if tickets and tickets_inside(order) & {ticket.pk for ticket in tickets}:
        raise CannotChange


def _ids(difference):
    return [line.ticket for line in difference.lines]


def _put_off(order, difference):
    """Return the pending change that says exactly this; any other is dropped for it."""
    lines = [line.frozen() for line in difference.lines]
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


def write_difference(order, difference, actor):
    """Write the new concessions and prices, and return their line of the log."""
    tickets = {ticket.pk: ticket for ticket in order.tickets.filter(pk__in=_ids(difference))}
    for line in difference.lines:
        ticket = tickets[line.ticket]
        ticket.concession, ticket.price, ticket.fee = line.concession, line.price, line.fee
    Ticket.objects.bulk_update(tickets.values(), ["concession", "price", "fee"])
    lines = [line.frozen() for line in difference.lines]
    return _log(
        order,
        actor,
        _ids(difference),
        what="concession",
        amount=difference.amount,
        lines=lines,
    )


def _log(order, actor, tickets, *, what, amount=Decimal("0.00"), **detail):
    return record(
        LedgerEntry.Kind.CHANGE,
        performance_id=order.performance_id,
        actor=actor,
        order=order.reference,
        amount=amount,
        currency=order.currency,
        detail={"what": what, "tickets": tickets, **detail},
    )


def tell_of_change(order, line, difference):
    enqueue_email(
        kind="tickets_changed",
        key=f"changed:{order.reference}:{line.pk}",
        to=order.email,
        user=order.user,
        language=order.language,
        about={
            "order": order.reference,
            "tickets": _ids(difference),
            "difference": f"{difference.amount:.2f}",
        },
    )
