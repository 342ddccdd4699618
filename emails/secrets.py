"""Secrets in e-mails: stored apart from the content, and filled in when it is sent.

A secret is a value that gives access to whoever reads it: the code for a new password, the key in
the link to an order, the token of an unsubscribe link. The stored bodies and headers hold a
placeholder such as `[hidden:code]`; the values are stored encrypted (`OutboxEmail.sealed_secrets`)
until the e-mail is sent. So nobody can use them who views e-mails in the admin, searches or exports
them, or has a copy of the tables.
"""

import json
from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils.html import escape

from accounts.models import User
from core.secret_keys import encryption
from organisation.mail_server import has_mail_server

START = "[hidden:"
INFO = b"concert: the secrets of e-mails that wait to be sent"


class SecretsUnreadable(Exception):
    """The stored secrets were encrypted with a key that is no longer configured."""

    def __str__(self) -> str:
        return (
            "The secrets of this e-mail cannot be decrypted: SECRET_KEY was changed and the former"
            " key is not in SECRET_KEY_FALLBACKS."
        )


@dataclass(frozen=True)
class Parts:
    """The stored parts of an e-mail that can contain a secret. Subjects never do."""

    text: str
    html: str
    headers: dict[str, str]


def placeholder(name: str) -> str:
    """Return the placeholder of the secret of this name."""
    return f"{START}{name}]"


def hide(parts: Parts, secrets: dict[str, str]) -> Parts:
    """Replace every secret by its placeholder."""
    # The longest first, because one can be a part of another.
    for name, value in sorted(secrets.items(), key=lambda item: -len(item[1])):
        parts = _replace(parts, value, escape(value), placeholder(name), placeholder(name))
    return parts


def fill(parts: Parts, secrets: dict[str, str]) -> Parts:
    """Replace placeholders by their secrets: the reverse of `hide`."""
    for name, value in secrets.items():
        parts = _replace(parts, placeholder(name), placeholder(name), value, escape(value))
    return parts


def has_placeholders(parts: Parts) -> bool:
    """Return whether one of the parts has a placeholder."""
    return any(START in part for part in (parts.text, parts.html, *parts.headers.values()))


def hide_in(text: str, secrets: dict[str, str]) -> str:
    """Replace every secret in one text, such as the reply of a mail server."""
    return hide(Parts(text, "", {}), secrets).text


def refuse_in_subject(subject: str, secrets: dict[str, str]) -> None:
    """Raise ValueError for a subject with a secret, because lists show subjects."""
    for name, value in secrets.items():
        if value in subject:
            raise ValueError(f"The subject of an e-mail may not hold a secret ({name}).")


def seal(secrets: dict[str, str]) -> str:
    """Return the secrets encrypted, as text."""
    return encryption(INFO).encrypt(json.dumps(secrets).encode()).decode()


def unseal(sealed: str) -> dict[str, str]:
    """Return the secrets encrypted by `seal`. Raises SecretsUnreadable."""
    try:
        return json.loads(encryption(INFO).decrypt(sealed))
    except InvalidToken:
        raise SecretsUnreadable from None


def sends_no_email() -> bool:
    """Return whether e-mails are not sent but read in the admin."""
    return settings.LOCAL_MODE and not has_mail_server()


def may_see_secrets(user: User) -> bool:
    """Return whether this user can see secrets: superusers in local mode."""
    return sends_no_email() and user.is_active and user.is_superuser


def _replace(parts, old, old_in_html, new, new_in_html):
    return Parts(
        text=parts.text.replace(old, new),
        html=parts.html.replace(old_in_html, new_in_html),
        headers={name: value.replace(old, new) for name, value in parts.headers.items()},
    )
