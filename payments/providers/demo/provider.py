"""The demo provider: the demo bank behind the same interface as any real provider."""

import json
from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from payments.exceptions import InvalidEvent, RefundRefused
from payments.models import DemoCharge, Payment, Refund
from payments.providers.base import (
    Event,
    LocalProvider,
    Page,
    PageOptions,
    PaymentResult,
    RefundResult,
)
from payments.statements import find_decided_charge, insert_charge

from . import bank, signing

STATUS = {
    DemoCharge.Status.PAID: Payment.Status.CAPTURED,
    DemoCharge.Status.DECLINED: Payment.Status.FAILED,
}


class DemoProvider(LocalProvider):
    """The demo bank. Its pages cannot be closed, so that late payments can be tried."""

    name = "demo"

    def open_page(self, payment: Payment, options: PageOptions) -> Page:
        insert_charge(payment)
        return Page(reverse("payments:demo_pay", args=[payment.key]))

    def fetch_status(self, payment: Payment, *, details: bool = False) -> PaymentResult:
        charge = find_decided_charge(payment.key)
        if charge is None:
            return PaymentResult(status=Payment.Status.OPEN)
        declined = charge.status == DemoCharge.Status.DECLINED
        return PaymentResult(
            status=STATUS[DemoCharge.Status(charge.status)],
            amount=charge.amount,
            currency=charge.currency,
            reference=f"demo-{charge.pk}",
            card=bank.card_digits(charge),
            failure=_("The demo bank declined the payment.") if declined else "",
        )

    @transaction.atomic
    def refund(self, refund: Refund) -> RefundResult:
        charges = DemoCharge.objects.filter(key=refund.payment.key)
        charge = charges.select_for_update().first()
        if charge is None:
            raise RefundRefused(_("The demo bank has no such charge."))
        result = RefundResult("", Refund.Status.SUCCEEDED, refund.amount, key=refund.key)
        if refund.key in charge.refunds:
            return result
        changed = charges.refundable(refund.amount).update(
            refunded=F("refunded") + refund.amount,
            refunds={**charge.refunds, refund.key: str(refund.amount)},
        )
        if not changed:
            raise RefundRefused(_("The refund exceeds what the demo bank has charged."))
        return result

    def read_event(self, *, headers: Mapping[str, str], body: bytes) -> Event:
        if not signing.is_genuine(body, headers.get(signing.HEADER, "")):
            raise InvalidEvent("The signature is not the demo bank's, or it has expired.")
        try:
            event = json.loads(body)
            return Event(
                event_id=str(event["id"])[:100],
                kind=str(event["kind"])[:40],
                key=str(event["key"])[:32],
                body=event,
            )
        except (ValueError, TypeError, KeyError) as error:
            raise InvalidEvent(f"The event is malformed: {error!r}") from error
