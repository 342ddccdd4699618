"""Read who else customers can log in with from the environment; refuse wrong values by variable.

    GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET
    APPLE_CLIENT_ID, APPLE_TEAM_ID, APPLE_KEY_ID, APPLE_PRIVATE_KEY
    OIDC_SERVER_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME    any OpenID Connect provider

Without them there is no such button.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.exceptions import ImproperlyConfigured

from core import environment

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def read_social_apps(*, local_mode: bool) -> list[dict[str, Any]]:
    """Return the fields of allauth's `SocialApp` of each provider that is configured."""
    found = [_google(), _apple(), _openid_connect(local_mode)]
    return [app for app in found if app is not None]


def _google() -> dict[str, Any] | None:
    values = _all_or_none(["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"])
    if values is None:
        return None
    client_id, secret = values
    if not client_id.endswith(".apps.googleusercontent.com"):
        raise ImproperlyConfigured(
            "GOOGLE_CLIENT_ID must end with .apps.googleusercontent.com: it is the ID of an OAuth"
            " client, not its secret or the name of a project."
        )
    return {"provider": "google", "name": "Google", "client_id": client_id, "secret": secret}


def _apple() -> dict[str, Any] | None:
    values = _all_or_none(["APPLE_CLIENT_ID", "APPLE_TEAM_ID", "APPLE_KEY_ID", "APPLE_PRIVATE_KEY"])
    if values is None:
        return None
    client_id, team, key_id, private_key = values
    private_key = private_key.replace("\\n", "\n")
    for name, value in (("APPLE_TEAM_ID", team), ("APPLE_KEY_ID", key_id)):
        if len(value) != 10 or not value.isalnum():
            raise ImproperlyConfigured(f"{name} must have ten letters and digits.")
    try:
        key = load_pem_private_key(private_key.encode(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise ImproperlyConfigured(
            "APPLE_PRIVATE_KEY must be the content of the .p8 file of the key, with \\n for each"
            " new line."
        )
    return {
        "provider": "apple",
        "name": "Apple",
        "client_id": client_id,
        "secret": key_id,
        "key": team,
        "settings": {"certificate_key": private_key},
    }


def _openid_connect(local_mode: bool) -> dict[str, Any] | None:
    values = _all_or_none(["OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
    if values is None:
        return None
    server, client_id, secret = values
    parts = urlsplit(server)
    is_own_machine = local_mode and parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or (parts.scheme != "https" and not is_own_machine):
        raise ImproperlyConfigured("OIDC_SERVER_URL must start with https://.")
    return {
        "provider": "openid_connect",
        "provider_id": "oidc",
        "name": environment.text("OIDC_NAME", parts.hostname),
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": server.rstrip("/"), "oauth_pkce_enabled": True},
    }


def _all_or_none(names: Sequence[str]) -> list[str] | None:
    values = [environment.text(name, "") for name in names]
    if not any(values):
        return None
    missing = [name for name, value in zip(names, values, strict=True) if not value]
    if missing:
        given = next(name for name, value in zip(names, values, strict=True) if value)
        raise ImproperlyConfigured(f"{missing[0]} must be set together with {given}.")
    return values
