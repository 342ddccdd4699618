"""Answer requests to Stripe's API."""

import json
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from ..connections import hold_and_cut
from . import payments, sessions
from .account import API_VERSION, StripeAccount
from .errors import IdempotencyConflict, InvalidParameter, StripeError
from .find import expand
from .idempotency import Answer, IdempotencyKeys
from .keys import Keys, require
from .params import Params, decode


class Call(NamedTuple):
    """A call of the API and the permission that a restricted key needs for it."""

    method: str
    path: str
    permission: str
    function: Callable[..., dict[str, Any]]


CALLS = [
    Call("POST", "/v1/checkout/sessions", "checkout_session_write", sessions.create),
    Call("GET", "/v1/checkout/sessions", "checkout_session_read", sessions.list_sessions),
    Call("GET", "/v1/checkout/sessions/<id>", "checkout_session_read", sessions.retrieve),
    Call(
        "POST",
        "/v1/checkout/sessions/<id>/expire",
        "checkout_session_write",
        sessions.expire_session,
    ),
    Call("GET", "/v1/payment_intents/<id>", "payment_intent_read", payments.retrieve_intent),
    Call("GET", "/v1/charges", "charge_read", payments.list_charges),
    Call("GET", "/v1/charges/<id>", "charge_read", payments.retrieve_charge),
    Call("POST", "/v1/refunds", "charge_write", payments.create_refund),
    Call("GET", "/v1/refunds", "charge_read", payments.list_refunds),
    Call("GET", "/v1/refunds/<id>", "charge_read", payments.retrieve_refund),
]


class StripeApi:
    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.idempotency = IdempotencyKeys(keys.test.clock.now)

    def rules(self) -> list[Rule]:
        return [
            Rule(call.path, methods=[call.method], endpoint=(self.answer, call)) for call in CALLS
        ]

    def answer(self, request: Request, call: Call, **names: str) -> Response:
        """Answer one request. Headers and errors are those of Stripe."""
        request_id = self.keys.test.new_id("request")
        behaviour = self.keys.test.behaviours.default
        time.sleep(behaviour.slow)
        idempotency_key = request.headers.get("Idempotency-Key", "")
        headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
        try:
            key = self.keys.authenticate(request.headers.get("Authorization", ""))
            require(key, call.permission)
            _require_version(request)
            if request.method != "POST" or not idempotency_key:
                answer = self._carry_out(request, call, key.account, names)
            else:
                headers["Idempotency-Key"] = idempotency_key
                answer, replayed = self._once(request, call, key.account, names, idempotency_key)
                if replayed:
                    headers["Idempotent-Replayed"] = "true"
        except StripeError as error:
            answer = _error(error)
        if request.method == "POST" and self.keys.test.behaviours.loses_answer():
            hold_and_cut(request, behaviour.lose_for)
        return Response(
            answer.body, status=answer.status, headers=headers, content_type="application/json"
        )

    def _once(
        self,
        request: Request,
        call: Call,
        account: StripeAccount,
        names: dict[str, str],
        key: str,
    ) -> tuple[Answer, bool]:
        """Carry out the request unless the key's answer is known. Return whether it was."""
        owner = f"{account.id}/{account.livemode}"
        known = self.idempotency.begin(owner, key, request.path, request.get_data())
        if known is not None:
            return known, True
        try:
            answer = self._carry_out(request, call, account, names)
        except (InvalidParameter, IdempotencyConflict):
            self.idempotency.forget(owner, key)
            raise
        except StripeError as error:
            answer = _error(error)
        except BaseException:
            self.idempotency.forget(owner, key)
            raise
        self.idempotency.keep(owner, key, answer)
        return answer, False

    def _carry_out(
        self, request: Request, call: Call, account: StripeAccount, names: dict[str, str]
    ) -> Answer:
        source = request.form if request.method == "POST" else request.args
        params = Params(decode(list(source.items(multi=True))))
        paths = params.texts("expand")
        with account.lock:
            account.run_due()
            written = call.function(account, params, **names)
            expand(account, written, paths)
            return Answer(200, json.dumps(written, indent=2).encode())


def _require_version(request: Request) -> None:
    version = request.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        raise StripeError(f"Invalid Stripe API version: {version}")


def _error(error: StripeError) -> Answer:
    return Answer(error.status, json.dumps({"error": error.body}, indent=2).encode())
