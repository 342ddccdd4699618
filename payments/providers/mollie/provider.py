"""Mollie: its pay page by redirect; webhooks that carry an ID only.

Anybody can call the webhook. So its content is not trusted: it names a payment, whose status is
fetched.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from mollie.api.error import NotFoundError, UnprocessableEntityError

from core.languages import regional_locale
from core.money import amount_text
from payments.credentials import Credentials, credentials_of
from payments.exceptions import InvalidEvent, PageClosed, ProviderUnavailable, RefundRefused
from payments.methods import methods_on_page
from payments.models import Dispute, Payment, Refund
from payments.providers.base import (
    DisputeResult,
    Event,
    Page,
    PageOptions,
    PaymentResult,
    PayoutResult,
    RefundResult,
)

from .client import call as _call
from .methods import DELAYED_METHODS, METHODS, find_method_problems
from .payouts import fetch_payouts, find_token_problems

logger = logging.getLogger(__name__)

# Languages of the pay page (docs.mollie.com/reference/create-payment).
LOCALES = """
    ca_ES da_DK de_AT de_CH de_DE en_GB en_US es_ES fi_FI fr_BE fr_FR hu_HU is_IS it_IT lt_LT lv_LV
    nb_NO nl_BE nl_NL pl_PL pt_PT sv_SE
""".split()
STATUS = {
    "open": Payment.Status.OPEN,
    "pending": Payment.Status.PENDING,
    "authorized": Payment.Status.PENDING,
    "paid": Payment.Status.CAPTURED,
    "failed": Payment.Status.FAILED,
    "canceled": Payment.Status.FAILED,
    "expired": Payment.Status.EXPIRED,
}
REFUND_STATUS = {
    "refunded": Refund.Status.SUCCEEDED,
    "failed": Refund.Status.FAILED,
    "canceled": Refund.Status.FAILED,
}


class MollieProvider:
    name = "mollie"
    is_remote = True
    closes_pages = True
    methods = METHODS
    delayed_methods = DELAYED_METHODS
    takes_access_token = True

    def open_page(self, payment: Payment, options: PageOptions) -> Page:
        if payment.page_reference:
            record = self._payment(payment)
        else:
            record = self._create(payment, options)
        if record.status != "open":
            raise PageClosed(_("This payment page is closed."))
        return Page(record.checkout_url, record.id, payment=record.id)

    def close_page(self, payment: Payment) -> None:
        if not self._payment(payment).is_cancelable:
            # Most methods cannot be cancelled. The page expires by itself, within half an hour.
            return
        _call(
            lambda client: client.payments.delete(
                payment.page_reference, idempotency_key=f"close:{payment.key}"
            )
        )

    def fetch_status(self, payment: Payment, *, details: bool = False) -> PaymentResult:
        if not payment.page_reference:
            # Its page was never shown to anybody.
            return PaymentResult(status=Payment.Status.OPEN)
        record = self._payment(payment)
        result = {
            "status": STATUS.get(record.status, Payment.Status.PENDING),
            "reference": record.id,
            "page": record.id,
            "method": record.method or "",
            "card": (record.details or {}).get("cardNumber") or "",
            "failure": _("The payment was not completed.") if record.status == "failed" else "",
        }
        if result["status"] == Payment.Status.CAPTURED:
            result["amount"] = Decimal(record.amount["value"])
            result["currency"] = record.amount["currency"]
            if details:
                result["refunds"] = [_refund_result(one) for one in _listed(record, "refunds")]
                result["disputes"] = [
                    _dispute_result(one) for one in _listed(record, "chargebacks")
                ]
        return PaymentResult(**result)

    def refund(self, refund: Refund) -> RefundResult:
        payment = refund.payment
        data = {
            "amount": _amount(refund.amount, payment.currency),
            "description": payment.purpose,
            "metadata": {"refund": refund.key},
        }
        key = f"refund:{refund.provider_key}"
        try:
            record = self._payment(payment)
            made = _call(lambda _client: record.refunds.create(data, idempotency_key=key))
        except UnprocessableEntityError as error:
            raise RefundRefused(str(error)) from error
        return _refund_result(made)

    def fetch_payouts(
        self, since: datetime, without_lines: Collection[str] = ()
    ) -> Iterator[PayoutResult]:
        return fetch_payouts(since, without_lines)

    def find_key_problems(self, keys: Credentials) -> list[str]:
        try:
            _call(lambda client: client.payments.list(limit=1), keys)
        except ProviderUnavailable as error:
            return [str(error)]
        return find_token_problems(keys)

    def find_method_problems(
        self, keys: Credentials, methods: Sequence[str], currency: str
    ) -> list[str]:
        return find_method_problems(keys, methods, currency)

    def read_event(self, *, headers: Mapping[str, str], body: bytes) -> Event:
        try:
            reference = parse_qs(body.decode("ascii"), strict_parsing=True)["id"][0]
        except (ValueError, KeyError) as error:
            raise InvalidEvent(f"The call names no payment: {error!r}") from error
        if not reference.startswith("tr_") or len(reference) > 100:
            raise InvalidEvent("The call names no payment.")
        # The same call reports every change, refunds and chargebacks included.
        return Event("", "payment", reference=reference, is_about_details=True)

    def _create(self, payment: Payment, options: PageOptions) -> Any:
        with override(options.language):
            description = _("Order %s") % payment.purpose
        locale = regional_locale(options.language)
        data: dict[str, Any] = {
            "amount": _amount(payment.amount, payment.currency),
            "description": description,
            "redirectUrl": payment.return_url,
            "cancelUrl": payment.return_url,
            "locale": locale if locale in LOCALES else "en_GB",
            "method": methods_on_page(
                self, payment.currency, allows_delayed=options.allows_delayed
            ),
            "metadata": {"payment": payment.key},
        }
        if options.email:
            data["billingAddress"] = {"email": options.email}
        if _is_reachable():
            data["webhookUrl"] = settings.SITE_URL + reverse("payments:webhook", args=[self.name])
        try:
            return _call(lambda client: client.payments.create(data, idempotency_key=payment.key))
        except UnprocessableEntityError as error:
            logger.error("Mollie refuses the page of payment %s: %s", payment.key, error)
            raise PageClosed(str(error)) from error

    def _payment(self, payment: Payment) -> Any:
        try:
            return _call(lambda client: client.payments.get(payment.page_reference))
        except NotFoundError as error:
            raise ProviderUnavailable(_("Mollie does not know this payment.")) from error


def _listed(record: Any, name: str) -> list[Any]:
    """Return the payment's refunds or chargebacks; no call unless it has some."""
    if name not in record["_links"]:
        return []
    return _call(lambda _client: list(getattr(record, name).list(limit=250)))


def _is_reachable() -> bool:
    """Return whether webhooks arrive: Mollie refuses addresses that only this machine knows."""
    return not settings.LOCAL_MODE or bool(credentials_of("mollie").api_base)


def _amount(amount: Decimal, currency: str) -> dict[str, str]:
    return {"currency": currency, "value": amount_text(amount, currency)}


def _refund_result(record: Any) -> RefundResult:
    return RefundResult(
        reference=record.id,
        status=REFUND_STATUS.get(record.status, Refund.Status.SENT),
        amount=Decimal(record.amount["value"]),
        key=(record.metadata or {}).get("refund", ""),
        failure=_("Mollie could not refund it.") if record.status == "failed" else "",
    )


def _dispute_result(record: Any) -> DisputeResult:
    # A chargeback is final unless it is reversed; there is nothing to answer by a date.
    is_reversed = bool(record.reversed_at)
    return DisputeResult(
        reference=record.id,
        status=Dispute.Status.WON if is_reversed else Dispute.Status.LOST,
        amount=Decimal(record.amount["value"]),
        reason=((record.reason or {}).get("description") or "")[:60],
        takes_money=not is_reversed,
    )
