"""The demo bank, seen from our side: a `Provider` like any other."""

import json

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from payments.exceptions import ForgedEvent, RefundRefused
from payments.models import DemoCharge, Payment
from payments.providers.base import Event, PaymentResult
from payments.statements import find_known_charge, insert_charge

from . import bank, signing

STATUS = {
    DemoCharge.Status.PAID: Payment.Status.CAPTURED,
    DemoCharge.Status.DECLINED: Payment.Status.FAILED,
}


class DemoProvider:
    name = "demo"

    def pay_url(self, payment):
        insert_charge(payment)
        return reverse("payments:demo_pay", args=[payment.key])

    def fetch_status(self, payment):
        charge = find_known_charge(payment.key)
        if charge is None:
            return PaymentResult(status=Payment.Status.OPEN)
        declined = charge.status == DemoCharge.Status.DECLINED
        return PaymentResult(
            status=STATUS[charge.status],
            amount=charge.amount,
            currency=charge.currency,
            reference=f"demo-{charge.pk}",
            card=bank.card_of(charge),
            failure=_("The demo bank declined the payment.") if declined else "",
        )

    @transaction.atomic
    def refund(self, refund):
        charges = DemoCharge.objects.filter(key=refund.payment.key)
        charge = charges.select_for_update().first()
        if charge is None:
            raise RefundRefused(_("The demo bank knows of no such charge."))
        if refund.key in charge.refunds:
            return
        changed = charges.refundable(refund.amount).update(
            refunded=F("refunded") + refund.amount,
            refunds={**charge.refunds, refund.key: str(refund.amount)},
        )
        if not changed:
            raise RefundRefused(_("The demo bank has not taken that much."))

    def read_event(self, *, headers, body):
        if not signing.is_genuine(body, headers.get(signing.HEADER, "")):
            raise ForgedEvent("The notice is not signed by the demo bank, or was long ago.")
        try:
            notice = json.loads(body)
            return Event(
                event_id=str(notice["id"])[:100],
                kind=str(notice["kind"])[:40],
                key=str(notice["key"])[:32],
                body=notice,
            )
        except (ValueError, TypeError, KeyError) as error:
            raise ForgedEvent(f"The notice makes no sense: {error!r}") from error
