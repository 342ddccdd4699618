"""The hosted pages on which a customer pays. Without JavaScript, and for phones first."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from werkzeug.exceptions import NotFound
from werkzeug.routing import Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from . import currencies, payments
from .account import Account
from .instruments import DECLINES, offered
from .records import Checkout

if TYPE_CHECKING:
    from .sandbox import Sandbox


class Pages:
    def __init__(self, sandbox: "Sandbox") -> None:
        self.sandbox = sandbox
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def rules(self) -> list[Rule]:
        return [
            Rule("/c/pay/<id>", methods=["GET"], endpoint=(self.show,)),
            Rule("/c/pay/<id>", methods=["POST"], endpoint=(self.pay,)),
            Rule("/c/pay/<id>/challenge", methods=["POST"], endpoint=(self.answer_challenge,)),
        ]

    def show(self, request: Request, id: str) -> Response:
        account, checkout = self._find(id)
        account.run_due()
        return self._page(account, checkout)

    def pay(self, request: Request, id: str) -> Response:
        account, checkout = self._find(id)
        instrument = request.form.get("instrument", "")
        if instrument not in [each.name for each in offered(checkout.methods)]:
            return self._page(account, checkout, "Choose how to pay.", status=422)
        try:
            outcome = payments.pay(account, checkout, instrument)
        except payments.CheckoutClosed:
            return self._page(account, checkout, status=409)
        return self._after(account, checkout, outcome)

    def answer_challenge(self, request: Request, id: str) -> Response:
        account, checkout = self._find(id)
        accepted = request.form.get("answer") == "accept"
        try:
            outcome = payments.answer_challenge(account, checkout, accepted=accepted)
        except payments.CheckoutClosed:
            return self._page(account, checkout, status=409)
        return self._after(account, checkout, outcome)

    def _after(self, account: Account, checkout: Checkout, outcome: str) -> Response:
        if outcome in ("succeeded", "pending"):
            return redirect(self._return_url(checkout), 303)  # type: ignore[return-value]
        if outcome == "challenge":
            return redirect(f"/c/pay/{checkout.id}", 303)  # type: ignore[return-value]
        return self._page(account, checkout, DECLINES[outcome], status=402)

    def _page(
        self, account: Account, checkout: Checkout, message: str = "", status: int = 200
    ) -> Response:
        name = "closed.html"
        if checkout.status == "open":
            name = "challenge.html" if checkout.challenge else "pay.html"
        return self._render(
            name,
            status,
            checkout=checkout,
            amount=currencies.written(checkout.amount, checkout.currency),
            instruments=offered(checkout.methods),
            livemode=account.livemode,
            message=message,
            return_url=self._return_url(checkout) if checkout.status == "complete" else "",
        )

    def _render(self, name: str, status: int, **context: Any) -> Response:
        html = self._templates.get_template(name).render(**context)
        return Response(html, status=status, content_type="text/html; charset=utf-8")

    def _return_url(self, checkout: Checkout) -> str:
        return checkout.success_url.replace("{CHECKOUT_SESSION_ID}", checkout.id)

    def _find(self, id: str) -> tuple[Account, Checkout]:
        for account in (self.sandbox.stripe, self.sandbox.stripe_live):
            if id in account.checkouts:
                return account, account.checkouts[id]
        raise NotFound()
