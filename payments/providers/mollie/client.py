"""Calls of Mollie's API by its SDK, with our time-outs and our exceptions."""

import threading
from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import gettext as _
from mollie.api.client import Client
from mollie.api.error import Error, NotFoundError, ResponseError, UnprocessableEntityError

from payments.credentials import Credentials, credentials_of
from payments.exceptions import ProviderUnavailable

T = TypeVar("T")

# Seconds to connect, and to wait for an answer.
TIMEOUTS = (3, 10)

_local = threading.local()


def call(request: Callable[[Client], T], keys: Credentials | None = None) -> T:
    """Return the answer. Raises ProviderUnavailable when Mollie cannot answer now.

    Refusals of the request itself are left to the caller.
    """
    return _answer(request, _client(keys or credentials_of("mollie")))


def call_for_organisation(request: Callable[[Client], T], keys: Credentials) -> T:
    """Return the answer to a request that needs the access token. Raises as `call` does."""
    client = Client(api_endpoint=keys.api_base, timeout=TIMEOUTS, retry=0)
    try:
        client.set_access_token(keys.access_token)
    except Error as error:
        raise ProviderUnavailable(_("This is not an access token of Mollie: %s") % error) from error
    client.set_testmode(keys.mode == "test")
    return _answer(request, client, _("Mollie refuses our access token."))


def _answer(request: Callable[[Client], T], client: Client, refusal: str = "") -> T:
    try:
        return request(client)
    except (UnprocessableEntityError, NotFoundError):
        raise
    except ResponseError as error:
        if error.status == 401:
            raise ProviderUnavailable(refusal or _("Mollie refuses our key.")) from error
        raise ProviderUnavailable(_("Mollie did not answer: %s") % error) from error
    except Error as error:
        raise ProviderUnavailable(_("Mollie did not answer: %s") % error) from error


def _client(keys: Credentials) -> Client:
    """Return this thread's client for these keys; it keeps its connection open."""
    if getattr(_local, "keys", None) != keys:
        client = Client(api_endpoint=keys.api_base, timeout=TIMEOUTS, retry=0)
        client.set_api_key(keys.secret_key)
        _local.keys, _local.client = keys, client
    found: Client = _local.client
    return found
