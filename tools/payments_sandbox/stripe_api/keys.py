"""API keys: secret and restricted ones, of test and of live mode."""

from dataclasses import dataclass, field

from ..account import random_text
from .account import StripeAccount
from .errors import Forbidden, Unauthorized


@dataclass(frozen=True)
class Key:
    """An API key. `permissions` is None for a secret key, which may do everything."""

    text: str
    account: StripeAccount
    permissions: frozenset[str] | None = None


@dataclass
class Keys:
    """The keys of one merchant, whose accounts of test and live mode share nothing but their ID."""

    test: StripeAccount
    live: StripeAccount
    _keys: dict[str, Key] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.live.id = self.test.id
        self.live.other_mode_account, self.test.other_mode_account = self.test, self.live
        self.secret = self._add("sk_test_", self.test)
        self.live_secret = self._add("sk_live_", self.live)

    def restricted(self, *permissions: str, live: bool = False) -> str:
        """Make a restricted key, with permissions such as `checkout_session_write`."""
        account = self.live if live else self.test
        prefix = "rk_live_" if live else "rk_test_"
        return self._add(prefix, account, frozenset(permissions))

    def set_secret(self, text: str, *, live: bool) -> None:
        """Replace the secret key of a mode."""
        account, old = (self.live, self.live_secret) if live else (self.test, self.secret)
        self.revoke(old)
        self._keys[text] = Key(text, account)
        if live:
            self.live_secret = text
        else:
            self.secret = text

    def revoke(self, text: str) -> None:
        """Delete a key: requests with it are refused from now on."""
        self._keys.pop(text, None)

    def authenticate(self, header: str) -> Key:
        """Return the key of an Authorization header. Raises Unauthorized."""
        kind, _space, text = header.partition(" ")
        if kind.lower() != "bearer" or not text.strip():
            raise Unauthorized(
                "You did not provide an API key. You need to provide your API key in the "
                "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
                "YOUR_SECRET_KEY')."
            )
        text = text.strip()
        if text.startswith("pk_"):
            raise Unauthorized(
                "This API call cannot be made with a publishable API key. Please use a secret "
                "API key. You can find a list of your API keys at "
                "https://dashboard.stripe.com/account/apikeys.",
                code="secret_key_required",
            )
        if text not in self._keys:
            raise Unauthorized(f"Invalid API Key provided: {_masked(text)}")
        return self._keys[text]

    def _add(
        self, prefix: str, account: StripeAccount, permissions: frozenset[str] | None = None
    ) -> str:
        text = prefix + "51" + random_text(40)
        self._keys[text] = Key(text, account, permissions)
        return text


def require(key: Key, permission: str) -> None:
    """Raise Forbidden unless the key has the permission. Writing includes reading."""
    if key.permissions is None or permission in key.permissions:
        return
    if permission.endswith("_read") and permission[:-4] + "write" in key.permissions:
        return
    raise Forbidden(
        f"The provided key '{_masked(key.text)}' does not have the required permissions for this "
        f"endpoint on account '{key.account.id}'. Having the 'rak_{permission}' permission would "
        "allow this request to continue."
    )


def _masked(text: str) -> str:
    shown = text[:8] if text[2:3] == "_" else ""
    return shown + "*" * max(len(text) - len(shown) - 4, 4) + text[-4:]
