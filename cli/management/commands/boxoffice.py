"""The box office at the terminal. Every sub-command calls what the pages call."""

import secrets
import sys
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Annotated

from django.core.management import CommandError
from django.utils.timezone import now
from django_typer.management import TyperCommand, command, initialize
from typer import Argument, Context, Option

from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.partial_refunds import refund_amount
from bookings.exceptions import Refusal
from bookings.ledger.audit import audit as audit_sale
from bookings.models import Order, Place
from bookings.sale.customers import Customer
from bookings.sale.orders import place_order, start_order_payment
from bookings.sale.quotes import quote_hold
from bookings.seat_selection.holding import hold_best
from bookings.staff_operations.blocking import block_places, unblock_places
from bookings.staff_operations.put_on_sale import put_on_sale as open_sale
from cli import queries, tables
from cli.audited_command import AuditedCommand
from cli.menu import run_menu
from cli.output import print_result, progress_bar
from core.absolute_urls import absolute
from core.version import VERSION
from door.sales import Method, take_payment
from payments.charges import pay_url
from payments.exceptions import PaymentError
from shows.models import Performance
from waitingroom.admission import admit as admit_visitors
from waitingroom.exceptions import QueueError
from waitingroom.joining import join
from waitingroom.progress import progress_of
from waitingroom.queue_status import queue_status_of
from waitingroom.queue_tokens import sign_token
from waitingroom.rooms import cached_room

ACTOR = "terminal"
Number = Annotated[int, Argument(help="The performance's number, as in its address.", min=1)]
Json = Annotated[bool, Option("--json", help="Tell programs: JSON on the standard output.")]
Reason = Annotated[str, Option(help="Why; it is written into the log.")]
Reference = Annotated[str, Argument(help="The order's reference, such as 7KQ2M9XA.")]


class Paid(Enum):
    """How money is taken by hand."""

    CASH = Method.CASH.value
    TERMINAL = Method.TERMINAL.value


class Command(AuditedCommand, TyperCommand):
    help = (
        "Run the box office from the terminal. Each sub-command has --help, which says what it "
        "does, and --json, for programs. Exit code 0: done; 1: refused, or something is wrong."
    )

    def get_version(self) -> str:
        return VERSION

    @initialize(invoke_without_command=True)
    def menu(self, context: Context) -> None:
        if context.invoked_subcommand is None:
            run_menu(self)

    @command()
    def availability(self, performance: Number, as_json: Json = False):
        """Draw how full each section of a performance is."""
        told = queries.house_of(_performance(performance))
        print_result(self, told, as_json=as_json, drawn=tables.house)

    @command(name="put-on-sale")
    def put_on_sale(self, performance: Number, as_json: Json = False):
        """Make the places of a performance and publish it. Asked twice, it is done once."""
        with progress_bar(self, "Making places", hidden=as_json) as progress, _refusals():
            opened = open_sale(
                performance=_performance(performance), actor=ACTOR, progress=progress
            )
        print_result(self, queries.house_of(opened), as_json=as_json, drawn=tables.house)

    @command()
    def transactions(
        self,
        last: Annotated[int, Option(help="How many lines.", min=1, max=100_000)] = 20,
        performance: Annotated[int | None, Option(help="Of one performance.")] = None,
        order: Annotated[str, Option(help="Of one order.")] = "",
        as_json: Json = False,
    ):
        """Show the last lines of the transaction log, the newest first."""
        told = queries.transactions(last=last, performance=performance, order=order.upper())
        print_result(self, told, as_json=as_json, drawn=tables.transactions)

    @command()
    def find(
        self,
        words: Annotated[str, Argument(help="A reference, an e-mail address or a name.")],
        as_json: Json = False,
    ):
        """Find orders."""
        print_result(self, queries.find_orders(words), as_json=as_json, drawn=tables.orders)

    @command()
    def refund(
        self,
        reference: Reference,
        amount: Annotated[
            str | None,
            Option(help="Only this much goes back, and the tickets stay valid; e.g. 10.00."),
        ] = None,
        reason: Reason = "",
        wish: Annotated[
            str, Option(help="Names a refund of an amount: sent twice, done once.")
        ] = "",
        as_json: Json = False,
    ):
        """Cancel an order and give its money back, or with --amount only a part of the money."""
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
                    request_key=wish or secrets.token_hex(4),
                )
        told = [queries.order_facts(_order(reference))]
        print_result(self, told, as_json=as_json, drawn=tables.orders)

    @command()
    def block(
        self,
        performance: Number,
        seats: Annotated[
            list[str], Argument(help="Seats as section:row:number, e.g. Stalls:A:12.")
        ],
        reason: Reason = "",
        as_json: Json = False,
    ):
        """Take seats off sale. If one of them is held or sold, none is blocked."""
        self._change(block_places, performance, seats, reason, as_json)

    @command()
    def unblock(
        self,
        performance: Number,
        seats: Annotated[
            list[str], Argument(help="Seats as section:row:number, e.g. Stalls:A:12.")
        ],
        reason: Reason = "",
        as_json: Json = False,
    ):
        """Put blocked seats back on sale."""
        self._change(unblock_places, performance, seats, reason, as_json)

    @command()
    def sell(
        self,
        performance: Number,
        quantity: Annotated[int, Argument(help="How many of the best places.", min=1, max=50)],
        email: Annotated[str, Option(help="Where the tickets go.")],
        name: Annotated[str, Option(help="Who buys.")],
        paid: Annotated[Paid | None, Option(help="You have taken the money, this way.")] = None,
        as_json: Json = False,
    ):
        """Hold and order the best places for a customer, and say where they pay."""
        visitor = f"terminal-{secrets.token_urlsafe(8)}"
        customer = Customer(visitor=visitor, pays_online=paid is None)
        with _refusals():
            found = hold_best(
                performance_id=_performance(performance).pk, quantity=quantity, customer=customer
            )
            quote = quote_hold(found.held.hold)
            order = place_order(
                hold=found.held.hold, seen=quote.token, customer=customer, email=email, name=name
            )
            if paid:
                order = take_payment(order=order, method=paid.value)
            told = queries.order_facts(order) | {"seats": [line.label for line in quote.lines]}
            told["pay"] = None if order.is_confirmed else _where_to_pay(order)
        print_result(self, told, as_json=as_json, drawn=tables.sale)

    @command()
    def enqueue(
        self,
        performance: Number,
        code: Annotated[str, Option(help="A code that opens a lane, such as VIP.")] = "",
        as_json: Json = False,
    ):
        """Let a test visitor join the waiting room, and show their place."""
        visitor = f"test-{secrets.token_urlsafe(8)}"
        with _refusals():
            token = join(performance_id=performance, visitor=visitor, code=code)
            cached = cached_room(performance, fresh=True)
            progress = progress_of(token, queue_status_of(performance).data, cached.room)
        told = {
            "visitor": visitor,
            "lane": cached.lane(token.lane_id).name,
            "position": progress.position,
            "ahead": progress.ahead,
            "is_admitted": progress.is_admitted,
            "place": sign_token(token),
        }
        print_result(self, told, as_json=as_json, drawn=tables.pairs)

    @command()
    def admit(self, performance: Number, as_json: Json = False):
        """Admit as many visitors as fit, now."""
        with _refusals():
            if cached_room(performance, fresh=True) is None:
                raise CommandError("There is no waiting room for this performance.")
            result = admit_visitors(performance)
        admitted = sum(result.admitted.values()) if result else 0
        told = {"admitted": admitted, "in_sale": result.in_sale if result else None}
        print_result(self, told, as_json=as_json, drawn=tables.pairs)

    @command()
    def report(
        self,
        performance: Annotated[int | None, Option(help="Of one performance.")] = None,
        as_json: Json = False,
    ):
        """Sum up what was sold and what it brought, by performance."""
        told = queries.report(performance=performance)
        print_result(self, told, as_json=as_json, drawn=tables.report)

    @command()
    def audit(self, as_json: Json = False):
        """Check every rule of the sale over all that is stored, and the provider's books.

        Reads only, and may run beside a sale. Exit code 1: a rule is broken.
        """
        found = audit_sale()
        told = {"at": now(), "holds": not found, "findings": queries.findings(found)}
        print_result(self, told, as_json=as_json, drawn=tables.findings)
        if found:
            sys.exit(1)

    def _change(self, operation, performance, seats, reason, as_json):
        house = _performance(performance)
        ids = [_place(house, words) for words in seats]
        with _refusals():
            changed = operation(performance=house, place_ids=ids, actor=ACTOR, reason=reason)
        print_result(self, {"changed": len(changed)}, as_json=as_json, drawn=tables.pairs)


@contextmanager
def _refusals():
    """Tell a refusal as a sentence, not as a traceback."""
    try:
        yield
    except (Refusal, QueueError, PaymentError) as refusal:
        raise CommandError(str(refusal)) from None


def _performance(number):
    found = Performance.objects.select_related("show", "venue", "plan").filter(pk=number).first()
    if found is None:
        raise CommandError(f"There is no performance {number}.")
    return found


def _order(reference):
    found = Order.objects.select_related("performance__show", "performance__venue")
    found = found.filter(reference=reference.upper()).first()
    if found is None:
        raise CommandError(f"There is no order {reference}.")
    return found


def _place(performance, words):
    section, _colon, seat = words.partition(":")
    row, _colon, number = seat.rpartition(":")
    found = Place.objects.filter(
        performance=performance,
        section__name__iexact=section,
        seat__row__iexact=row,
        seat__number__iexact=number,
    ).first()
    if found is None:
        raise CommandError(f"There is no seat {words}; write it as section:row:number.")
    return found.pk


def _amount(text):
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or amount != round(amount, 2):
        raise CommandError(f"{text} is not an amount such as 10.00.")
    return amount


def _where_to_pay(order):
    address = absolute(order.get_absolute_url())
    return absolute(pay_url(start_order_payment(order=order, return_url=address)))


# Further sub-commands, which add themselves to the one above.
from cli import catalogue_commands, rehearsal_commands  # noqa: E402, F401
