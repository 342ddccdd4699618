"""Money taken by hand at the counter: in notes, or by a card terminal that we do not talk to.

Whoever sells says that it has been taken, and that is all there is to ask. Giving it back takes a
hand as well: a refund waits for staff, who note it as given back (`record_manual_refund`).
"""

from django.utils.translation import gettext as _

from payments.exceptions import ForgedEvent, ProviderUnavailable, RefundRefused
from payments.models import Payment

from .base import PaymentResult

CASH, TERMINAL = "cash", "terminal"


class ByHand:
    name = ""

    def pay_url(self, payment):
        raise ProviderUnavailable(_("This is paid at the counter."))

    def fetch_status(self, payment):
        return PaymentResult(
            status=Payment.Status.CAPTURED,
            amount=payment.amount,
            currency=payment.currency,
            reference=self.name,
        )

    def refund(self, refund):
        raise RefundRefused(_("It was paid at the counter. Give it back by hand, then note it."))

    def read_event(self, *, headers, body):
        raise ForgedEvent("The counter sends no events.")


class Cash(ByHand):
    name = CASH


class Terminal(ByHand):
    name = TERMINAL
