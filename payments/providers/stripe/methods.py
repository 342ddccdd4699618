"""The payment methods of Stripe that staff can choose in the admin.

Those that Checkout shows without further data of ours: docs.stripe.com/payments/payment-methods.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import stripe
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy

from payments.credentials import Credentials
from payments.exceptions import ProviderUnavailable
from payments.providers.base import PaymentMethod, in_currencies

from .client import call, client_for
from .results import to_units

METHODS: Sequence[PaymentMethod] = (
    PaymentMethod("card", gettext_lazy("Cards, Apple Pay and Google Pay")),
    PaymentMethod("link", "Link"),
    PaymentMethod("paypal", "PayPal", in_currencies("EUR GBP CHF USD CZK DKK NOK PLN SEK AUD CAD")),
    PaymentMethod("klarna", "Klarna", in_currencies("EUR GBP CHF USD CZK DKK NOK PLN SEK AUD CAD")),
    PaymentMethod("ideal", "iDEAL", in_currencies("EUR")),
    PaymentMethod("bancontact", "Bancontact", in_currencies("EUR")),
    PaymentMethod("eps", "EPS", in_currencies("EUR")),
    PaymentMethod("p24", "Przelewy24", in_currencies("EUR PLN")),
    PaymentMethod("blik", "BLIK", in_currencies("PLN")),
    PaymentMethod("twint", "TWINT", in_currencies("CHF")),
    PaymentMethod("mobilepay", "MobilePay", in_currencies("EUR DKK NOK SEK")),
    PaymentMethod("swish", "Swish", in_currencies("SEK")),
    PaymentMethod("revolut_pay", "Revolut Pay", in_currencies("EUR GBP")),
    PaymentMethod("cashapp", "Cash App Pay", in_currencies("USD")),
    PaymentMethod("sepa_debit", gettext_lazy("SEPA direct debit"), in_currencies("EUR")),
    PaymentMethod("bacs_debit", gettext_lazy("Bacs Direct Debit"), in_currencies("GBP")),
    PaymentMethod("multibanco", "Multibanco", in_currencies("EUR")),
)
# Those whose outcome is known days later, also of the ones that only the environment can name.
DELAYED_METHODS: Collection[str] = frozenset({
    "acss_debit", "au_becs_debit", "bacs_debit", "boleto", "customer_balance", "konbini",
    "multibanco", "nz_bank_account", "oxxo", "sepa_debit", "sofort", "us_bank_account",
})  # fmt: skip
# An amount that all methods take; the page is never shown to anybody.
TRIED_AMOUNT = Decimal(500)
TRIED_FOR = timedelta(minutes=35)


def find_method_problems(keys: Credentials, methods: Sequence[str], currency: str) -> list[str]:
    """Open a pay page with these methods, and close it; return what Stripe has against them."""
    sessions = client_for(keys).v1.checkout.sessions
    item: Any = {
        "currency": currency.lower(),
        "unit_amount": to_units(TRIED_AMOUNT, currency),
        "product_data": {"name": "A test of the payment methods"},
    }
    params: Any = {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": item}],
        "payment_method_types": list(methods),
        "success_url": settings.SITE_URL,
        "expires_at": int((timezone.now() + TRIED_FOR).timestamp()),
    }
    try:
        session = call(lambda: sessions.create(params))
    except (stripe.InvalidRequestError, stripe.CardError) as error:
        return [error.user_message or str(error)]
    except ProviderUnavailable as error:
        return [str(error)]
    with suppress(stripe.InvalidRequestError, ProviderUnavailable):
        call(lambda: sessions.expire(session.id))
    return []
