"""The link by which a customer saves tickets to Google Wallet.

It is made when the customer asks for it, never before: pages do not have it, and Google learns of
tickets in this way or not at all. A signed JWT with events and tickets goes to Google's API, which
answers with the page to save them. A link with the JWT itself would be longer than the 1800
characters that Google recommends, even for one ticket.
"""

import time
from collections.abc import Sequence

import jwt
from django.conf import settings

from ..models import WalletPass
from .accounts import Account
from .api import WalletApi
from .objects import class_of, object_of


def save_url(passes: Sequence[WalletPass], account: Account) -> str:
    """Return the address that saves these passes. Needs `with_content`.

    Raises WalletUnavailable. Do not call it inside a transaction.
    """
    return WalletApi(account).insert(save_jwt(passes, account))


def save_jwt(passes: Sequence[WalletPass], account: Account) -> str:
    """Return the events and tickets of passes, signed by the service account."""
    classes = {one["id"]: one for one in (class_of(one, account) for one in passes)}
    claims = {
        "iss": account.email,
        "aud": "google",
        "typ": "savetowallet",
        "iat": int(time.time()),
        "origins": [settings.SITE_URL],
        "payload": {
            "eventTicketClasses": list(classes.values()),
            "eventTicketObjects": [object_of(one, account) for one in passes],
        },
    }
    return jwt.encode(claims, account.private_key, algorithm="RS256")
