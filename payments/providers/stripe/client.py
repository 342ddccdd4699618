"""Calls of Stripe's API by its SDK, with our time-outs and our exceptions."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import stripe
from django.utils.translation import gettext as _

from payments.credentials import Credentials, credentials_of
from payments.exceptions import ProviderUnavailable

T = TypeVar("T")

# The version whose objects this package reads. Stripe keeps answering with it, whatever the
# account's default is.
API_VERSION = "2026-10-28.endive"
# Seconds to connect, and to wait for an answer: a call holds a thread no longer than their sum.
CONNECT_TIMEOUT, READ_TIMEOUT = 3.0, 10.0

# No figures about our calls are sent along.
stripe.enable_telemetry = False


def client() -> stripe.StripeClient:
    """Return a client with the site's keys. Raises ProviderUnavailable without them."""
    return client_for(credentials_of("stripe"))


@lru_cache(maxsize=8)
def client_for(credentials: Credentials) -> stripe.StripeClient:
    """Return the client for these keys; each thread keeps its connection open."""
    base = {"api": credentials.api_base} if credentials.api_base else None
    return stripe.StripeClient(
        credentials.secret_key,
        stripe_version=API_VERSION,
        base_addresses=base,  # type: ignore[arg-type]
        # Repeated by us, with the same idempotency key.
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=(CONNECT_TIMEOUT, READ_TIMEOUT)),
    )


def call(request: Callable[[], T]) -> T:
    """Return the answer. Raises ProviderUnavailable when Stripe cannot answer now.

    Refusals of the request itself (`stripe.InvalidRequestError`, `stripe.CardError`,
    `stripe.IdempotencyError`) are left to the caller.
    """
    try:
        return request()
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise ProviderUnavailable(_("Stripe refuses our key: %s") % error.user_message) from error
    except (stripe.InvalidRequestError, stripe.CardError, stripe.IdempotencyError):
        raise
    except stripe.StripeError as error:
        raise ProviderUnavailable(
            _("Stripe did not answer: %s") % (error.user_message or type(error).__name__)
        ) from error
