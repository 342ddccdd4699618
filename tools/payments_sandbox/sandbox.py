"""The sandbox: accounts, clock, behaviours and webhooks, and the server in front of them."""

import logging
import threading
from typing import Any, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from . import payments, refunds
from .app import App
from .behaviours import BehaviourBook
from .clock import Clock
from .records import Checkout, Refund
from .stripe_api.account import StripeAccount
from .stripe_api.keys import Keys
from .webhooks import Message, Webhooks

logger = logging.getLogger(__name__)


class Sandbox:
    """A payments sandbox that listens on a port of this machine while it is open.

    Its methods may be called from any thread; `client.RemoteSandbox` offers the same from another
    process. A payment is named by its ID or by the reference that the shop gave it.
    """

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.clock, self.behaviours = Clock(), BehaviourBook()
        self.webhooks = Webhooks(self.clock)
        self._lock = threading.RLock()
        shared: dict[str, Any] = {
            "clock": self.clock,
            "lock": self._lock,
            "behaviours": self.behaviours,
            "webhooks": self.webhooks,
        }
        self.stripe = StripeAccount(**shared)
        self.stripe_live = StripeAccount(livemode=True, **shared)
        self.stripe_keys = Keys(self.stripe, self.stripe_live)
        self._server: BaseWSGIServer = make_server(
            host, port, App(self), threaded=True, request_handler=_Handler
        )
        self.url = f"http://{host}:{self._server.server_port}"
        self.stripe.base_url = self.stripe_live.base_url = self.url
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()

    # Where the shop connects to.

    @property
    def stripe_key(self) -> str:
        """A secret key of test mode."""
        return self.stripe_keys.secret

    @property
    def stripe_webhook_secret(self) -> str:
        return self.stripe.endpoint.secrets[0]

    def send_stripe_events_to(self, url: str, secret: str = "") -> None:
        """Deliver the events of test mode to `url`, signed with `secret` if it is given."""
        self.stripe.endpoint.url = url
        if secret:
            self.stripe.endpoint.secrets = [secret]

    # What customers do.

    def pay(self, payment: str, instrument: str = "card") -> str:
        """Pay as the customer does on the hosted page.

        Return `succeeded`, `pending`, `challenge` (see `answer_challenge`) or the failure's code.
        """
        account, checkout = self._find(payment)
        return payments.pay(account, checkout, instrument)

    def answer_challenge(self, payment: str, accepted: bool = True) -> str:
        """Finish the 3-D Secure step of a payment."""
        account, checkout = self._find(payment)
        return payments.answer_challenge(account, checkout, accepted=accepted)

    # What happens later, or in the provider's dashboard.

    def settle(self, payment: str, succeeds: bool = True) -> None:
        """Settle a delayed payment now."""
        account, checkout = self._find(payment)
        payments.settle(account, _charge_of(checkout, "pending"), succeeds=succeeds)

    def refund(self, payment: str, amount: int | None = None) -> str:
        """Refund in the provider's dashboard, `amount` in the smallest unit; return the ID."""
        account, checkout = self._find(payment)
        return refunds.refund(account, _charge_of(checkout, "succeeded"), amount).id

    def settle_refund(self, refund: str, succeeds: bool = True) -> None:
        """Settle a pending refund, or let one fail that had succeeded."""
        account, record = self._find_refund(refund)
        refunds.settle_refund(account, record, succeeds=succeeds)

    # How the provider behaves.

    def behave(self, payment: str = "", **changes: Any) -> None:
        """Change the behaviour of the sandbox, or of one payment: see `behaviours.Behaviours`."""
        self.behaviours.change(payment, **changes)

    def advance(self, seconds: float) -> None:
        """Advance the clock and do what is due by then."""
        self.clock.advance(seconds)
        self.run_due()
        self.webhooks.wake()

    def run_due(self) -> None:
        for account in self._accounts():
            account.run_due()

    # Webhooks.

    def keep_webhooks(self) -> None:
        """Keep webhooks for `take_webhooks` instead of sending them."""
        self.webhooks.keep = True
        self.stripe.endpoint.url = self.stripe.endpoint.url or "http://shop.invalid/"

    def take_webhooks(self) -> list[Message]:
        """Return the webhooks that were kept, oldest first, with `body` and `headers()`."""
        return self.webhooks.take()

    def wait_for_webhooks(self, timeout: float = 10) -> bool:
        """Wait until all webhooks that are due are delivered. Return whether they are."""
        return self.webhooks.wait_until_idle(timeout)

    # Its server.

    def start(self) -> Self:
        for name, work in [("server", self._serve), ("clock", self._tick)]:
            thread = threading.Thread(target=work, name=f"sandbox-{name}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self.webhooks.stop()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.02)

    def _tick(self) -> None:
        while not self._stopping.wait(1):
            self.run_due()

    def _accounts(self) -> list[StripeAccount]:
        return [self.stripe, self.stripe_live]

    def _find(self, payment: str) -> tuple[StripeAccount, Checkout]:
        """Return the payment that has this ID, or the newest that has this reference."""
        with self._lock:
            for account in self._accounts():
                if payment in account.checkouts:
                    return account, account.checkouts[payment]
                for checkout in reversed(account.checkouts.values()):
                    intent = checkout.intent and checkout.intent.id
                    if payment in (checkout.reference, intent):
                        return account, checkout
        raise LookupError(f"There is no payment {payment}.")

    def _find_refund(self, id: str) -> tuple[StripeAccount, Refund]:
        with self._lock:
            for account in self._accounts():
                if id in account.refunds:
                    return account, account.refunds[id]
        raise LookupError(f"There is no refund {id}.")


def _charge_of(checkout: Checkout, status: str) -> Any:
    for charge in reversed(checkout.intent.charges if checkout.intent else []):
        if charge.status == status:
            return charge
    raise LookupError(f"Payment {checkout.id} has no charge that is {status}.")


class _Handler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        logger.debug(message, *args)

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True
