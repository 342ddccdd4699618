"""The keys that sign passes, set in the environment or else in the admin.

A wallet without usable keys is not offered anywhere. Keys are read at most every `SECONDS` seconds.
"""

import logging
from collections.abc import Callable
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.translation import gettext as _

from core.exceptions import Refused
from core.secret_keys import encryption
from core.shared_cache import clear_shared_cache, get_or_read

from .apple.certificates import Signer, check_signer, read_signer
from .exceptions import WalletUnavailable
from .google.accounts import Account, check_account, read_account
from .models import AppleWallet, GoogleWallet

logger = logging.getLogger(__name__)

INFO = b"concert: keys of wallets"
SECONDS = 10


def apple_signer() -> Signer | None:
    """Return what Apple passes are signed with, or None where none are offered."""
    return _usable("apple", _read_apple)


def google_account() -> Account | None:
    """Return what Google passes are signed with, or None where none are offered."""
    return _usable("google", _read_google)


def require_apple() -> Signer:
    """Return what Apple passes are signed with, or raise WalletUnavailable."""
    signer = apple_signer()
    if signer is None:
        raise WalletUnavailable
    return signer


def require_google() -> Account:
    """Return what Google passes are signed with, or raise WalletUnavailable."""
    account = google_account()
    if account is None:
        raise WalletUnavailable
    return account


def problem_with(wallet: str) -> str:
    """Return why the configured keys of "apple" or "google" cannot be used, or ""."""
    try:
        {"apple": _read_apple, "google": _read_google}[wallet]()
    except Refused as refusal:
        return str(refusal)
    return ""


def is_apple_in_environment() -> bool:
    return bool(settings.APPLE_WALLET["certificate"])


def is_google_in_environment() -> bool:
    return bool(settings.GOOGLE_WALLET["key_file"])


def save_apple(signer: Signer) -> AppleWallet:
    """Store the certificates, in place of earlier ones. The key is encrypted."""
    check_signer(signer, signer.pass_type_id)
    row, _made = AppleWallet.objects.update_or_create(
        pk=1,
        defaults={
            "pass_type_id": signer.pass_type_id,
            "certificate": signer.certificate_pem,
            "issuer_certificate": signer.issuer_pem,
            "expires_at": signer.certificate.not_valid_after_utc,
            "private_key": _encrypt(signer.key_pem),
        },
    )
    clear_cached_keys()
    return row


def save_google(account: Account) -> GoogleWallet:
    """Store the account, in place of an earlier one. The key is encrypted."""
    check_account(account)
    row, _made = GoogleWallet.objects.update_or_create(
        pk=1,
        defaults={
            "issuer_id": account.issuer_id,
            "account": account.email,
            "private_key": _encrypt(account.private_key),
        },
    )
    clear_cached_keys()
    return row


def clear_cached_keys() -> None:
    """Read the keys again at the next call, in this process."""
    for wallet in ("apple", "google"):
        clear_shared_cache(_cache_key(wallet))


@register(Tags.security, deploy=True)
def check_wallet_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report the keys in the environment that cannot be used, by the names of their variables."""
    given = {
        "apple": (is_apple_in_environment(), "APPLE_WALLET_CERTIFICATE"),
        "google": (is_google_in_environment(), "GOOGLE_WALLET_KEY_FILE"),
    }
    return [
        Error(f"{variable} cannot be used: {problem}", id=f"wallets.{wallet}")
        for wallet, (is_given, variable) in given.items()
        if is_given and (problem := problem_with(wallet))
    ]


def _usable(wallet: str, read: Callable[[], Any]) -> Any:
    return get_or_read(_cache_key(wallet), SECONDS, lambda: _read_or_warn(wallet, read))


def _read_or_warn(wallet: str, read: Callable[[], Any]) -> Any:
    """Return the keys, or None if they cannot be used; that is remembered too."""
    try:
        return read()
    except Refused as refusal:
        logger.warning("Passes for %s wallet are not offered: %s", wallet, refusal)
        return None


def _cache_key(wallet: str) -> str:
    return f"wallet-keys:{wallet}"


def _read_apple() -> Signer | None:
    given: dict[str, Any] = settings.APPLE_WALLET
    if given["certificate"]:
        signer = read_signer(
            certificate=given["certificate"],
            private_key=given["private_key"],
            issuer=given["issuer_certificate"],
            password=given["password"],
        )
        check_signer(signer, given["pass_type_id"])
        return signer
    row = AppleWallet.objects.first()
    if row is None:
        return None
    signer = read_signer(
        certificate=row.certificate.encode(),
        private_key=_decrypt(row.private_key).encode(),
        issuer=row.issuer_certificate.encode(),
    )
    check_signer(signer, row.pass_type_id)
    return signer


def _read_google() -> Account | None:
    given: dict[str, Any] = settings.GOOGLE_WALLET
    if given["key_file"]:
        return read_account(key_file=given["key_file"], issuer_id=given["issuer_id"])
    row = GoogleWallet.objects.first()
    if row is None:
        return None
    return Account(row.issuer_id, row.account, _decrypt(row.private_key))


def _encrypt(text: str) -> str:
    return encryption(INFO).encrypt(text.encode()).decode()


def _decrypt(token: str) -> str:
    try:
        return encryption(INFO).decrypt(token.encode()).decode()
    except InvalidToken:
        raise WalletUnavailable(
            _("The stored keys cannot be decrypted with SECRET_KEY or SECRET_KEY_FALLBACKS.")
        ) from None
