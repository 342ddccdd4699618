"""Calls of Stripe's API by its SDK, with our time-outs and our exceptions."""

from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar

import requests
import stripe
from django.utils.translation import gettext as _

from payments.credentials import Credentials, credentials_of
from payments.exceptions import ProviderUnavailable
from payments.provider_calls import THREADS

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
    """Return the client for these keys. All threads of a process share its open connections."""
    base = {"api": credentials.api_base} if credentials.api_base else None
    return stripe.StripeClient(
        credentials.secret_key,
        stripe_version=API_VERSION,
        base_addresses=base,  # type: ignore[arg-type]
        # Repeated by us, with the same idempotency key.
        max_network_retries=0,
        http_client=stripe.RequestsClient(
            timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
            session=_session(credentials.api_base or stripe.DEFAULT_API_BASE),
        ),
    )


def _session(address: str) -> requests.Session:
    """Return a session whose connections all threads share.

    Proxies of the environment are read once, and cookies are not kept: both cost time with each
    call.
    """
    session = requests.Session()
    adapter = requests.adapters.HTTPAdapter(pool_connections=2, pool_maxsize=THREADS)
    for prefix in ("https://", "http://"):
        session.mount(prefix, adapter)
    session.proxies.update(requests.utils.get_environ_proxies(address))
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def request(method: str, path: str, params: dict[str, Any]) -> dict[str, Any]:
    """Call the API and return what it answers as plain values, not as the SDK's objects.

    Those cost as much time as reading the answer, for the few fields that we read. `params` can
    have an `idempotency_key`. Raises what `call` raises.
    """
    answer = call(lambda: client().raw_request(method, path, **params))
    data: dict[str, Any] = answer.data
    return data


def call(request: Callable[[], T]) -> T:
    """Return the answer. Raises ProviderUnavailable when Stripe cannot answer now.

    Refusals of the request itself (`stripe.InvalidRequestError`, `stripe.CardError`,
    `stripe.IdempotencyError`) are left to the caller.
    """
    try:
        return request()
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise ProviderUnavailable(_("Stripe refuses our key: %s") % error.user_message) from error
    except (stripe.InvalidRequestError, stripe.CardError):
        raise
    except stripe.IdempotencyError as error:
        if error.http_status != HTTPStatus.CONFLICT:
            raise
        # An earlier attempt with this key is still being carried out.
        raise ProviderUnavailable(_("Stripe did not answer: %s") % error.user_message) from error
    except stripe.StripeError as error:
        raise ProviderUnavailable(
            _("Stripe did not answer: %s") % (error.user_message or type(error).__name__)
        ) from error
