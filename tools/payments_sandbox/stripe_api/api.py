"""Answer requests to Stripe's API."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from ..idempotency import Answer, IdempotencyKeys, InProgress, OtherRequest
from ..request_faults import fault_after, fault_before
from . import balance, payments, sessions
from .account import StripeAccount
from .errors import IdempotencyConflict, InvalidParameter, StripeError
from .find import expand
from .keys import Keys, require
from .objects import API_VERSION
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
    Call("GET", "/v1/disputes", "dispute_read", balance.list_disputes),
    Call("GET", "/v1/disputes/<id>", "dispute_read", balance.retrieve_dispute),
    Call("POST", "/v1/disputes/<id>", "dispute_write", balance.update_dispute),
    Call("POST", "/v1/disputes/<id>/close", "dispute_write", balance.accept_dispute),
    Call(
        "GET",
        "/v1/balance_transactions",
        "balance_transaction_source_read",
        balance.list_balance_transactions,
    ),
    Call(
        "GET",
        "/v1/balance_transactions/<id>",
        "balance_transaction_source_read",
        balance.retrieve_balance_transaction,
    ),
    Call("GET", "/v1/payouts", "payout_read", balance.list_payouts),
    Call("GET", "/v1/payouts/<id>", "payout_read", balance.retrieve_payout),
    Call("GET", "/v1/events", "event_read", balance.list_events),
    Call("GET", "/v1/events/<id>", "event_read", balance.retrieve_event),
    Call("GET", "/v1/account", "accounts_kyc_basic_read", balance.retrieve_account),
]


# Source: https://docs.stripe.com/api/idempotent_requests.
KEYS_KEPT_FOR = 24 * 3600
LONGEST_KEY = 255


class StripeApi:
    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.idempotency = IdempotencyKeys(keys.test.clock.now, kept_for=KEYS_KEPT_FOR)

    def rules(self) -> list[Rule]:
        return [
            Rule(call.path, methods=[call.method], endpoint=(self.answer, call)) for call in CALLS
        ]

    def answer(self, request: Request, call: Call, **names: str) -> Response:
        """Answer one request. Headers and errors are those of Stripe."""
        request.get_data()  # Keep the body: reading the form would use it up.
        behaviours = self.keys.test.behaviours
        idempotency_key = request.headers.get("Idempotency-Key", "")
        headers = {
            "Request-Id": self.keys.test.new_id("request"),
            "Stripe-Version": API_VERSION,
        }
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        try:
            reference = request.form.get("client_reference_id", "")
            if status := fault_before(request, behaviours, reference, names.get("id", "")):
                raise _fault(status)
            key = self.keys.authenticate(request.headers.get("Authorization", ""))
            require(key, call.permission)
            _require_version(request)
            carry_out = partial(self._carry_out, request, call, key.account, names, headers)
            if request.method != "POST" or not idempotency_key:
                answer = carry_out()
            else:
                owner = f"{key.account.id}/{key.account.livemode}"
                answer, replayed = self._once(request, owner, idempotency_key, carry_out)
                if replayed:
                    headers["Idempotent-Replayed"] = "true"
        except StripeError as error:
            answer = _error(error)
        fault_after(request, behaviours)
        return Response(
            answer.body, status=answer.status, headers=headers, content_type="application/json"
        )

    def _once(
        self, request: Request, owner: str, key: str, carry_out: Callable[[], Answer]
    ) -> tuple[Answer, bool]:
        """Carry out the request unless the key's answer is known. Return whether it was."""
        known = self._begin(request, owner, key)
        if known is not None:
            return known, True
        # What was done and its answer are written to the file together.
        with self.keys.test.lock as lock:
            try:
                answer = carry_out()
            except InvalidParameter:
                self.idempotency.forget(owner, key)
                raise
            except StripeError as error:
                answer = _error(error)
            except BaseException:
                self.idempotency.forget(owner, key)
                raise
            self.idempotency.keep(owner, key, answer)
            lock.changed = True
        return answer, False

    def _begin(self, request: Request, owner: str, key: str) -> Answer | None:
        if len(key) > LONGEST_KEY:
            raise IdempotencyConflict(
                f"Idempotency keys can be at most {LONGEST_KEY} characters long."
            )
        try:
            return self.idempotency.begin(owner, key, request.path, request.get_data())
        except OtherRequest:
            raise IdempotencyConflict(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request."
            ) from None
        except InProgress:
            raise IdempotencyConflict(
                "There is currently another in-progress request using this Idempotent Key (that "
                f"probably means you submitted twice): {key}",
                status=409,
                code="idempotency_key_in_use",
            ) from None

    def _carry_out(
        self,
        request: Request,
        call: Call,
        account: StripeAccount,
        names: dict[str, str],
        headers: dict[str, str],
    ) -> Answer:
        source = request.form if request.method == "POST" else request.args
        params = Params(decode(list(source.items(multi=True))))
        paths = params.texts("expand")
        with account.lock:
            account.run_due()
            account.request = {
                "id": headers["Request-Id"],
                "idempotency_key": headers.get("Idempotency-Key"),
            }
            try:
                written = call.function(account, params, **names)
            finally:
                account.request = {}
            expand(account, written, paths)
            return Answer(200, json.dumps(written, indent=2).encode())


def _require_version(request: Request) -> None:
    version = request.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        raise StripeError(f"Invalid Stripe API version: {version}")


def _fault(status: int) -> StripeError:
    if status == 429:
        message = "Request rate limit exceeded."
        return StripeError(message, status=status, code="rate_limit")
    return StripeError("Something went wrong at the sandbox.", status=status, type="api_error")


def _error(error: StripeError) -> Answer:
    return Answer(error.status, json.dumps({"error": error.body}, indent=2).encode())
