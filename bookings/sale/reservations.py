"""Reserve orders that are paid later, and lapse those that are not paid in time.

Customers pay them by bank transfer or, if staff sent them a link, online.

A reserved order keeps its places until `payable_until`: each place is held by the order's hold with
that time. Like any other held place, it can be taken by anybody once the database's clock has
passed it; lapsing the order is housekeeping and notifies the customer. The hold is no longer a
basket, so its own expiry does not apply and the sweeper ignores it.
"""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.database.locks import database_now
from payments.page_closing_requests import close_pages
from shows.models import Performance
from shows.online_sales import LAST_END
from waitingroom import passes

from ..exceptions import HoldLapsed, InvalidRequest, NoBankAccount, NotReserved
from ..ledger.recording import record
from ..models import Hold, LedgerEntry, Order, Place
from ..order_emails import enqueue_order_email
from . import locks
from .guest_places import remove_from_guest_holds
from .payment_options import check_payable
from .queries import order_of_hold
from .release import release_locked_places

USUAL_TIME = timedelta(days=7)  # To pay by transfer, where staff take the order.


def reserve_order(
    *, order: Order, payable_until: datetime, actor: str, by_link: bool = False
) -> Order:
    """Keep the places of a pending order until `payable_until`; it is paid by bank transfer.

    The customer gets an e-mail with the bank account, the amount and the reference; with `by_link`
    one with the link to pay online instead. Reserving a reserved or paid order changes nothing.
    Locks the hold, then its places. Raises `InvalidRequest` for a time in the past or after the
    start, `NoBankAccount` if the seller has none, `NotSoldOnline` for a link where nothing can be
    paid online, `HoldLapsed` if the basket has expired or lost a place meanwhile.
    """
    performance = Performance.objects.select_related("show__seller").get(pk=order.performance_id)
    if by_link:
        check_payable(order.total)
    elif not takes_transfers(performance):
        raise NoBankAccount
    with transaction.atomic(durable=True):
        hold = locks.lock_hold(pk=order.hold_id)
        now = database_now()
        order = _locked(hold)
        if order.is_confirmed or order.is_reserved:
            return order
        _check_end(payable_until, now, performance)
        if not hold.is_live(now):
            raise HoldLapsed
        order.pays_by_link = by_link
        _reserve(hold, order, payable_until, now, actor)
        passes.end_pass(performance_id=hold.performance_id, visitor=hold.visitor)
        kind = "payment_link" if by_link else "order_reserved"
        enqueue_order_email(order, kind, key=f"reserved:{order.reference}")
    return order


def cancel_reservation(*, order: Order, actor: str) -> Order:
    """Release the places of a reserved order, and tell the customer.

    Locks the hold, then its places. Raises `NotReserved` if it is paid or has lapsed meanwhile.
    """
    with transaction.atomic(durable=True):
        hold = locks.lock_hold(pk=order.hold_id)
        order = _locked(hold)
        if not order.is_reserved:
            raise NotReserved
        _end(hold, order, actor=actor, kind=LedgerEntry.Kind.RELEASE)
    return order


def extend_reservation(*, order: Order, payable_until: datetime, actor: str, reason: str) -> Order:
    """Keep the places of a reserved order until another time, and tell the customer.

    Earlier than before is possible too. Locks the hold, then its places. Raises `InvalidRequest`
    for a time in the past or after the start, `NotReserved` if it is paid or has lapsed meanwhile,
    or lost a place after its time.
    """
    performance = Performance.objects.get(pk=order.performance_id)
    with transaction.atomic(durable=True):
        hold = locks.lock_hold(pk=order.hold_id)
        now = database_now()
        order = _locked(hold)
        ordered = {line["place"] for line in order.quote}
        held = {place.pk for place in locks.lock_places_of_hold(hold)}
        if not order.is_reserved or not ordered <= held:
            raise NotReserved
        _check_end(payable_until, now, performance)
        if order.payable_until == payable_until:
            return order
        Place.objects.filter(pk__in=ordered).update(held_until=payable_until)
        order.payable_until = payable_until
        order.save(update_fields=["payable_until"])
        record(
            LedgerEntry.Kind.EXTEND,
            performance_id=order.performance_id,
            actor=actor,
            hold=hold.pk,
            order=order.reference,
            places=sorted(ordered),
            detail={"until": payable_until.isoformat(), "reason": reason},
        )
        key = f"reservation-extended:{order.reference}:{payable_until.isoformat()}"
        kind = "payment_link" if order.pays_by_link else "reservation_extended"
        enqueue_order_email(order, kind, key=key)
    return order


def lapse_reservations(batch: int = 500) -> int:
    """Lapse reserved orders whose time has passed, and tell their customers; return how many.

    Also those of cancelled performances. May be repeated and run several times at once. Each order
    is a transaction of its own, which locks its hold and places.
    """
    due = Order.objects.reservation_over().order_by("payable_until", "pk")
    return sum(_lapse(pk) for pk in due.values_list("hold_id", flat=True)[:batch])


def takes_transfers(performance: Performance) -> bool:
    """Return whether the performance's seller has a bank account."""
    seller = performance.show.sold_by()
    return seller is not None and bool(seller.iban)


def end_of_day(day: date, performance: Performance) -> datetime:
    """Return the end of the day at the venue, or the start of the performance if it is earlier."""
    end = datetime.combine(day, time(23, 59), tzinfo=performance.venue.zone)
    return min(end, performance.starts_at)


def usual_last_day(performance: Performance) -> date:
    """Return the default last day for staff: in a week, or two days before the start."""
    zone = performance.venue.zone
    today = timezone.now().astimezone(zone).date()
    starts = performance.starts_at.astimezone(zone).date()
    return max(today, min(today + USUAL_TIME, starts - LAST_END))


def _check_end(payable_until: datetime, now: datetime, performance: Performance) -> None:
    if not now < payable_until <= performance.starts_at:
        raise InvalidRequest([_("Choose a time between now and the start of the show.")])


def _locked(hold: Hold) -> Order:
    order = order_of_hold(hold)
    if order is None:
        raise Order.DoesNotExist
    return order


def _reserve(hold: Hold, order: Order, until: datetime, now: datetime, actor: str) -> None:
    """Keep the order's places, and release others that the customer added to the basket since."""
    ordered = {line["place"] for line in order.quote}
    held = locks.lock_held_places(hold, now)
    if not ordered <= {place.pk for place in held}:
        raise HoldLapsed
    release_locked_places(hold, [place for place in held if place.pk not in ordered], actor)
    Place.objects.filter(pk__in=ordered).update(held_until=until)
    if hold.is_by_counter_staff:
        remove_from_guest_holds(ordered)
    hold.status, hold.household = Hold.Status.RESERVED, ""
    hold.save(update_fields=["status", "household"])
    order.status, order.payable_until = Order.Status.RESERVED, until
    order.save(update_fields=["status", "payable_until", "pays_by_link"])
    record(
        LedgerEntry.Kind.RESERVE,
        performance_id=order.performance_id,
        actor=actor,
        hold=hold.pk,
        order=order.reference,
        places=sorted(ordered),
        detail={"until": until.isoformat()},
    )


def _lapse(hold_id: int) -> bool:
    with transaction.atomic(durable=True):
        hold = locks.lock_hold(pk=hold_id)
        order = Order.objects.reservation_over().filter(hold=hold).first()
        if order is None:
            return False  # Paid or cancelled meanwhile.
        _end(hold, order, actor="system", kind=LedgerEntry.Kind.LAPSE)
    return True


def _end(hold: Hold, order: Order, *, actor: str, kind: LedgerEntry.Kind) -> None:
    """Lapse the reserved order of the locked hold, and log it.

    Places that others took after its time have another hold by now, and are left alone.
    """
    places = [place.pk for place in locks.lock_places_of_hold(hold)]
    Place.objects.filter(pk__in=places).make_available()
    hold.status = Hold.Status.LAPSED
    hold.save(update_fields=["status"])
    order.status = Order.Status.LAPSED
    order.save(update_fields=["status"])
    close_pages([order.reference])
    record(
        kind,
        performance_id=order.performance_id,
        actor=actor,
        hold=hold.pk,
        order=order.reference,
        places=places,
    )
    enqueue_order_email(order, "reservation_lapsed", key=f"lapsed:{order.reference}")
