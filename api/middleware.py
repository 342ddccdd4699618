"""Middleware that every request to the API passes."""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import cast

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.requests import record_visit

from .callers import ApiRequest, Caller, identify
from .idempotency import answer_once
from .preconditions import refuse_unknown_match
from .problems import CONTENT_TYPE, SAFE_METHODS, Problem, problem_response, unavailable
from .rates import count_request

PREFIX = "/api/v1/"
AUTH = f"{PREFIX}auth/"
# Pictures are binary and large. Uploading one twice is harmless without an idempotency key.
UPLOADS = re.compile(r"^/api/v1/staff/(?:venues|shows)/[^/]+/picture$")


def api_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Identify the caller, count the request, replay responses, and unify the form of errors."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return get_response(request)
        api_request = cast(ApiRequest, request)
        api_request.caller = Caller()
        api_request.is_taken_over = False
        try:
            response = _answer(api_request, partial(get_response, request))
        except Problem as problem:
            response = problem.response()
        except (InterfaceError, OperationalError) as error:
            # Identifying the caller and replaying a response need the database as well.
            response = unavailable(error)
        if response.status_code >= 400 and not _is_problem(response):
            response = _as_problem(response)
        response.headers.setdefault("Cache-Control", "no-store")
        _record_visit(api_request.caller)
        return response

    return middleware


def _answer(request: ApiRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    is_upload = request.method == "POST" and UPLOADS.match(request.path_info)
    _refuse_nul_in_url(request)
    if not is_upload:
        _refuse_nul_in_body(request)
        _refuse_bare_values(request)
    try:
        request.caller = identify(request)
    except Problem:
        # Clients that refresh or log in again may still send the expired token.
        if not request.path_info.startswith(AUTH):
            raise
    count = count_request(request)
    refuse_unknown_match(request)
    key = request.headers.get("Idempotency-Key")
    is_write = request.method not in SAFE_METHODS and not is_upload
    if key is not None and is_write and not request.path_info.startswith(AUTH):
        answer = partial(answer_once, request, key, answer)
    try:
        response = answer()
    except Problem as problem:
        problem.headers.update(count.headers)
        raise
    for name, value in count.headers.items():
        response.headers[name] = value
    return response


def _record_visit(caller: Caller) -> None:
    # A key belongs to a program, which visits day and night.
    if caller.user is not None and caller.key is None:
        record_visit(user=caller.user, now=timezone.now())


def _refuse_nul_in_url(request: HttpRequest) -> None:
    """Refuse NUL characters, which PostgreSQL cannot store."""
    url = request.META.get("QUERY_STRING", "") + request.path_info
    if "%00" in url or "\0" in url:
        raise Problem(422, "invalid", "NUL characters are not accepted.")


def _refuse_nul_in_body(request: HttpRequest) -> None:
    try:
        body = request.body
    except RequestDataTooBig:
        raise Problem(413, "too-large", "The body is too large.") from None
    if b"\0" in body or b"\\u0000" in body:
        raise Problem(422, "invalid", "NUL characters are not accepted.")


def _refuse_bare_values(request: HttpRequest) -> None:
    """Refuse a JSON body that is a string, number, list or null: every operation takes an object.

    The framework reads attributes of whatever it got, so a string would be asked for `.title`.
    """
    body = request.body.lstrip()
    if request.method in SAFE_METHODS or not body or body.startswith(b"{"):
        return
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return  # Not JSON: the operation reports that, if it reads a body.
    detail = _("The body must be a JSON object.")
    errors = [{"pointer": "/body", "detail": detail}]
    raise Problem(422, "invalid", detail, errors=errors)


def _is_problem(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith(CONTENT_TYPE)


def _as_problem(response: HttpResponse) -> HttpResponse:
    headers = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
    return problem_response(response.status_code, headers=headers)
