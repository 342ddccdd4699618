"""Who takes payments online: named by the environment, or else chosen in the admin.

`settings.PAYMENT_PROVIDER` is what the environment says or, where it says nothing, the default:
the demo bank in local mode, nobody in production.
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
    name = _from_admin() or settings.PAYMENT_PROVIDER
    return str(name) if name in possible_providers() else NONE


def possible_providers() -> list[str]:
    """Return the names that can be chosen here: the demo bank only where it is allowed."""
    names = [*settings.REAL_PAYMENT_PROVIDERS, NONE]
    return ["demo", *names] if allows_demo() else names


def allows_demo() -> bool:
    return bool(settings.LOCAL_MODE or settings.ALLOW_DEMO_PAYMENTS_IN_PRODUCTION)


def save_choice(name: str) -> ProviderChoice:
    """Store the choice, in place of the earlier one. `find_choice_problems` comes before."""
    choice = ProviderChoice.objects.first() or ProviderChoice()
    choice.provider = name
    choice.save()
    forget_choice()
    return choice


def forget_choice() -> None:
    """Read the choice again at the next call, in this process."""
    clear_shared_cache(CACHE_KEY)


def _from_admin() -> str:
    return get_or_read(CACHE_KEY, SECONDS, _read_choice)


def _read_choice() -> str:
    return ProviderChoice.objects.values_list("provider", flat=True).first() or ""
