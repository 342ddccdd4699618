"""The provider and methods of online payments, set in the environment or else in the admin.

`settings.PAYMENT_PROVIDER` is that of the environment or, where it is not set, the default: the
demo bank in local mode, none in production.
"""

from django.conf import settings

from core.shared_cache import clear_shared_cache, get_or_read

from .models import ProviderChoice

NONE = "none"
# Seconds for which a process uses the choice without reading it again.
SECONDS = 10
CACHE_KEY = "payment-provider"


def chosen_provider() -> str:
    """Return the name of the provider of online payments, or "none".

    A choice of the admin is read at most every `SECONDS` seconds. The demo bank is never used where
    it is not allowed, as on a production site with a copy of the demo data.
    """
    if settings.PAYMENT_PROVIDER_IS_SET:
        return str(settings.PAYMENT_PROVIDER)
    name = _from_admin()[0] or settings.PAYMENT_PROVIDER
    return str(name) if name in possible_providers() else NONE


def possible_providers() -> list[str]:
    """Return the names that can be chosen here: the demo bank only where it is allowed."""
    names = [*settings.REAL_PAYMENT_PROVIDERS, NONE]
    return ["demo", *names] if allows_demo() else names


def allows_demo() -> bool:
    return bool(settings.LOCAL_MODE or settings.ALLOW_DEMO_PAYMENTS_IN_PRODUCTION)


def chosen_methods(provider: str) -> list[str]:
    """Return the provider's names of the payment methods to offer; none if nobody has chosen."""
    if settings.PAYMENT_METHODS and provider == chosen_provider():
        return list(settings.PAYMENT_METHODS)
    return list(_from_admin()[1].get(provider, []))


def save_choice(
    name: str | None = None, methods: dict[str, list[str]] | None = None
) -> ProviderChoice:
    """Store the choice, in place of the earlier one; what is None stays as it is.

    `find_choice_problems` and `payments.methods.find_method_problems` come before. `methods` are
    those of each provider, by the provider's names.
    """
    choice = ProviderChoice.objects.first() or ProviderChoice()
    if name is not None:
        choice.provider = name
    if methods is not None:
        choice.methods = {**choice.methods, **methods}
    choice.save()
    clear_cached_choice()
    return choice


def clear_cached_choice() -> None:
    """Read the choice again at the next call, in this process."""
    clear_shared_cache(CACHE_KEY)


def _from_admin() -> tuple[str, dict[str, list[str]]]:
    return get_or_read(CACHE_KEY, SECONDS, _read_choice)


def _read_choice() -> tuple[str, dict[str, list[str]]]:
    return ProviderChoice.objects.values_list("provider", "methods").first() or ("", {})
