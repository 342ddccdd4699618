"""Tell customers how they get a refund."""

from django.utils.translation import gettext as _

from payments.models import Payment
from payments.providers.counter import IN_PERSON

from ..models import Order


def is_paid_by_hand(order: Order) -> bool:
    """Return whether the order was paid in cash or by card terminal: staff refund it."""
    payments = Payment.objects.captured().for_purpose_and_additions(order.reference)
    return payments.filter(provider__in=IN_PERSON).exists()


def refund_sentence(amount: str, *, by_hand: bool) -> str:
    """Return the sentence for an e-mail that says how the `amount` is refunded."""
    if by_hand:
        return _(
            "You paid %(amount)s at the box office, so we’ll refund it there. Please bring your "
            "order number."
        ) % {"amount": amount}
    return _(
        "We’ll refund %(amount)s to your original payment method. It may take a few days to arrive."
    ) % {"amount": amount}
