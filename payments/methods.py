"""The payment methods of a provider's pay page, set in the environment or else in the admin."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from .choice import chosen_methods
from .credentials import credentials_of
from .exceptions import ProviderUnavailable
from .providers import get_provider
from .providers.base import PaymentMethod, Provider


def methods_of(provider: Provider) -> list[str]:
    """Return the names of the methods chosen for the provider: its first one by default."""
    chosen = chosen_methods(provider.name)
    return chosen or [method.name for method in provider.methods[:1]]


def methods_on_page(provider: Provider, currency: str, *, allows_delayed: bool) -> list[str]:
    """Return the names of the methods for a payment; the provider's first one if none fits.

    A provider refuses a page whose methods do not all take its currency.
    """
    known = _by_name(provider)
    fitting = [
        name
        for name in methods_of(provider)
        if (allows_delayed or name not in provider.delayed_methods)
        and (name not in known or known[name].takes(currency))
    ]
    return fitting or [provider.methods[0].name]


def method_titles(provider: Provider) -> list[str]:
    """Return what people call the methods chosen for the provider."""
    known = _by_name(provider)
    return [str(known[name].title) if name in known else name for name in methods_of(provider)]


def find_method_problems(name: str, methods: Sequence[str], currency: str) -> list[str]:
    """Return why these methods of the provider cannot be offered, as sentences for staff.

    `currency` is what most payments are made in: at least one method has to take it.
    """
    provider = get_provider(name)
    if all(method in provider.delayed_methods for method in methods):
        return [
            _(
                "Choose at least one that is paid at once: the others are not offered within seven"
                " days of a performance."
            )
        ]
    known = _by_name(provider)
    if not any(known[method].takes(currency) for method in methods):
        return [_("Choose at least one that takes %s.") % currency]
    return []


def find_account_problems(name: str, methods: Sequence[str], currency: str) -> list[str]:
    """Try whether the account at the provider has these methods; return what is wrong.

    Those that do not take `currency` are tried with one of their own.
    """
    provider = get_provider(name)
    try:
        keys = credentials_of(name)
    except ProviderUnavailable as error:
        return [str(error)]
    known = _by_name(provider)
    by_currency: dict[str, list[str]] = {}
    for method in methods:
        takes = known[method].currencies
        code = currency if known[method].takes(currency) else min(takes)
        by_currency.setdefault(code, []).append(method)
    for code, names in by_currency.items():
        if problems := provider.find_method_problems(keys, names, code):
            return problems
    return []


def _by_name(provider: Provider) -> dict[str, PaymentMethod]:
    return {method.name: method for method in provider.methods}
