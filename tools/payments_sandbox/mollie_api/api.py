"""Answer requests to Mollie's API."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from ..idempotency import Answer, IdempotencyKeys, InProgress, OtherRequest
from ..request_faults import fault_after, fault_before
from . import calls
from .account import MollieAccount
from .calls import Lists
from .errors import MollieError

# Whoever has an API key may call these; the rest asks for an organization access token.
_CALLS: list[tuple[str, str, Callable[..., dict[str, Any]]]] = [
    ("POST", "/v2/payments", calls.create_payment),
    ("GET", "/v2/payments/<id>", calls.get_payment),
    ("DELETE", "/v2/payments/<id>", calls.cancel_payment),
    ("POST", "/v2/payments/<id>/refunds", calls.create_refund),
    ("GET", "/v2/payments/<id>/refunds/<refund_id>", calls.get_refund),
    ("DELETE", "/v2/payments/<id>/refunds/<refund_id>", calls.delete_refund),
    ("GET", "/v2/payments/<id>/chargebacks/<chargeback_id>", calls.get_chargeback),
    ("GET", "/v2/profiles/me", calls.get_profile),
]
_TOKEN_CALLS: list[tuple[str, str, Callable[..., dict[str, Any]]]] = [
    ("GET", "/v2/settlements/<id>", calls.get_settlement),
    ("GET", "/v2/balances/<id>", calls.get_balance),
]
_LISTS: list[tuple[str, Callable[..., dict[str, Any]]]] = [
    ("/v2/methods", Lists.methods),
    ("/v2/payments", Lists.payments),
    ("/v2/payments/<id>/refunds", Lists.refunds),
    ("/v2/refunds", Lists.refunds),
    ("/v2/payments/<id>/chargebacks", Lists.chargebacks),
    ("/v2/chargebacks", Lists.chargebacks),
]
_TOKEN_LISTS: list[tuple[str, Callable[..., dict[str, Any]]]] = [
    ("/v2/settlements", Lists.settlements),
    ("/v2/settlements/<id>/<name>", Lists.settlement_lines),
    ("/v2/balances", Lists.balances),
    ("/v2/balances/<id>/transactions", Lists.balance_transactions),
]


class MollieApi:
    def __init__(self, *accounts: MollieAccount) -> None:
        self.accounts = accounts
        self.idempotency = IdempotencyKeys(accounts[0].clock.now, kept_for=3600)

    def rules(self) -> list[Rule]:
        rules = []
        for token, those in ((False, _CALLS), (True, _TOKEN_CALLS)):
            for method, path, function in those:
                work = partial(self._call, function)
                rules.append(Rule(path, methods=[method], endpoint=(self.answer, work, token)))
        for token, lists in ((False, _LISTS), (True, _TOKEN_LISTS)):
            for path, function in lists:
                rules.append(Rule(path, methods=["GET"], endpoint=(self.answer, function, token)))
        return rules

    def answer(
        self, request: Request, work: Callable[..., Any], needs_token: bool, **names: str
    ) -> Response:
        """Answer one request. Headers and errors are those of Mollie."""
        behaviours = self.accounts[0].behaviours
        headers: dict[str, str] = {}
        key = request.headers.get("Idempotency-Key", "")
        try:
            if status := fault_before(request, behaviours, names.get("id", "")):
                raise _fault(status)
            account = self._authenticate(request, needs_token)
            carry_out = partial(_carry_out, account, request, work, names)
            if request.method == "GET" or not key:
                answer = carry_out()
            else:
                answer, replayed = self._once(request, account, key, carry_out)
                if replayed:
                    headers["Idempotent-Replayed"] = "true"
        except MollieError as error:
            answer = _error(error)
        fault_after(request, behaviours)
        return Response(
            answer.body, answer.status, headers, content_type="application/hal+json; charset=utf-8"
        )

    def _authenticate(self, request: Request, needs_token: bool) -> MollieAccount:
        """Return the account that the key or the access token belongs to."""
        kind, _space, text = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or not text:
            raise MollieError(401, "Missing authentication, or failed to authenticate")
        for account in self.accounts:
            if text == account.access_token:
                if account.livemode == _is_test(request):
                    continue
                return account
            if text == account.key:
                if needs_token:
                    raise MollieError(403, "This call needs an organization access token")
                return account
        raise MollieError(401, "Missing authentication, or failed to authenticate")

    def _once(
        self, request: Request, account: MollieAccount, key: str, carry_out: Callable[[], Answer]
    ) -> tuple[Answer, bool]:
        owner = account.profile_id
        try:
            known = self.idempotency.begin(owner, key, request.full_path, request.get_data())
        except OtherRequest:
            raise MollieError(422, "The idempotency key was used for another request") from None
        except InProgress:
            raise MollieError(409, "A request with this idempotency key is in progress") from None
        if known is not None:
            return known, True
        # What was done and its answer are written to the file together.
        with account.lock as lock:
            try:
                answer = carry_out()
            except BaseException:
                self.idempotency.forget(owner, key)
                raise
            self.idempotency.keep(owner, key, answer)
            lock.changed = True
        return answer, False

    @staticmethod
    def _call(
        function: Callable[..., Any], account: MollieAccount, request: Request, **names: str
    ) -> Any:
        return function(account, _body(request), **names)


def _carry_out(
    account: MollieAccount, request: Request, work: Callable[..., Any], names: dict[str, str]
) -> Answer:
    with account.lock:
        account.run_due()
        written = work(account, request, **names)
    if not written:
        return Answer(204, b"")
    created = request.method == "POST"
    return Answer(201 if created else 200, json.dumps(written).encode())


def _body(request: Request) -> dict[str, Any]:
    if not request.get_data():
        return {}
    try:
        body = json.loads(request.get_data())
    except ValueError:
        raise MollieError(400, "The body is not valid JSON") from None
    if not isinstance(body, dict):
        raise MollieError(400, "The body is not an object")
    return body


def _is_test(request: Request) -> bool:
    """Return whether a request with an access token is about test mode."""
    if request.method == "GET":
        return request.args.get("testmode") == "true"
    return bool(_body(request).get("testmode"))


def _fault(status: int) -> MollieError:
    if status == 429:
        detail = "You have exceeded the rate limit. Please slow down your requests."
    else:
        detail = "Something went wrong at the sandbox."
    return MollieError(status, detail)


def _error(error: MollieError) -> Answer:
    return Answer(error.status, json.dumps(error.body).encode())
