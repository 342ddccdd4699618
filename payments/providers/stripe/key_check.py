"""Try keys that are about to be used."""

from collections.abc import Callable
from typing import Any

import stripe
from django.utils.translation import gettext as _

from payments.credentials import Credentials
from payments.exceptions import ProviderUnavailable

from .client import call, client_for


def find_key_problems(keys: Credentials) -> list[str]:
    """Return what is wrong with the keys: what Stripe says, or which permissions are missing."""
    if problem := _webhook_problem(keys):
        return [problem]
    missing = []
    for name, read in _readings(client_for(keys)).items():
        try:
            call(read)
        except stripe.InvalidRequestError:
            continue  # It may be read, and is not there.
        except ProviderUnavailable as error:
            if not isinstance(error.__cause__, stripe.PermissionError):
                return [str(error)]
            missing.append(name)
    if not missing:
        return []
    return [_("The key lacks permissions to read: %s. Add them.") % ", ".join(missing)]


def _webhook_problem(keys: Credentials) -> str:
    if all(secret.startswith("whsec_") for secret in keys.webhook_secrets):
        return ""
    return _("A webhook secret of Stripe starts with whsec_.")


def _readings(client: stripe.StripeClient) -> dict[str, Callable[[], Any]]:
    """Return what the key must be able to read, by the name that Stripe's dashboard has for it."""
    api = client.v1
    return {
        "Checkout Sessions": lambda: api.checkout.sessions.list({"limit": 1}),
        "PaymentIntents": lambda: api.payment_intents.retrieve("pi_none"),
        "Charges and Refunds": lambda: api.refunds.list({"limit": 1}),
        "Disputes": lambda: api.disputes.list({"limit": 1}),
        "Balance transactions": lambda: api.balance_transactions.list({"limit": 1}),
        "Payouts": lambda: api.payouts.list({"limit": 1}),
    }
