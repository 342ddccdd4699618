"""Sub-commands of the sale, the queue and the transaction log."""

import json
import secrets
import sys
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Annotated, Any

from django.core.management import CommandError
from django.utils.timezone import now
from typer import Argument, Option

from accounts.models import User
from accounts.setup_links import create_setup_link
from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.partial_refunds import refund_amount
from bookings.ledger.audit import audit as audit_sale
from bookings.models import Order, Place
from bookings.sale.customers import Customer
from bookings.sale.orders import place_order
from bookings.sale.payment_pages import open_order_page
from bookings.sale.quotes import quote_hold
from bookings.sale.release import release_hold
from bookings.sale.reservations import end_of_day, reserve_order, usual_last_day
from bookings.seat_selection.holding import hold_best
from bookings.staff_operations.blocking import block_places, unblock_places
from bookings.staff_operations.counter_payments import Method, take_payment
from bookings.staff_operations.put_on_sale import put_on_sale as open_sale
from cli import queries, tables
from cli.boxoffice import Command, Json
from cli.output import print_result, progress_bar
from core.exceptions import Refused
from core.links import absolute
from finance.ledger_seals import export_chain, seal_ledger
from organisation.models import Channel
from shows.models import Performance
from waitingroom.admission import admit as admit_visitors
from waitingroom.joining import join
from waitingroom.live_view import overview_of
from waitingroom.progress import progress_of
from waitingroom.queue_status import queue_status_of
from waitingroom.queue_tokens import sign_token
from waitingroom.rooms import cached_room

ACTOR = "terminal"
Number = Annotated[int, Argument(help="The performance's number, as in its address.", min=1)]
Reason = Annotated[str, Option(help="Why; recorded in the transaction log.")]
Reference = Annotated[str, Argument(help="The order's reference, such as 7KQ2M9XA.")]
Seats = Annotated[list[str], Argument(help="Seats as section:row:number, e.g. Stalls:A:12.")]


class Paid(Enum):
    """How the customer has paid staff, or is going to pay."""

    CASH = Method.CASH.value
    TERMINAL = Method.TERMINAL.value
    TRANSFER = "transfer"


@Command.command(name="availability")
def availability(self, performance: Number, as_json: Json = False) -> None:  # type: ignore[no-untyped-def]
    """Show the available, held, sold and blocked seats of each section."""
    result = queries.availability(_performance(performance))
    print_result(self, result, as_json=as_json, draw=tables.availability)


@Command.command(name="put-on-sale")
def put_on_sale(self, performance: Number, as_json: Json = False) -> None:  # type: ignore[no-untyped-def]
    """Create the seats of a performance and publish it. Calling it again changes nothing."""
    with progress_bar(self, "Creating seats", hidden=as_json) as progress, _refusals():
        opened = open_sale(performance=_performance(performance), actor=ACTOR, progress=progress)
    result = queries.availability(opened)
    print_result(self, result, as_json=as_json, draw=tables.availability)


@Command.command(name="transactions")
def transactions(  # type: ignore[no-untyped-def]
    self,
    last: Annotated[int, Option(help="How many entries.", min=1, max=100_000)] = 20,
    performance: Annotated[int | None, Option(help="Only this performance.")] = None,
    order: Annotated[str, Option(help="Only this order.")] = "",
    as_json: Json = False,
) -> None:
    """Show the last entries of the transaction log, newest first."""
    result = queries.transactions(last=last, performance=performance, order=order.upper())
    print_result(self, result, as_json=as_json, draw=tables.transactions)


@Command.command(name="find")
def find(  # type: ignore[no-untyped-def]
    self,
    search: Annotated[str, Argument(help="A reference, an e-mail address or a name.")],
    as_json: Json = False,
) -> None:
    """Find orders."""
    print_result(self, queries.find_orders(search), as_json=as_json, draw=tables.orders)


@Command.command(name="refund")
def refund(  # type: ignore[no-untyped-def]
    self,
    reference: Reference,
    amount: Annotated[
        str | None,
        Option(help="Refund only this amount, and keep the tickets valid; e.g. 10.00."),
    ] = None,
    reason: Reason = "",
    request_key: Annotated[
        str, Option(help="A key of your own: a refund with the same key is made once.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Cancel an order and refund it, or with --amount refund only a part of it."""
    order = _order(reference)
    with _refusals():
        if amount is None:
            cancel_tickets(order=order, actor=ACTOR, by_staff=True, reason=reason)
        else:
            refund_amount(
                order=order,
                amount=_amount(amount),
                actor=ACTOR,
                reason=reason or "Refunded at the terminal.",
                request_key=request_key or secrets.token_hex(4),
            )
    result = [queries.order_summary(_order(reference))]
    print_result(self, result, as_json=as_json, draw=tables.orders)


@Command.command(name="block")
def block(  # type: ignore[no-untyped-def]
    self,
    performance: Number,
    seats: Seats,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Block seats, so that they are not on sale. If one is held or sold, none is blocked."""
    _change(self, block_places, performance, seats, reason, as_json)


@Command.command(name="unblock")
def unblock(  # type: ignore[no-untyped-def]
    self,
    performance: Number,
    seats: Seats,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Put blocked seats back on sale."""
    _change(self, unblock_places, performance, seats, reason, as_json)


@Command.command(name="sell")
def sell(  # type: ignore[no-untyped-def]
    self,
    performance: Number,
    quantity: Annotated[int, Argument(help="How many seats, the best available.", min=1, max=50)],
    email: Annotated[str, Option(help="The customer's e-mail address.")],
    name: Annotated[str, Option(help="The customer's name.")],
    paid: Annotated[
        Paid | None,
        Option(help="How you have been paid. Transfer: the seats are reserved until you are."),
    ] = None,
    by: Annotated[
        str, Option(help="Who sells: the e-mail address of a member of staff. Needed with --paid.")
    ] = "",
    until: Annotated[
        datetime | None,
        Option(help="The last day for a transfer; in a week.", formats=["%Y-%m-%d"]),
    ] = None,
    as_json: Json = False,
) -> None:
    """Order the best available seats for a customer, and show the payment link."""
    visitor = f"terminal-{secrets.token_urlsafe(8)}"
    staff = _staff(by) if paid else None
    channel = Channel.COUNTER if paid and paid != Paid.TRANSFER else Channel.PHONE
    customer = Customer(visitor=visitor, pays_online=paid is None, channel=channel)
    with _refusals():
        found = hold_best(
            performance_id=_performance(performance).pk, quantity=quantity, customer=customer
        )
        quote = quote_hold(found.hold)
        with _released_if_refused(found.hold):
            order = place_order(
                hold=found.hold, quote_token=quote.token, customer=customer, email=email, name=name
            )
            if paid == Paid.TRANSFER and staff:
                show = order.performance
                end = end_of_day(until.date() if until else usual_last_day(show), show)
                order = reserve_order(order=order, payable_until=end, actor=f"staff:{staff.pk}")
            elif paid and staff:
                order = take_payment(order=order, method=paid.value, staff=staff)
        result = queries.order_summary(order) | {"seats": [line.label for line in quote.lines]}
        result["payable_until"] = order.payable_until
        is_settled = order.is_confirmed or order.is_reserved
        result["pay"] = None if is_settled else _payment_url(order)
    print_result(self, result, as_json=as_json, draw=tables.sale)


@Command.command(name="enqueue")
def enqueue(  # type: ignore[no-untyped-def]
    self,
    performance: Number,
    code: Annotated[str, Option(help="The access code of a lane, such as VIP.")] = "",
    as_json: Json = False,
) -> None:
    """Add a test visitor to the queue of a performance, and show their position."""
    visitor = f"test-{secrets.token_urlsafe(8)}"
    with _refusals():
        token = join(performance_id=performance, visitor=visitor, code=code)
        cached: Any = cached_room(performance, fresh=True)
        progress = progress_of(token, queue_status_of(performance).data, cached.room)
    result = {
        "visitor": visitor,
        "lane": cached.lane(token.lane_id).name,
        "position": progress.position,
        "ahead": progress.ahead,
        "is_admitted": progress.is_admitted,
        "place": sign_token(token),
    }
    print_result(self, result, as_json=as_json, draw=tables.pairs)


@Command.command(name="admit")
def admit(self, performance: Number, as_json: Json = False) -> None:  # type: ignore[no-untyped-def]
    """Admit as many waiting visitors as capacity and rate allow, now."""
    with _refusals():
        if cached_room(performance, fresh=True) is None:
            raise CommandError("This performance has no waiting room.")
        outcome = admit_visitors(performance)
    result = {
        "admitted": sum(outcome.admitted.values()),
        "in_sale": outcome.in_sale,
        "waiting": overview_of(performance).waiting,
    }
    print_result(self, result, as_json=as_json, draw=tables.pairs)


@Command.command(name="report")
def report(  # type: ignore[no-untyped-def]
    self,
    performance: Annotated[int | None, Option(help="Only this performance.")] = None,
    as_json: Json = False,
) -> None:
    """Show tickets sold and revenue by performance."""
    result = queries.report(performance=performance)
    print_result(self, result, as_json=as_json, draw=tables.report)


@Command.command(name="setup-link")
def setup_link(self, as_json: Json = False) -> None:  # type: ignore[no-untyped-def]
    """Create the one-time link for the first superuser, valid for 24 hours.

    It is shown once; an earlier link becomes invalid. Refused if there is a superuser.
    """
    with _refusals():
        link = create_setup_link()
    if as_json:
        result = {"url": link.url, "expires_at": link.expires_at}
        print_result(self, result, as_json=True, draw=tables.pairs)
        return
    # Not drawn: a table would break the line.
    self.stdout.write("Open this link to create the first account. It works once, for 24 hours:")
    self.stdout.write(link.url)


@Command.command(name="audit")
def audit(self, as_json: Json = False) -> None:  # type: ignore[no-untyped-def]
    """Check the rules of the sale over the whole database and the payment provider's records.

    Only reads, also during a sale. Exit code 1: a rule is violated.
    """
    found = audit_sale()
    result = {"at": now(), "holds": not found, "findings": queries.findings(found)}
    print_result(self, result, as_json=as_json, draw=tables.findings)
    if found:
        sys.exit(1)


@Command.command(name="export-ledger")
def export_ledger(self, performance: Number) -> None:  # type: ignore[no-untyped-def]
    """Write the sealed transaction log of a performance, one JSON object a line.

    `tools/verify_ledger.py` checks it without this project.
    """
    found = _performance(performance)
    seal_ledger()
    for line in export_chain(found.pk):
        self.stdout.write(json.dumps(line, ensure_ascii=False))


def _change(self, operation, performance, seats, reason, as_json):
    found = _performance(performance)
    ids = [_place(found, label) for label in seats]
    with _refusals():
        changed = operation(performance=found, place_ids=ids, actor=ACTOR, reason=reason)
    print_result(self, {"changed": len(changed)}, as_json=as_json, draw=tables.pairs)


@contextmanager
def _refusals():
    """Report a refusal as a message instead of a traceback."""
    try:
        yield
    except Refused as refusal:
        raise CommandError(str(refusal)) from None


def _performance(number):
    found = Performance.objects.select_related("show", "venue", "plan").filter(pk=number).first()
    if found is None:
        raise CommandError(f"There is no performance {number}.")
    return found


@contextmanager
def _released_if_refused(hold):
    """Put the seats back on sale at once if the order or its payment is refused."""
    try:
        yield
    except Refused:
        release_hold(hold=hold, actor="system")
        raise


def _staff(email):
    found = User.objects.filter(email=email.lower(), is_staff=True).first()
    if found is None:
        raise CommandError("Say with --by which member of staff sells this.")
    return found


def _order(reference):
    found = Order.objects.select_related("performance__show", "performance__venue")
    found = found.filter(reference=reference.upper()).first()
    if found is None:
        raise CommandError(f"There is no order {reference}.")
    return found


def _place(performance, label):
    section, _colon, seat = label.partition(":")
    row, _colon, number = seat.rpartition(":")
    found = Place.objects.filter(
        performance=performance,
        section__name__iexact=section,
        seat__row__iexact=row,
        seat__number__iexact=number,
    ).first()
    if found is None:
        raise CommandError(f"There is no seat {label}; write it as section:row:number.")
    return found.pk


def _amount(text):
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or amount != round(amount, 2):
        raise CommandError(f"{text} is not an amount such as 10.00.")
    return amount


def _payment_url(order):
    address = absolute(order.get_absolute_url())
    return absolute(open_order_page(order=order, return_url=address)[1])
