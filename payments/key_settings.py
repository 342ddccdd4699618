"""Read the keys of payment providers from the environment; refuse wrong ones by their variable.

A provider called `stripe` has the variables STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS,
STRIPE_ACCESS_TOKEN (of use for Mollie) and, in local mode, STRIPE_API_BASE.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from core import environment

# Secret and restricted keys name the mode; publishable keys ("pk_…") are not for servers.
SECRET_KEY = re.compile(r"(?:(?:sk|rk)_)?(test|live)_\w{8,}")


def read_payment_keys(
    providers: Iterable[str], *, local_mode: bool, allow_test: bool
) -> dict[str, dict[str, Any]]:
    """Return {provider: {"secret_key", "webhook_secrets", "api_base", "access_token"}}.

    In local mode only test keys are accepted, otherwise only live keys unless `allow_test`: test
    cards are public, so that everybody could get tickets with them. Raises ImproperlyConfigured.
    """
    return {name: _keys_of(name, local_mode, allow_test) for name in providers}


def _keys_of(provider: str, local_mode: bool, allow_test: bool) -> dict[str, Any]:
    prefix = provider.upper()
    key = environment.text(f"{prefix}_SECRET_KEY", "")
    if key:
        _check_key(f"{prefix}_SECRET_KEY", key, local_mode, allow_test)
    base = environment.url(f"{prefix}_API_BASE", "", schemes=["http", "https"])
    if base and not local_mode:
        raise ImproperlyConfigured(f"{prefix}_API_BASE is for local mode only.")
    return {
        "secret_key": key,
        "webhook_secrets": environment.listing(f"{prefix}_WEBHOOK_SECRETS"),
        "api_base": base.rstrip("/"),
        "access_token": environment.text(f"{prefix}_ACCESS_TOKEN", ""),
    }


def _check_key(name: str, key: str, local_mode: bool, allow_test: bool) -> None:
    found = SECRET_KEY.fullmatch(key)
    if found is None:
        raise ImproperlyConfigured(f"{name} is not a secret key: it names neither test nor live.")
    if problem := mode_problem(found.group(1), local_mode, allow_test):
        raise ImproperlyConfigured(f"{name} {problem}")


def mode_problem(mode: str, local_mode: bool, allow_test: bool) -> str:
    """Return why keys of this mode must not be used here, or ""."""
    if mode == "live" and local_mode:
        return "is a live key: local mode takes test keys only."
    if mode == "test" and not (local_mode or allow_test):
        return (
            "is a test key: everybody would get tickets with test cards. Use a live key, or set "
            "ALLOW_DEMO_PAYMENTS_IN_PRODUCTION for a demonstration."
        )
    return ""
