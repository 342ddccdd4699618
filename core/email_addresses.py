"""E-mail addresses: one spelling for each mailbox, wherever an address is entered.

Code that takes an address from outside uses `EmailField` or `normalise_email`; code that looks one
up, counts attempts for it or searches for it uses `lookup_email`.
"""

import unicodedata
from typing import Any

import idna
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

MAX_LENGTH = 254


def normalise_email(text: str) -> str:
    """Return the address as it is stored: in lower case, full-width letters narrowed, the domain in
    ASCII (IDNA 2008). Raises ValidationError.

    Quoted local parts ("a,b"@example.org) are refused: hardly any mailbox has one, and programs
    that split address lists at commas send the e-mail to somebody else.
    """
    try:
        local, domain = _split(text)
    except ValueError:
        raise _invalid() from None
    email = f"{local}@{domain}"
    if '"' in local or len(email) > MAX_LENGTH:
        raise _invalid()
    try:
        validate_email(email)
    except ValidationError:
        raise _invalid() from None
    return email


def lookup_email(text: str) -> str:
    """Return the spelling under which an address would be stored, also if it is not a valid one."""
    try:
        return "@".join(_split(text))
    except ValueError:
        return text.strip().lower()


class EmailField(forms.EmailField):
    """A form field whose value is a normalised address."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": MAX_LENGTH, **options})

    def clean(self, value: Any) -> str:
        if isinstance(value, str) and value.strip():
            try:
                value = normalise_email(value)
            except ValidationError as error:
                message = self.error_messages.get("invalid") or error.message
                raise ValidationError(message, code="invalid") from None
        return super().clean(value)


def _split(text: str) -> tuple[str, str]:
    """Return local part and domain, both normalised. Raises ValueError without a valid domain."""
    local, at, domain = unicodedata.normalize("NFKC", text).strip().lower().rpartition("@")
    if not at:
        raise ValueError("no domain")
    if not domain.isascii():
        domain = idna.encode(domain, uts46=True, transitional=False).decode()
    return local, domain


def _invalid() -> ValidationError:
    return ValidationError(_("Enter a valid e-mail address."), code="invalid")
