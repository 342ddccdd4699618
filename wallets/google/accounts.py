"""The service account that signs passes for Google Wallet."""

import json
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from core.exceptions import Refused

SHORTEST_KEY = 2048  # Bits.


class UnusableAccount(Refused):
    """The key file or the issuer ID cannot be used. `str()` says why."""

    status = 422


@dataclass(frozen=True)
class Account:
    """A service account, with the issuer that it acts for."""

    issuer_id: str
    email: str
    private_key: str = field(repr=False)


def read_account(*, key_file: bytes, issuer_id: str) -> Account:
    """Return the account of a key file as Google's console downloads it. Raises UnusableAccount."""
    try:
        found = json.loads(key_file)
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("type") != "service_account":
        raise UnusableAccount(_("This is not the key file (JSON) of a service account."))
    account = Account(issuer_id, str(found.get("client_email")), str(found.get("private_key")))
    check_account(account)
    return account


def check_account(account: Account) -> None:
    """Raise UnusableAccount if it cannot sign, with the reason."""
    if not (account.issuer_id.isascii() and account.issuer_id.isdigit()):
        raise UnusableAccount(_("The issuer ID is a number."))
    try:
        validate_email(account.email)
    except ValidationError:
        raise UnusableAccount(_("The key file names no service account.")) from None
    try:
        key = serialization.load_pem_private_key(account.private_key.encode(), None)
    except (ValueError, TypeError):
        raise UnusableAccount(_("The private key in the file cannot be read.")) from None
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < SHORTEST_KEY:
        raise UnusableAccount(
            _("The private key must be an RSA key of at least %d bits.") % SHORTEST_KEY
        )
