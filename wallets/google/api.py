"""Google's REST API for wallets, with an access token of the service account."""

import logging
import time
from collections.abc import Mapping
from typing import Any

import jwt
import requests
from django.conf import settings
from django.utils.translation import gettext as _

from ..exceptions import WalletRefused, WalletUnavailable
from .accounts import Account

logger = logging.getLogger(__name__)

SCOPE = "https://www.googleapis.com/auth/wallet_object.issuer"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SAVE_PAGE = "https://pay.google.com/"
TIMEOUT = 5  # Seconds: customers wait.
TOKEN_LIFE = 3600
# Of the statuses from 400 to 499, those that may pass.
TEMPORARY = {401, 403, 408, 429}


class WalletApi:
    """A session of an account. Every method raises WalletUnavailable."""

    def __init__(self, account: Account) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {self._token(account)}"

    def insert(self, save_jwt: str) -> str:
        """Create what a save JWT has in it; return the page where the customer saves it."""
        content = _content_of(self._send("POST", "jwt", {"jwt": save_jwt}))
        page = str(content.get("saveUri", ""))
        if not page.startswith(SAVE_PAGE):
            raise WalletUnavailable
        return page

    def patch(self, kind: str, described: Mapping[str, Any]) -> None:
        """Change a class or an object, if it exists."""
        response = self._send("PATCH", f"{kind}/{described['id']}", described)
        if response.status_code != 404:
            _content_of(response)

    def _send(self, method: str, path: str, content: Mapping[str, Any]) -> requests.Response:
        return self._request(method, f"{settings.GOOGLE_WALLET_API}/{path}", json=content)

    def _token(self, account: Account) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {"iss": account.email, "scope": SCOPE}
        claims |= {"aud": settings.GOOGLE_TOKEN_URL, "iat": now, "exp": now + TOKEN_LIFE}
        assertion = jwt.encode(claims, account.private_key, algorithm="RS256")
        form = {"grant_type": GRANT, "assertion": assertion}
        response = self._request("POST", settings.GOOGLE_TOKEN_URL, data=form)
        return str(_content_of(response).get("access_token"))

    def _request(self, method: str, url: str, **content: Any) -> requests.Response:
        try:
            return self._session.request(
                method, url, timeout=TIMEOUT, allow_redirects=False, **content
            )
        except requests.RequestException as error:
            raise WalletUnavailable(_("Google Wallet can't be reached right now.")) from error


def _content_of(response: requests.Response) -> dict[str, Any]:
    status = response.status_code
    if status != 200:
        logger.warning("Google Wallet answers %s: %s", status, response.text[:300])
        is_final = 400 <= status < 500 and status not in TEMPORARY
        raise (WalletRefused if is_final else WalletUnavailable)(
            _("Google Wallet couldn't add your tickets. Please try again later.")
        )
    try:
        content = response.json()
    except ValueError:
        raise WalletUnavailable from None
    return content if isinstance(content, dict) else {}
