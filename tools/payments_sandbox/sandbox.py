"""The sandbox: accounts, clock, behaviours and webhooks, and the server in front of them."""

import logging
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from . import disputes, payments, payouts, refunds, state
from .account import Account, Clock
from .app import App
from .behaviours import BehaviourBook
from .mollie_api.account import MollieAccount
from .records import Charge, Checkout
from .stripe_api.account import StripeAccount
from .stripe_api.keys import Keys
from .webhooks import Message, Webhooks

logger = logging.getLogger(__name__)


class Sandbox:
    """A payments sandbox that listens on a port of this machine while it is open.

    Its methods may be called from any thread; `client.RemoteSandbox` offers the same from another
    process. A payment is named by its ID (`cs_…`, `pi_…`, `tr_…`) or by the reference that the shop
    gave it; amounts are in the currency's smallest unit, times in seconds.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        url: str = "",
        fixed_keys: bool = False,
        behind: float = 0,
        file: Path | None = None,
    ) -> None:
        """Listen at a port, 0 for a free one.

        `url` is how others reach it, if not by `host` and port. `fixed_keys` makes the keys the
        same each time. The clock begins `behind` seconds in the past. The records of `file` are
        read, and kept in it.
        """
        self.clock, self.behaviours = Clock(behind), BehaviourBook()
        self.webhooks = Webhooks(self.clock)
        self.lock = state.RecordsLock()
        shared: dict[str, Any] = {
            "clock": self.clock,
            "lock": self.lock,
            "behaviours": self.behaviours,
            "webhooks": self.webhooks,
        }
        self.stripe = StripeAccount(**shared)
        self.stripe_live = StripeAccount(livemode=True, **shared)
        self.stripe_keys = Keys(self.stripe, self.stripe_live)
        self.mollie = MollieAccount(**shared)
        self.mollie_live = MollieAccount(livemode=True, **shared)
        self.mollie_live.access_token = self.mollie.access_token
        if fixed_keys:
            self._fix_keys()
        self.accounts: list[StripeAccount | MollieAccount] = [
            self.stripe,
            self.stripe_live,
            self.mollie,
            self.mollie_live,
        ]
        app = App(self)
        self.idempotency_keys = app.idempotency_keys
        self._server: BaseWSGIServer = make_server(
            host, port, app, threaded=True, request_handler=_Handler
        )
        self.url = url or f"http://{host}:{self._server.server_port}"
        self._open_accounts(file)
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()

    def _open_accounts(self, file: Path | None) -> None:
        """Begin with empty accounts, or with those in the file."""
        is_known = file is not None and file.exists()
        if file is not None:
            if is_known:
                state.load(self, file)
            self.lock.save = partial(state.save, self, file)
        for account in self.accounts:
            account.base_url = self.url
            if not is_known:
                payouts.make_payouts_daily(account)

    # Where the shop connects to.

    @property
    def stripe_key(self) -> str:
        """A secret key of test mode."""
        return self.stripe_keys.secret

    @property
    def stripe_webhook_secret(self) -> str:
        return self.stripe.endpoint.secrets[0]

    @property
    def mollie_key(self) -> str:
        """An API key of test mode. Settlements and balances need `mollie_access_token`."""
        return self.mollie.key

    @property
    def mollie_access_token(self) -> str:
        return self.mollie.access_token

    def settings(self) -> dict[str, str]:
        """Return what a shop needs to connect."""
        return {
            "url": self.url,
            "stripe_key": self.stripe_key,
            "stripe_live_key": self.stripe_keys.live_secret,
            "stripe_webhook_secret": self.stripe_webhook_secret,
            "mollie_key": self.mollie_key,
            "mollie_live_key": self.mollie_live.key,
            "mollie_access_token": self.mollie_access_token,
        }

    def send_stripe_events_to(
        self, url: str, secret: str = "", events: Sequence[str] = ("*",)
    ) -> None:
        """Deliver these events of test mode to `url`, signed with `secret` if it is given."""
        self.stripe.endpoint.url = url
        self.stripe.endpoint.enabled_events = list(events)
        if secret:
            self.stripe.endpoint.secrets = [secret]

    def restricted_key(self, permissions: list[str], live: bool = False) -> str:
        """Make a restricted key of Stripe, with permissions such as `checkout_session_write`."""
        return self.stripe_keys.restricted(*permissions, live=live)

    # What customers do.

    def pay(self, payment: str, instrument: str = "card") -> str:
        """Pay as the customer does on the hosted page, with one of `instruments.ALL`.

        Return `succeeded`, `pending`, `challenge` (see `answer_challenge`) or the failure's code.
        """
        return payments.pay(*self.find(payment), instrument)

    def answer_challenge(self, payment: str, accepted: bool = True) -> str:
        """Finish the 3-D Secure step of a payment."""
        return payments.answer_challenge(*self.find(payment), accepted=accepted)

    # What happens later, or in the provider's dashboard.

    def settle(self, payment: str, succeeds: bool = True) -> None:
        """Settle a delayed payment now."""
        account, charge = self._charge(payment, "pending")
        payments.settle(account, charge, succeeds=succeeds)

    def refund(self, payment: str, amount: int | None = None) -> str:
        """Refund in the provider's dashboard; return the refund's ID."""
        account, charge = self._charge(payment, "succeeded")
        return refunds.refund(account, charge, amount).id

    def settle_refund(self, refund: str, succeeds: bool = True) -> None:
        """Settle a pending refund, or let one fail that had succeeded."""
        account, record = self._record("refunds", refund)
        refunds.settle_refund(account, record, succeeds=succeeds)

    def dispute(self, payment: str, amount: int | None = None, reason: str = "fraudulent") -> str:
        """Let the customer's bank dispute a payment; return the dispute's ID."""
        account, charge = self._charge(payment, "succeeded")
        return disputes.open_dispute(account, charge, amount, reason).id

    def answer_dispute(self, dispute: str) -> None:
        """Submit evidence in the provider's dashboard."""
        disputes.answer_dispute(*self._record("disputes", dispute))

    def close_dispute(self, dispute: str, won: bool) -> None:
        account, record = self._record("disputes", dispute)
        disputes.close_dispute(account, record, won=won)

    def make_payouts(self) -> list[str]:
        """Pay out what is available, in all accounts; return the IDs of the payouts."""
        return [each.id for account in self.accounts for each in payouts.make_payouts(account)]

    def settle_payout(self, payout: str, succeeds: bool = True) -> None:
        """Let a payout arrive at the bank now, or fail."""
        account, record = self._record("payouts", payout)
        payouts.settle_payout(account, record, succeeds=succeeds)

    # How the provider behaves.

    def behave(self, payment: str = "", **changes: Any) -> None:
        """Change the behaviour of the sandbox, or of one payment: see `behaviours.Behaviours`.

        Raises ValueError for a behaviour or a value that does not exist.
        """
        self.behaviours.change(payment, **changes)

    def behave_well(self) -> None:
        """Forget all behaviours that were chosen."""
        self.behaviours.reset()

    def advance(self, seconds: float) -> None:
        """Advance the clock, and do what is due by then, each at its time."""
        end = self.clock.now() + seconds
        if seconds < 0:
            raise ValueError("The clock cannot be set back.")
        with self.lock:
            while (due := self._next_due()) is not None and due <= end:
                self.clock.advance_to(due)
                self.run_due()
            self.clock.advance_to(end)
        self.webhooks.wake()

    def run_due(self) -> None:
        for account in self.accounts:
            account.run_due()

    # Webhooks.

    def keep_webhooks(self) -> None:
        """Keep webhooks for `take_webhooks` instead of sending them."""
        self.webhooks.keep = True
        self.stripe.endpoint.url = self.stripe.endpoint.url or "http://shop.invalid/"

    def send_webhooks(self) -> None:
        """Send webhooks from now on, instead of keeping them."""
        self.webhooks.keep = False

    def take_webhooks(self) -> list[Message]:
        """Return the webhooks that were kept, oldest first, with `body` and `headers()`."""
        return self.webhooks.take()

    def release_webhooks(self) -> None:
        """Send what is held back by `events_reversed`."""
        self.webhooks.release()

    def wait_for_webhooks(self, timeout: float = 10) -> bool:
        """Wait until all webhooks that are due were tried. Return whether they were."""
        return self.webhooks.wait_until_idle(timeout)

    def webhooks_sent(self) -> list[dict[str, Any]]:
        """Return what was sent, oldest first, with the status of each attempt (0: no answer)."""
        return [
            {"url": each.url, "label": each.label, "attempts": list(each.attempts)}
            for each in self.webhooks.sent
        ]

    # Its server.

    def start(self) -> Self:
        for name, work in [("server", self._serve), ("clock", self._tick)]:
            thread = threading.Thread(target=work, name=f"sandbox-{name}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        if self._threads:
            self._server.shutdown()
        self._server.server_close()
        self.webhooks.stop()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def is_own_host(self, host: str) -> bool:
        """Return whether a request's Host header names the sandbox, and not a page's own domain."""
        port = self._server.server_port
        own = {self.url.partition("//")[2], f"127.0.0.1:{port}", f"localhost:{port}"}
        return host in own

    def find(self, payment: str) -> tuple[Account, Checkout]:
        """Return the payment that has this ID, or the newest that has this reference."""
        with self.lock:
            for account in self.accounts:
                if checkout := account.checkouts.get(payment):
                    return account, checkout
                if checkout := account.by_reference.get(payment):
                    return account, checkout
                if intent := account.intents.get(payment):
                    return account, intent.checkout
        raise LookupError(f"There is no payment {payment}.")

    def _fix_keys(self) -> None:
        for live, mode in ((False, "test"), (True, "live")):
            self.stripe_keys.set_secret(f"sk_{mode}_51PaymentsSandbox", live=live)
        self.stripe.endpoint.secrets = ["whsec_PaymentsSandbox"]
        self.mollie.key, self.mollie_live.key = "test_PaymentsSandbox", "live_PaymentsSandbox"
        self.mollie.access_token = self.mollie_live.access_token = "access_PaymentsSandbox"

    def _charge(self, payment: str, status: str) -> tuple[Account, Charge]:
        account, checkout = self.find(payment)
        for charge in reversed(checkout.intent.charges if checkout.intent else []):
            if charge.status == status:
                return account, charge
        raise LookupError(f"Payment {checkout.id} has no charge that is {status}.")

    def _record(self, collection: str, id: str) -> tuple[Account, Any]:
        with self.lock:
            for account in self.accounts:
                if record := getattr(account, collection).get(id):
                    return account, record
        raise LookupError(f"There is no {id} among the {collection}.")

    def _next_due(self) -> float | None:
        times = [each.next_due() for each in self.accounts]
        return min((each for each in times if each is not None), default=None)

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.02)

    def _tick(self) -> None:
        while not self._stopping.wait(1):
            self.run_due()


class _Handler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        logger.debug(message, *args)
