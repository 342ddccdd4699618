"""Settings of allauth: our forms, rate limits, and other sites to log in with.

Those sites are read from the environment; wrong values are refused by the variable's name:

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

FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "emails.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "confirm_password_reset_code": "accounts.forms.ConfirmPasswordResetCodeForm",
    "confirm_email_verification_code": "accounts.forms.ConfirmEmailVerificationCodeForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}

SOCIAL_FORMS = {"signup": "accounts.forms.SocialSignupForm"}

# Codes of two-step verification, and passkeys.
CODE_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.ReauthenticateByCodeForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.EditPasskeyForm",
}

# Counted in the cache; without Redis nothing is limited. Generous by IP address, which many people
# may share; strict by account and household ("key"). "…_anywhere" is counted by account alone,
# against attempts from many addresses: see `accounts.limits`.
RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/300s/key",
    "login_failed_anywhere": "100/h/key",
    "signup": "40/m/ip",
    "signup_email": "5/h/key",
    "signup_email_anywhere": "10/h/key",
    "reset_password": "20/m/ip",
    "reset_email": "5/h/key",
    "reset_email_anywhere": "10/h/key",
    # The confirmation of an address that a visitor of a queue has entered.
    "queue_alert": "3/h/key",
    "queue_alert_anywhere": "5/h/key",
    "confirm_email": "1/10s/key,20/h/key",
}

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
