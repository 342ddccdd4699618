"""The Stripe provider."""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import stripe
from django.utils.translation import gettext as _
from django.utils.translation import override

from payments.credentials import Credentials, credentials_of
from payments.exceptions import PageClosed, ProviderUnavailable, RefundRefused
from payments.methods import methods_on_page
from payments.models import Payment, Refund
from payments.providers.base import (
    Event,
    Page,
    PageOptions,
    PaymentResult,
    PayoutResult,
    RefundResult,
)

from .client import call, client, request
from .events import event_of
from .key_check import find_key_problems
from .methods import DELAYED_METHODS, METHODS, find_method_problems
from .payouts import fetch_payouts
from .results import dispute_result, payment_result, refund_result, to_units

logger = logging.getLogger(__name__)

# A page that nobody closes expires so long after the payment was started. Stripe takes 30 minutes
# to 24 hours from the call, which may come some time later; no basket lives longer than 90 minutes.
PAGE_LIFETIME = timedelta(hours=2)
# Languages of the pay page (docs.stripe.com/api/checkout/sessions/create).
LOCALES = """
    bg cs da de el en es et fi fil fr hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv
    th tr vi zh zh-HK zh-TW
""".split()
INTENT = ["payment_intent.latest_charge"]
SESSIONS = "/v1/checkout/sessions"


class StripeProvider:
    name = "stripe"
    is_remote = True
    closes_pages = True
    methods = METHODS
    delayed_methods = DELAYED_METHODS
    takes_access_token = False

    def open_page(self, payment: Payment, options: PageOptions) -> Page:
        if payment.page_reference:
            session = self._session(payment)
            if session["status"] != "open":
                raise PageClosed(_("This payment page is closed."))
        else:
            session = self._create_session(payment, options)
        return Page(session["url"] or "", session["id"])

    def close_page(self, payment: Payment) -> None:
        _check_mode(payment.page_reference)
        sessions = client().v1.checkout.sessions
        try:
            call(
                lambda: sessions.expire(
                    payment.page_reference, options={"idempotency_key": f"close:{payment.key}"}
                )
            )
        except stripe.InvalidRequestError as error:
            # It was paid, or has expired by itself.
            logger.info("The page of payment %s is closed already: %s", payment.key, error)

    def fetch_status(self, payment: Payment, *, details: bool = False) -> PaymentResult:
        if not payment.page_reference:
            # Its page was never shown to anybody.
            return PaymentResult(status=Payment.Status.OPEN)
        result = payment_result(self._session(payment))
        return self._with_details(result) if details else result

    def refund(self, refund: Refund) -> RefundResult:
        payment = refund.payment
        _check_mode(payment.page_reference)
        params: Any = {
            "payment_intent": payment.provider_reference,
            "amount": to_units(refund.amount, payment.currency),
            "metadata": {"refund": refund.key},
        }
        options: Any = {"idempotency_key": f"refund:{refund.provider_key}"}
        try:
            made = call(lambda: client().v1.refunds.create(params, options))
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            raise RefundRefused(error.user_message or str(error)) from error
        except stripe.IdempotencyError as error:
            raise RefundRefused(_("Another refund was requested with this key.")) from error
        return refund_result(made)

    def fetch_payouts(
        self, since: datetime, without_lines: Collection[str] = ()
    ) -> Iterator[PayoutResult]:
        return fetch_payouts(client(), since, without_lines)

    def find_key_problems(self, keys: Credentials) -> list[str]:
        return find_key_problems(keys)

    def find_method_problems(
        self, keys: Credentials, methods: Sequence[str], currency: str
    ) -> list[str]:
        return find_method_problems(keys, methods, currency)

    def read_event(self, *, headers: Mapping[str, str], body: bytes) -> Event:
        return event_of(body, headers.get("Stripe-Signature", ""), keys=credentials_of(self.name))

    def _create_session(self, payment: Payment, options: PageOptions) -> dict[str, Any]:
        with override(options.language):
            label = _("Order %s") % payment.purpose
        params: Any = {
            "mode": "payment",
            "client_reference_id": payment.key,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": payment.currency.lower(),
                        "unit_amount": to_units(payment.amount, payment.currency),
                        "product_data": {"name": label},
                    },
                }
            ],
            "payment_method_types": methods_on_page(
                self, payment.currency, allows_delayed=options.allows_delayed
            ),
            "payment_intent_data": {
                "description": label,
                # The charge takes these over; by them events without a session are ours.
                "metadata": {"payment": payment.key},
            },
            "metadata": {"payment": payment.key},
            "adaptive_pricing": {"enabled": False},
            "success_url": payment.return_url,
            "cancel_url": payment.return_url,
            "locale": _locale(options.language),
            "expires_at": int((payment.created_at + PAGE_LIFETIME).timestamp()),
        }
        if options.email:
            params["customer_email"] = options.email
        params["idempotency_key"] = payment.key
        try:
            return request("post", SESSIONS, params)
        except stripe.IdempotencyError as error:
            # The customer's details have changed since an attempt that got no answer.
            raise PageClosed(_("This payment was started with other details.")) from error
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            logger.error("Stripe refuses the page of payment %s: %s", payment.key, error)
            raise PageClosed(error.user_message or str(error)) from error

    def _session(self, payment: Payment) -> dict[str, Any]:
        _check_mode(payment.page_reference)
        try:
            return request("get", f"{SESSIONS}/{payment.page_reference}", {"expand": INTENT})
        except stripe.InvalidRequestError as error:
            raise ProviderUnavailable(
                _("Stripe does not know this payment: %s") % error.user_message
            ) from error

    def _with_details(self, result: PaymentResult) -> PaymentResult:
        """Add the refunds and disputes of a captured payment: two more calls."""
        if result.status != Payment.Status.CAPTURED:
            return result
        of_intent: Any = {"payment_intent": result.reference, "limit": 100}
        api = client().v1
        refunds = call(lambda: list(api.refunds.list(of_intent).auto_paging_iter()))
        disputes = call(lambda: list(api.disputes.list(of_intent).auto_paging_iter()))
        return replace(
            result,
            refunds=[refund_result(one) for one in refunds],
            disputes=[dispute_result(one) for one in disputes],
        )


def _check_mode(page_reference: str) -> None:
    """Refuse to use live keys for a test payment, and the other way round.

    The ID of a session says which it is: `cs_test_…`, `cs_live_…`.
    """
    mode = credentials_of("stripe").mode
    other = "test" if mode == "live" else "live"
    if page_reference.startswith(f"cs_{other}_"):
        raise ProviderUnavailable(
            _("This is a %(other)s payment, and the site's keys are %(mode)s keys.")
            % {"other": other, "mode": mode}
        )


def _locale(language: str) -> str:
    """Return the language of the pay page: the browser's where Stripe has not the customer's."""
    name, _hyphen, region = language.partition("-")
    full = f"{name}-{region.upper()}"
    return next((code for code in (full, name) if code in LOCALES), "auto")
