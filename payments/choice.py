"""Who takes payments online: named by the environment, or else chosen in the admin.

`settings.PAYMENT_PROVIDER` is what the environment says or, where it says nothing, the default:
the demo bank in local mode, nobody in production.
"""

import time

from django.conf import settings

from .models import ProviderChoice

NONE = "none"
# Seconds for which a process uses the choice without reading it again.
KEPT = 10.0

_kept: tuple[float, str] = (0.0, "")


def chosen_provider() -> str:
    """Return the name of the provider of online payments, or "none".

    A choice of the admin is read at most every `KEPT` seconds. The demo bank is never used where it
    is not allowed, as on a production site with a copy of the data of a demonstration.
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
    global _kept
    _kept = (0.0, "")


def _from_admin() -> str:
    global _kept
    until, name = _kept
    if time.monotonic() < until:
        return name
    name = ProviderChoice.objects.values_list("provider", flat=True).first() or ""
    _kept = (time.monotonic() + KEPT, name)
    return name
