"""Sample data for previews of the sale's e-mails: an order of two tickets in each state."""

from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from emails.quiet_hours import recipient_zone
from emails.sample_registry import Sample, make_recipient, sample_for
from payments.models import Payment, Refund
from shows.models import Follow, Performance
from shows.samples import make_sample_performance

from .aftersale.cancellation import refund_key
from .emails.monthly import MONTHLY, SALES_REPORT
from .emails.months import Month
from .emails.reminders import REMINDER, day_of
from .models import CustomerMessage, Hold, LedgerEntry, Order, Place, Ticket
from .staff_operations.customer_messages import KIND

SEATS = 2


@sample_for("order_confirmation")
def order_confirmation() -> Sample:
    return _about(_order(make_sample_performance()))


@sample_for("payment_returned")
def payment_returned() -> Sample:
    """Make a payment that arrived too late."""
    order = _order(make_sample_performance(), status=Order.Status.LAPSED, paid_at=None)
    return _about(order, payment=_payment(order).key)


@sample_for("order_reserved")
def order_reserved() -> Sample:
    return _about(_reserved_order())


@sample_for("reservation_extended")
def reservation_extended() -> Sample:
    return _about(_reserved_order())


@sample_for("payment_link")
def payment_link() -> Sample:
    return _about(_reserved_order())


@sample_for("payment_reminder")
def payment_reminder() -> Sample:
    return _about(_reserved_order())


@sample_for("reservation_lapsed")
def reservation_lapsed() -> Sample:
    return _about(_order(make_sample_performance(), status=Order.Status.LAPSED, paid_at=None))


@sample_for("tickets_cancelled")
def tickets_cancelled() -> Sample:
    """Cancel one of two tickets."""
    order = _order(make_sample_performance(), quantity=1)
    ticket = order.tickets.first()
    return _about(order, tickets=_cancel(order, [ticket]))


@sample_for("partial_refund")
def partial_refund() -> Sample:
    order = _order(make_sample_performance())
    refund = _refund(order, key=f"sample:{order.reference}", amount=Decimal(20))
    return _about(order, refund=refund.key)


@sample_for("tickets_moved")
def tickets_moved() -> Sample:
    order = _order(make_sample_performance())
    return _about(order, tickets=_ids(order))


@sample_for("seats_renamed")
def seats_renamed() -> Sample:
    order = _order(make_sample_performance())
    labels = {str(one.pk): [f"{one.label}1", one.label] for one in order.tickets.all()}
    return _about(order, labels=labels)


@sample_for("tickets_changed")
def tickets_changed() -> Sample:
    order = _order(make_sample_performance())
    ticket = order.tickets.first()
    before, ticket.price = ticket.price, ticket.price / 2
    ticket.concession = _("Pupils and students")
    ticket.save()
    return _about(order, tickets=[ticket.pk], difference=str(ticket.price - before))


@sample_for("performance_cancelled")
def performance_cancelled() -> Sample:
    performance = make_sample_performance(status=Performance.Status.CANCELLED)
    order = _order(
        performance, status=Order.Status.CANCELLED, quantity=0, cancelled_at=timezone.now()
    )
    return _about(order, tickets=_cancel(order, order.tickets.all()))


@sample_for("performance_rescheduled")
def performance_rescheduled() -> Sample:
    now = timezone.now()
    performance = make_sample_performance(rescheduled_at=now, refund_until=now + timedelta(days=14))
    before = performance.starts_at - timedelta(days=7)
    return _about(_order(performance), before=before.isoformat())


@sample_for(KIND)
def customer_message() -> Sample:
    order = _order(make_sample_performance())
    text = {"subject": _("Doors open earlier"), "text": _("Please come half an hour earlier.")}
    message = CustomerMessage.objects.create(
        request_key=f"sample-{order.reference}", texts={order.language: text}
    )
    message.performances.set([order.performance])
    return _about(order, message=message.pk)


@sample_for(REMINDER)
def reminder() -> Sample:
    performance = make_sample_performance(days=1)
    return _about(_order(performance), day=day_of(performance))


@sample_for(MONTHLY)
def monthly() -> Sample:
    """Make a customer with a past show last month and an upcoming one."""
    user = make_recipient()
    month, zone = _last_month(user)
    seen_on = month.next.first_day - timedelta(days=3)
    today = timezone.now().astimezone(zone).date()
    _order(make_sample_performance(days=(seen_on - today).days, title="Morgenstern"), user=user)
    _order(make_sample_performance(days=12), user=user)
    Follow.objects.create(
        user=user, show=make_sample_performance(days=40, title="Kammerspiel").show
    )
    return Sample({"user": user.pk, "month": str(month), "zone": zone.key}, user)


@sample_for(SALES_REPORT)
def sales_report() -> Sample:
    """Use the actual month, or make a single order where nothing was sold."""
    user = make_recipient(is_staff=True, is_superuser=True)
    month, zone = _last_month(user)
    at = month.ends(zone) - timedelta(days=9)
    if not LedgerEntry.objects.filter(at__gte=month.begins(zone), at__lt=month.ends(zone)).exists():
        order = _order(make_sample_performance())
        common = {"performance": order.performance, "order": order.reference, "actor": "system"}
        places = [ticket.place_id for ticket in order.tickets.all()]
        LedgerEntry.objects.create(kind=LedgerEntry.Kind.SALE, places=places, at=at, **common)
        money = {"amount": order.total, "currency": order.currency}
        LedgerEntry.objects.create(kind=LedgerEntry.Kind.PAYMENT, at=at, **money, **common)
    return Sample({"user": user.pk, "month": str(month), "zone": zone.key}, user)


def _last_month(user):
    zone = recipient_zone(user)
    return Month.before(timezone.now().astimezone(zone).date()), zone


def _about(order, **more):
    return Sample({"order": order.reference, **more}, order.user)


def _reserved_order():
    return _order(
        make_sample_performance(),
        status=Order.Status.RESERVED,
        paid_at=None,
        payable_until=timezone.now() + timedelta(days=7),
    )


def _order(performance, *, user=None, **fields):
    """Make an order of two seats, paid by default."""
    user, now = user or make_recipient(), timezone.now()
    category = performance.price_categories.get()
    hold = Hold.objects.create(
        performance=performance,
        visitor="sample",
        user=user,
        status=Hold.Status.BOUGHT,
        created_at=now,
        expires_at=now + timedelta(minutes=8),
    )
    order = Order.objects.create(
        **{
            "performance": performance,
            "hold": hold,
            "user": user,
            "visitor": hold.visitor,
            "email": user.email,
            "name": user.name,
            "status": Order.Status.PAID,
            "currency": performance.currency,
            "total": SEATS * category.price,
            "quantity": SEATS,
            "paid_at": now,
            **fields,
        }
    )
    if order.is_confirmed:
        _issue_tickets(order, category)
    return order


def _issue_tickets(order, category):
    for seat in order.performance.plan.seats.select_related("section")[:SEATS]:
        place = Place.objects.create(
            performance=order.performance,
            section=seat.section,
            seat=seat,
            price_category=category,
            state=Place.State.SOLD,
        )
        Ticket.objects.create(
            order=order,
            performance=order.performance,
            place=place,
            label=_("%(section)s, row %(row)s, seat %(number)s")
            % {"section": seat.section.name, "row": seat.row, "number": seat.number},
            category=category.name,
            price=category.price,
            fee=category.fee,
            holder=order.name,
        )


def _cancel(order, tickets):
    """Cancel tickets with a full refund; return their ids."""
    ids = [ticket.pk for ticket in tickets]
    cancelled = {"status": Ticket.Status.CANCELLED, "cancelled_at": timezone.now()}
    order.tickets.filter(pk__in=ids).update(**cancelled)
    _refund(order, key=refund_key(ids), amount=sum(ticket.price for ticket in tickets))
    return ids


def _refund(order, *, key, amount):
    return Refund.objects.create(
        payment=_payment(order), key=key, amount=amount, reason=_("Sample")
    )


def _payment(order):
    return Payment.objects.create(
        purpose=order.reference,
        provider="sample",
        amount=order.total,
        currency=order.currency,
        description=order.performance.show.title,
        return_url=settings.SITE_URL,
        status=Payment.Status.CAPTURED,
        captured_at=timezone.now(),
    )


def _ids(order):
    return [ticket.pk for ticket in order.tickets.all()]
