"""The provider's dashboard: the first page, where a person makes things happen by hand."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from werkzeug.routing import Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from . import currencies
from .control import REFUSALS
from .payouts import DAY
from .records import Checkout, Dispute, Payout, Refund
from .templates import render

if TYPE_CHECKING:
    from .sandbox import Sandbox

SHOWN = 20
# What a button of the page does: the operation of `Sandbox`, and its further arguments.
ACTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "Settle": ("settle", {}),
    "Let it fail": ("settle", {"succeeds": False}),
    "Refund": ("refund", {}),
    "Dispute": ("dispute", {}),
    "Settle refund": ("settle_refund", {}),
    "Let refund fail": ("settle_refund", {"succeeds": False}),
    "Submit evidence": ("answer_dispute", {}),
    "Win": ("close_dispute", {"won": True}),
    "Lose": ("close_dispute", {"won": False}),
    "Arrive": ("settle_payout", {}),
    "Return": ("settle_payout", {"succeeds": False}),
}


class Dashboard:
    def __init__(self, sandbox: "Sandbox") -> None:
        self.sandbox = sandbox

    def rules(self) -> list[Rule]:
        return [
            Rule("/", methods=["GET"], endpoint=(self.show,)),
            Rule("/", methods=["POST"], endpoint=(self.act,)),
        ]

    def show(self, request: Request) -> Response:
        accounts = self.sandbox.accounts
        return render(
            "dashboard.html",
            now=self.sandbox.clock.now(),
            message=request.args.get("message", ""),
            payments=self._newest("checkouts", _payment),
            refunds=self._newest("refunds", _refund),
            disputes=self._newest("disputes", _dispute),
            payouts=self._newest("payouts", _payout),
            count=sum(len(each.checkouts) for each in accounts),
        )

    def act(self, request: Request) -> Response:
        """Do what a button says. Only pages of the sandbox itself may post here."""
        origin = request.headers.get("Origin", "").partition("//")[2]
        if not self.sandbox.is_own_host(origin or request.host):
            return Response("Only this page can do that.", status=403)
        action, id = request.form.get("action", ""), request.form.get("id", "")
        try:
            if action == "Advance a day":
                self.sandbox.advance(DAY)
            elif action == "Make payouts":
                self.sandbox.make_payouts()
            elif action in ACTIONS:
                operation, more = ACTIONS[action]
                getattr(self.sandbox, operation)(id, **more)
        except REFUSALS as error:
            return _to_dashboard(str(error))
        return _to_dashboard("")

    def _newest(
        self, collection: str, row: Callable[[Any], dict[str, Any]]
    ) -> list[dict[str, Any]]:
        with self.sandbox.accounts[0].lock:
            records = [
                each
                for account in self.sandbox.accounts
                for each in getattr(account, collection).values()
            ]
            records.sort(key=lambda each: each.created)
            return [row(each) for each in records[: -SHOWN - 1 : -1]]


def _payment(checkout: Checkout) -> dict[str, Any]:
    statuses = [each.status for each in checkout.intent.charges] if checkout.intent else []
    actions: list[str] = []
    if "pending" in statuses:
        actions = ["Settle", "Let it fail"]
    elif "succeeded" in statuses:
        actions = ["Refund", "Dispute"]
    status = "paid" if checkout.paid else "pending" if "pending" in statuses else checkout.status
    return _row(checkout, checkout.description, status, actions)


def _refund(record: Refund) -> dict[str, Any]:
    actions = {"pending": ["Settle refund", "Let refund fail"], "succeeded": ["Let refund fail"]}
    return _row(
        record, record.charge.checkout.description, record.status, actions.get(record.status)
    )


def _dispute(record: Dispute) -> dict[str, Any]:
    actions = {
        "needs_response": ["Submit evidence", "Win", "Lose"],
        "under_review": ["Win", "Lose"],
    }
    return _row(
        record, record.charge.checkout.description, record.status, actions.get(record.status)
    )


def _payout(record: Payout) -> dict[str, Any]:
    actions = {"in_transit": ["Arrive", "Return"]}
    return _row(record, f"{len(record.entries)} lines", record.status, actions.get(record.status))


def _row(record: Any, text: str, status: str, actions: list[str] | None) -> dict[str, Any]:
    amount = currencies.written(record.amount, record.currency)
    return {"id": record.id, "text": text, "amount": amount, "status": status.replace("_", " "),
            "actions": actions or []}  # fmt: skip


def _to_dashboard(message: str) -> Response:
    query = f"?{urlencode({'message': message})}" if message else ""
    return redirect(f"/{query}", 303)  # type: ignore[return-value]
