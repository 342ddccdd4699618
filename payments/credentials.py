"""The keys with which we call a payment provider, and those by which it signs its webhooks.

They come from the environment, or else from the admin (`ProviderKeys`), where they are stored
encrypted with a key derived from SECRET_KEY.
"""

import re
import time
from dataclasses import dataclass, field

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _

from core.secret_keys import encryption

from .exceptions import ProviderUnavailable
from .models import ProviderKeys

# Every provider's keys say in their names whether they move real money.
MODE = re.compile(r"(?:^|_)(test|live)_\w+$")
# Seconds for which a process uses keys without reading them again.
KEPT = 10.0
INFO = b"concert: keys of payment providers"

_kept: dict[str, tuple[float, "Credentials | None"]] = {}


@dataclass(frozen=True)
class Credentials:
    """A provider's keys. `api_base` is set where a test server stands in for the provider."""

    secret_key: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    api_base: str = ""

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

    Keys from the admin are read at most every `KEPT` seconds.
    """
    found = _from_environment(provider) or _from_admin(provider)
    if found is None:
        raise ProviderUnavailable(_("No keys have been entered for %s.") % provider)
    return found


def forget_credentials() -> None:
    """Read the keys again at the next call, in this process."""
    _kept.clear()


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


def _from_environment(provider: str) -> Credentials | None:
    given = settings.PAYMENT_KEYS.get(provider)
    if not given or not given["secret_key"]:
        return None
    return Credentials(
        secret_key=given["secret_key"],
        webhook_secrets=tuple(given["webhook_secrets"]),
        api_base=given["api_base"],
    )


def _from_admin(provider: str) -> Credentials | None:
    until, found = _kept.get(provider, (0.0, None))
    if time.monotonic() < until:
        return found
    row = ProviderKeys.objects.filter(provider=provider).first()
    found = (
        None
        if row is None
        else Credentials(
            secret_key=decrypt(row.secret_key),
            webhook_secrets=tuple(decrypt(row.webhook_secrets).split())
            if row.webhook_secrets
            else (),
            api_base=settings.PAYMENT_KEYS.get(provider, {}).get("api_base", ""),
        )
    )
    _kept[provider] = (time.monotonic() + KEPT, found)
    return found
