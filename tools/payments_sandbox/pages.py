"""The hosted pages on which a customer pays. Without JavaScript, and for phones first."""

from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound
from werkzeug.routing import Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from . import currencies, payments
from .account import Account
from .instruments import DECLINES, offered
from .records import Checkout
from .request_faults import fault_after
from .templates import render

if TYPE_CHECKING:
    from .sandbox import Sandbox


class Pages:
    def __init__(self, sandbox: "Sandbox") -> None:
        self.sandbox = sandbox

    def rules(self) -> list[Rule]:
        rules = []
        for path in ("/c/pay/<id>", "/checkout/<id>"):
            rules += [
                Rule(path, methods=["GET"], endpoint=(self.show,)),
                Rule(path, methods=["POST"], endpoint=(self.pay,)),
                Rule(f"{path}/challenge", methods=["POST"], endpoint=(self.answer_challenge,)),
            ]
        return rules

    def show(self, _request: Request, id: str) -> Response:
        account, checkout = self._find(id)
        account.run_due()
        return self._page(account, checkout)

    def pay(self, request: Request, id: str) -> Response:
        account, checkout = self._find(id)
        try:
            if request.form.get("action") == "cancel":
                return self._cancel(account, checkout)
            instrument = request.form.get("instrument", "")
            if instrument not in [each.name for each in offered(checkout.methods)]:
                return self._page(account, checkout, "Choose how to pay.", status=422)
            outcome = payments.pay(account, checkout, instrument)
        except payments.CheckoutClosed:
            return self._page(account, checkout, status=409)
        return self._after(request, account, checkout, outcome)

    def answer_challenge(self, request: Request, id: str) -> Response:
        account, checkout = self._find(id)
        accepted = request.form.get("answer") == "accept"
        try:
            outcome = payments.answer_challenge(account, checkout, accepted=accepted)
        except payments.CheckoutClosed:
            return self._page(account, checkout, status=409)
        return self._after(request, account, checkout, outcome)

    def _cancel(self, account: Account, checkout: Checkout) -> Response:
        """Lead back to the shop. Stripe leaves the checkout open, Mollie cancels it."""
        if account.one_attempt:
            payments.cancel(account, checkout)
        return _see_other(checkout.cancel_url or return_url(checkout))

    def _after(
        self, request: Request, account: Account, checkout: Checkout, outcome: str
    ) -> Response:
        if outcome == "challenge":
            return _see_other(_path(account, checkout))
        if outcome in ("succeeded", "pending"):
            fault_after(request, self.sandbox.behaviours, "lose_returns")
            return _see_other(return_url(checkout))
        if account.one_attempt:
            return _see_other(return_url(checkout))
        return self._page(account, checkout, DECLINES[outcome], status=402)

    def _page(
        self, account: Account, checkout: Checkout, message: str = "", status: int = 200
    ) -> Response:
        name = "closed.html"
        if checkout.status == "open":
            name = "challenge.html" if checkout.challenge else "pay.html"
        return render(
            name,
            status,
            checkout=checkout,
            path=_path(account, checkout),
            amount=currencies.written(checkout.amount, checkout.currency),
            instruments=offered(checkout.methods),
            message=message,
            can_cancel=account.one_attempt or checkout.cancel_url,
            return_url=return_url(checkout),
        )

    def _find(self, id: str) -> tuple[Account, Checkout]:
        for account in self.sandbox.accounts:
            if id in account.checkouts:
                return account, account.checkouts[id]
        raise NotFound()


def return_url(checkout: Checkout) -> str:
    """Return where the customer goes after paying."""
    return checkout.success_url.replace("{CHECKOUT_SESSION_ID}", checkout.id)


def _path(account: Account, checkout: Checkout) -> str:
    return f"/checkout/{checkout.id}" if account.one_attempt else f"/c/pay/{checkout.id}"


def _see_other(url: str) -> Response:
    return redirect(url, 303)  # type: ignore[return-value]
