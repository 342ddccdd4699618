"""Keys derived from SECRET_KEY that stay valid while it is rotated (SECRET_KEY_FALLBACKS).

New values are made with SECRET_KEY; values made with a former key are accepted as long as that key
is listed in SECRET_KEY_FALLBACKS.
"""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac


def secret_keys() -> list[str]:
    """Return SECRET_KEY and the former ones, the current one first."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def hmac_matches(given: str, salt: str, value: str, *, length: int | None = None) -> bool:
    """Return whether `given` is the HMAC-SHA256 of the value in hexadecimal, with any of the keys.

    With `length`, only so many characters of it are compared.
    """
    return any(
        constant_time_compare(given, hmac_of(salt, value, secret=secret)[:length])
        for secret in secret_keys()
    )


def hmac_of(salt: str, value: str | bytes, *, secret: str | None = None) -> str:
    """Return the HMAC-SHA256 of the value in hexadecimal, by default with the current key."""
    return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()


def encryption(info: bytes) -> MultiFernet:
    """Return what encrypts with the current key and decrypts with any of the keys.

    `info` names the purpose: what is encrypted for one cannot be decrypted for another.
    """
    return MultiFernet([Fernet(_encryption_key(secret, info)) for secret in secret_keys()])


def _encryption_key(secret: str, info: bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
