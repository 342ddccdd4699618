"""Middleware: what every request to the API passes, whatever it asks for."""

import json
from functools import partial

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from .callers import Caller, identify
from .idempotency import answer_once
from .preconditions import refuse_unknown_match
from .problems import CONTENT_TYPE, Problem, problem_response, unavailable
from .rates import SAFE_METHODS, count_request

PREFIX = "/api/v1/"
AUTH = f"{PREFIX}auth/"


def gate(get_response):
    """Find out who calls, count the request, answer repeated ones, see to the form of errors."""

    def middleware(request):
        if not request.path_info.startswith(PREFIX):
            return get_response(request)
        request.caller = Caller()
        request.is_taken_over = False
        try:
            response = _answer(request, partial(get_response, request))
        except Problem as problem:
            response = problem_response(
                problem.status,
                problem.slug,
                problem.detail,
                headers=problem.headers,
                **problem.more,
            )
        except (InterfaceError, OperationalError) as error:
            # Asking who calls, or for the answer that was given before, needs the database, too.
            response = unavailable(error)
        if response.status_code >= 400 and not _is_problem(response):
            response = _as_problem(response)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def _answer(request, answer):
    _refuse_nul(request)
    _refuse_bare_values(request)
    try:
        request.caller = identify(request)
    except Problem:
        # Whoever refreshes or logs in again may still send the token that has run out.
        if not request.path_info.startswith(AUTH):
            raise
    count = count_request(request)
    refuse_unknown_match(request)
    key = request.headers.get("Idempotency-Key")
    is_write = request.method not in SAFE_METHODS
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


def _refuse_nul(request):
    """The database keeps no NUL character, so nothing that holds one can be meant seriously."""
    address = request.META.get("QUERY_STRING", "") + request.path_info
    try:
        body = request.body
    except RequestDataTooBig:
        raise Problem(413, "too-large", "The body is too large.") from None
    if "%00" in address or "\0" in address or b"\0" in body or b"\\u0000" in body:
        raise Problem(422, "invalid", "NUL characters are not accepted.")


def _refuse_bare_values(request):
    """Refuse a JSON body that is a string, number, list or null: every operation takes an object.

    The framework reads attributes of whatever came, so that a string would be asked for `.title`.
    """
    body = request.body.lstrip()
    if request.method in SAFE_METHODS or not body or body.startswith(b"{"):
        return
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return  # Not JSON at all: the operation says so, if it reads a body.
    detail = _("The body must be a JSON object.")
    errors = [{"pointer": "/body", "detail": detail}]
    raise Problem(422, "invalid", detail, errors=errors)


def _is_problem(response):
    return response.headers.get("Content-Type", "").startswith(CONTENT_TYPE)


def _as_problem(response):
    kept = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
    return problem_response(response.status_code, headers=kept)
