"""The keys with which we call a payment provider, and those by which it signs its webhooks.

They come from the environment, or else from the admin (`ProviderKeys`), where they are stored
encrypted with a key derived from SECRET_KEY.
"""

import re
from dataclasses import dataclass, field

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from core.secret_keys import encryption
from core.shared_cache import clear_shared_cache, get_or_read

from .choice import possible_providers
from .exceptions import ProviderUnavailable
from .models import ProviderKeys
from .providers import get_provider

# Every provider's keys say in their names whether they move real money.
MODE = re.compile(r"(?:^|_)(test|live)_\w+$")
# Seconds for which a process uses keys without reading them again.
SECONDS = 10
INFO = b"concert: keys of payment providers"


@dataclass(frozen=True)
class Credentials:
    """A provider's keys. `api_base` is set where a test server stands in for the provider."""

    secret_key: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    api_base: str = ""
    # Of Mollie: what shows settlements, which its keys do not.
    access_token: str = field(default="", repr=False)

    @property
    def mode(self) -> str:
        """Return "test" or "live", or "" for a key that says neither."""
        return key_mode(self.secret_key)


def key_mode(secret_key: str) -> str:
    """Return "test" or "live" by the name of the key, or "" if it says neither."""
    found = MODE.search(secret_key)
    return found.group(1) if found else ""


def credentials_of(provider: str) -> Credentials:
    """Return the provider's keys. Raises ProviderUnavailable where none have been given.

    Keys from the admin are read at most every `SECONDS` seconds.
    """
    found = _from_environment(provider) or _from_admin(provider)
    if found is None:
        raise ProviderUnavailable(_("No keys have been entered for %s.") % provider.capitalize())
    return found


def find_problems(provider: str, keys: Credentials) -> list[str]:
    """Return why these keys cannot be used, as sentences for staff; tries them at the provider."""
    mode = key_mode(keys.secret_key)
    if not mode or keys.secret_key.startswith("pk_"):
        return [_("This is not a secret key: it names neither test nor live.")]
    if mode == "live" and settings.LOCAL_MODE:
        return [_("This is a live key. Local mode takes test keys only.")]
    if mode == "test" and not (settings.LOCAL_MODE or settings.ALLOW_DEMO_PAYMENTS_IN_PRODUCTION):
        return [_("This is a test key: everybody would get tickets with test cards.")]
    return get_provider(provider).find_key_problems(keys)


def find_choice_problems(provider: str) -> list[str]:
    """Return why this provider cannot be chosen, as sentences for staff; tries its keys."""
    if provider not in possible_providers():
        return [_("%s cannot be chosen here.") % provider.capitalize()]
    if provider not in settings.REAL_PAYMENT_PROVIDERS:
        return []
    try:
        keys = credentials_of(provider)
    except ProviderUnavailable as error:
        return [str(error)]
    name = provider.capitalize()
    return [f"{name}: {problem}" for problem in find_problems(provider, keys)]


def save_credentials(provider: str, keys: Credentials) -> ProviderKeys:
    """Store the keys encrypted, in place of earlier ones.

    Without an access token, the stored one is kept.
    """
    values = {
        "secret_key": encrypt(keys.secret_key),
        "webhook_secrets": encrypt(" ".join(keys.webhook_secrets)),
        "key_hint": f"{keys.secret_key[:8]}…{keys.secret_key[-4:]}",
        "checked_at": timezone.now(),
    }
    if keys.access_token:
        values["access_token"] = encrypt(keys.access_token)
    saved, _made = ProviderKeys.objects.update_or_create(provider=provider, defaults=values)
    clear_cached_credentials()
    return saved


def clear_cached_credentials() -> None:
    """Read the keys again at the next call, in this process."""
    for provider in settings.REAL_PAYMENT_PROVIDERS:
        clear_shared_cache(_cache_key(provider))


def encrypt(text: str) -> str:
    """Encrypt with the current SECRET_KEY."""
    return encryption(INFO).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Decrypt with SECRET_KEY or a former one. Raises ProviderUnavailable if none fits."""
    try:
        return encryption(INFO).decrypt(token.encode()).decode()
    except InvalidToken:
        raise ProviderUnavailable(
            _("The stored keys cannot be decrypted with SECRET_KEY or SECRET_KEY_FALLBACKS.")
        ) from None


def is_set_in_environment(provider: str) -> bool:
    return _from_environment(provider) is not None


def access_token_in_environment(provider: str) -> str:
    """Return the access token in the environment, which precedes the one from the admin, or ""."""
    return str(settings.PAYMENT_KEYS.get(provider, {}).get("access_token", ""))


def _from_environment(provider: str) -> Credentials | None:
    given = settings.PAYMENT_KEYS.get(provider)
    if not given or not given["secret_key"]:
        return None
    return Credentials(
        secret_key=given["secret_key"],
        webhook_secrets=tuple(given["webhook_secrets"]),
        api_base=given["api_base"],
        access_token=access_token_in_environment(provider),
    )


def _from_admin(provider: str) -> Credentials | None:
    return get_or_read(_cache_key(provider), SECONDS, lambda: _read_row(provider))


def _read_row(provider: str) -> Credentials | None:
    row = ProviderKeys.objects.filter(provider=provider).first()
    return _decrypted(row) if row else None


def _cache_key(provider: str) -> str:
    return f"payment-keys:{provider}"


def _decrypted(row: ProviderKeys) -> Credentials:
    token = access_token_in_environment(row.provider)
    if not token and row.access_token:
        token = decrypt(row.access_token)
    return Credentials(
        secret_key=decrypt(row.secret_key),
        webhook_secrets=tuple(decrypt(row.webhook_secrets).split()) if row.webhook_secrets else (),
        api_base=settings.PAYMENT_KEYS.get(row.provider, {}).get("api_base", ""),
        access_token=token,
    )
