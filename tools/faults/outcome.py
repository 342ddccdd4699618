"""What must be true once the dust has settled."""

from .house import wait_until

SETTLED_WITHIN = 100


def settle(house):
    """Wait until nothing is on its way any more: payments, refunds. Return what still is."""
    from django.db import close_old_connections

    close_old_connections()
    try:
        wait_until(lambda: not on_its_way(), SETTLED_WITHIN, "")
    except TimeoutError:
        return on_its_way()
    return []


def on_its_way():
    """Say what money is where it should not stay: with us unknown, or not yet given back."""
    from payments.models import DemoCharge, Payment, Refund

    taken = DemoCharge.objects.filter(status=DemoCharge.Status.PAID).values("key")
    open_ = Payment.objects.open().filter(key__in=taken).count()
    asked = Refund.objects.queued().count()
    return [f"{open_} payments open that the bank has taken"] * bool(open_) + [
        f"{asked} refunds not sent"
    ] * bool(asked)


def settle_all():
    """Ask the bank after every open payment, as beat does by and by."""
    from payments.charges import settle_payment
    from payments.models import Payment
    from payments.refunds import send_refunds

    for payment in Payment.objects.open():
        settle_payment(payment)
    send_refunds()


def broken_promises(crowd, shown=None):
    """Return what does not hold: rules of the sale, and what customers were shown or told.

    `shown` are the orders whose tickets were shown; all that the crowd saw, if it is not given.
    """
    from bookings.ledger.audit import audit
    from bookings.models import Order

    found = [
        f"{finding.rule}: {finding.promise} ({finding.count}) {finding.examples[:3]}"
        for finding in audit()
    ]
    shown = crowd.references() if shown is None else shown
    kept = Order.objects.filter(reference__in=shown, status__in=["paid", "cancelled"])
    lost = shown - set(kept.values_list("reference", flat=True))
    found += [f"order {reference} was shown its tickets and has none" for reference in sorted(lost)]
    found += [f"a customer gave up at: {step}" for step in crowd.gave_up]
    found += [
        f"a customer saw something broken at {seen['step']}: {seen['status']} {seen['body'][:300]}"
        for seen in crowd.seen.broken
    ]
    return found


def emails_left() -> int:
    """Return how many e-mails are not sent yet."""
    from emails.models import OutboxEmail

    return OutboxEmail.objects.unsent().count()
