"""Read the settings of payment providers from the environment; refuse wrong values.

A provider called `stripe` has the variables STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS,
STRIPE_ACCESS_TOKEN (of use for Mollie) and, in local mode, STRIPE_API_BASE.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from core import environment

# By name; add real providers here. New payments use the one that PAYMENT_PROVIDER chooses, older
# ones stay with theirs, except that the demo provider works only while it is chosen.
REAL_PAYMENT_PROVIDERS = {
    "stripe": "payments.providers.stripe.provider.StripeProvider",
    "mollie": "payments.providers.mollie.provider.MollieProvider",
}
ONLINE_PAYMENT_PROVIDERS = {
    "demo": "payments.providers.demo.provider.DemoProvider",
    **REAL_PAYMENT_PROVIDERS,
}
PAYMENT_PROVIDERS = ONLINE_PAYMENT_PROVIDERS | {
    "cash": "payments.providers.counter.Cash",
    "terminal": "payments.providers.counter.Terminal",
    "transfer": "payments.providers.counter.Transfer",
}
# Browsers follow the redirect from the checkout form only to these pay pages.
PAYMENT_PAGE_ORIGINS = {
    "stripe": ["https://checkout.stripe.com"],
    "mollie": ["https://www.mollie.com", "https://pay.mollie.com"],
}
# Secret and restricted keys name the mode; publishable keys ("pk_…") are not for servers.
SECRET_KEY = re.compile(r"(?:(?:sk|rk)_)?(test|live)_\w{8,}")


def read_payment_provider(*, local_mode: bool, allow_demo: bool) -> str:
    """Return the provider of new online payments, or "none": only free tickets are booked online.

    Raises ImproperlyConfigured for the demo bank in production mode unless `allow_demo`.
    """
    default = "demo" if local_mode else "none"
    names = [*ONLINE_PAYMENT_PROVIDERS, "none"]
    found = environment.choice("PAYMENT_PROVIDER", default, names)
    if found == "demo" and not (local_mode or allow_demo):
        raise ImproperlyConfigured(
            "PAYMENT_PROVIDER must not be demo in production mode: everybody would get tickets "
            "without paying. Set it to none. To try Concert, leave SECRET_KEY unset (local mode)."
        )
    return found


def read_pay_pages(providers: Iterable[str], keys: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the origins of the pay pages of these providers, and those of the environment."""
    origins = environment.listing("PAYMENT_PAGE_ORIGINS")
    for name in sorted(providers):
        base = keys[name]["api_base"]
        origins = [*origins, *PAYMENT_PAGE_ORIGINS[name], *([base] if base else [])]
    return origins


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
