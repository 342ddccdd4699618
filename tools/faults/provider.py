"""A payment provider that misbehaves: the payments sandbox, as Stripe."""

from contextlib import contextmanager
from decimal import Decimal

import stripe

from .system import wait_until

SETTLED_WITHIN = 120

# What goes wrong, one after the other, each while customers buy.
MISBEHAVIOUR = {
    "loses the answer after the charge": {"lose_returns": 4, "lose_for": 1.0},
    "loses the answer after making the page": {"lose_answers": 2, "lose_for": 12.0},
    "answers with 500": {"fail_next": 10, "fail_with": 500},
    "answers with 429": {"fail_next": 10, "fail_with": 429},
    "cuts connections": {"fail_next": 10, "fail_with": 0},
    "takes three seconds": {"slow": 3.0},
    "sends events twice": {"events_doubled": True},
    "sends events in the wrong order": {"events_reversed": 6},
    "sends forged events": {"events_forged": True},
    "sends no events": {"events_missing": True},
}
# The same while everybody is refunded.
AT_REFUNDS = {
    "loses the answers about refunds": {
        "lose_answers": 2, "lose_for": 12.0, "events_missing": True
    },
    "refuses refunds with 500": {
        "fail_next": 3, "fail_with": 500, "fail_path": "/refunds", "events_doubled": True
    },
}  # fmt: skip


@contextmanager
def paying_with(context, provider):
    """Let customers pay at this provider until the block ends and its records are settled."""
    with context.crowd.rest():
        context.system.use(**provider.variables)
    try:
        yield
        provider.remote.behave_well()
        provider.remote.release_webhooks()
        _settle(provider)
    finally:
        with context.crowd.rest():
            context.system.use()


def _settle(provider):
    """Wait until the provider's records and ours agree, without the pauses between attempts."""
    from django.db.models.functions import Now

    from payments.models import Refund

    def is_settled():
        Refund.objects.queued().update(try_after=Now())
        return not (broken_charges(provider) or Refund.objects.queued().exists())

    try:
        wait_until(is_settled, SETTLED_WITHIN, "")
    except TimeoutError:
        queued = Refund.objects.queued().count()
        left = [*broken_charges(provider)[:3], f"{queued} refunds are not sent"]
        raise AssertionError(f"The provider's records and ours differ: {'; '.join(left)}") from None


def cancel_performance(system, performance_id):
    """Have staff cancel a performance, in a process with the settings of the site."""
    system.manage(
        "shell",
        "--verbosity=0",
        f"--command=from shows.models import Performance;"
        f"from bookings.staff_operations.performance_cancellation import cancel_performance;"
        f"cancel_performance(performance=Performance.objects.get(pk={performance_id}),"
        f" actor='faults', reason='A fault.')",
    )


def broken_charges(provider):
    """Return the charges at the provider that are no captured payment, or are refunded otherwise.

    Whether each captured payment is an order or a refund is checked by the audit.
    """
    from payments.models import Payment, Refund

    payments = {payment.key: payment for payment in Payment.objects.captured()}
    refunds = {key: Decimal(0) for key in payments}
    for refund in Refund.objects.accepted().select_related("payment"):
        refunds[refund.payment.key] += refund.amount
    found = []
    for charge in charges_at(provider):
        key, payment = charge.metadata["payment"], payments.get(charge.metadata["payment"])
        if payment is None or payment.amount * 100 != charge.amount:
            found.append(f"charge {charge.id} of {charge.amount} is no captured payment")
        elif refunds[key] * 100 != charge.amount_refunded:
            there, here = charge.amount_refunded, refunds[key] * 100
            found.append(f"charge {charge.id}: {there} refunded there, {here:.0f} here")
    return found


def charges_at(provider):
    """Return what customers were charged, as the provider's API lists it."""
    client = stripe.StripeClient(
        provider.variables["STRIPE_SECRET_KEY"], base_addresses={"api": provider.url}
    )
    charges = client.v1.charges.list({"limit": 100}).auto_paging_iter()
    return [charge for charge in charges if charge.status == "succeeded"]
