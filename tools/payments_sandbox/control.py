"""The control API: what `Sandbox` can do, from another process.

`POST /sandbox/<operation>` with the arguments as a JSON object calls the method of that name. The
answer is `{"result": …}`, or `{"error": "…"}` with status 400. Pages of other sites cannot call it:
they can neither send JSON without being asked nor name its host.
"""

import json
from typing import TYPE_CHECKING

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from .disputes import DisputeRefused
from .payments import CheckoutClosed
from .refunds import RefundRefused

if TYPE_CHECKING:
    from .sandbox import Sandbox

OPERATIONS = [
    "settings",
    "send_stripe_events_to",
    "restricted_key",
    "pay",
    "answer_challenge",
    "settle",
    "refund",
    "settle_refund",
    "dispute",
    "answer_dispute",
    "close_dispute",
    "make_payouts",
    "settle_payout",
    "behave",
    "behave_well",
    "advance",
    "wait_for_webhooks",
    "release_webhooks",
    "webhooks_sent",
]
REFUSALS = (LookupError, ValueError, TypeError, CheckoutClosed, RefundRefused, DisputeRefused)


class Control:
    def __init__(self, sandbox: "Sandbox") -> None:
        self.sandbox = sandbox

    def rules(self) -> list[Rule]:
        return [Rule("/sandbox/<operation>", methods=["POST"], endpoint=(self.call,))]

    def call(self, request: Request, operation: str) -> Response:
        if request.mimetype != "application/json":
            return _answer({"error": "Send the arguments as JSON."}, 415)
        if not self.sandbox.is_own_host(request.host):
            return _answer({"error": "This sandbox has another address."}, 403)
        if operation not in OPERATIONS:
            return _answer({"error": f"There is no operation {operation}."}, 404)
        try:
            arguments = json.loads(request.get_data() or b"{}")
            if not isinstance(arguments, dict):
                raise ValueError("The arguments are not an object.")
            result = getattr(self.sandbox, operation)(**arguments)
        except REFUSALS as error:
            return _answer({"error": str(error)}, 400)
        return _answer({"result": result}, 200)


def _answer(body: dict[str, object], status: int) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json")
