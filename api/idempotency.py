"""Idempotency keys: a request that is sent twice is processed once and has the same response.

A client that has lost a response sends its request again with the same `Idempotency-Key`. The key
is claimed by inserting its row, in a transaction of its own, before anything is done; a second
request waits a moment for the response of the first. Should the first one die, its claim may be
taken over after `LEASE`; the operations themselves may be repeated.

A response is replayed only to the caller who got it: the account, the API key (and the guest that
it buys for), the visitor, or whoever has the same order's key. A guest without any of these cannot
be told from a stranger with the same key, so nothing is stored for them. Logins are not stored
either: their responses are secrets.
"""

import hashlib
import json
import secrets
import time
from collections.abc import Callable
from datetime import timedelta

from django.db.models.functions import Now
from django.http import HttpResponse
from django.utils.translation import gettext as _

from .callers import ApiRequest
from .models import MAX_RESPONSE, IdempotencyRecord
from .problems import Problem

LEASE = timedelta(seconds=60)
KEPT_FOR = timedelta(days=2)
PATIENCE = 4.0  # Seconds to wait for the response of the first request.
PAUSE = 0.05
MIN_LENGTH, MAX_LENGTH = 16, 200
# A response may name members, by this attribute, that are secrets shown once: they are stored, and
# replayed, as null.
SECRET_MEMBERS = "secret_members"
ORDERS = "/api/v1/orders/"
KEPT_HEADERS = ("Location", "ETag")
# After these a repeated request tries again: nothing was done, and the next result may differ.
NOT_KEPT = frozenset({401, 429})


def answer_once(request: ApiRequest, key: str, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Return `answer()`, or the response that this caller got for this key before.

    Raises `Problem`: 422 for a key that is invalid or was used for another request, 409 while the
    first request is still in progress. Sets `request.is_taken_over` where an earlier attempt may
    have been completed without its response being stored.
    """
    _check(key)
    owner = _owner_of(request)
    if owner is None:
        return answer()
    record = _claim(request, key, owner)
    if record.status is not None:
        return _replay(record)
    try:
        response = answer()
    except BaseException:
        _release(record)
        raise
    if response.status_code >= 500 or response.status_code in NOT_KEPT:
        _release(record)
    else:
        _finish(record, response)
    return response


def delete_old_idempotency_records() -> int:
    """Delete records older than `KEPT_FOR`; return how many."""
    return IdempotencyRecord.objects.outdated(KEPT_FOR).delete()[0]


def _check(key: str) -> None:
    if not MIN_LENGTH <= len(key) <= MAX_LENGTH or not key.isascii() or not key.isprintable():
        detail = _("An Idempotency-Key has %(least)d to %(most)d printable characters.")
        detail %= {"least": MIN_LENGTH, "most": MAX_LENGTH}
        raise Problem(422, "idempotency-key-invalid", detail)


def _owner_of(request: ApiRequest) -> str | None:
    """Return what identifies the caller, or None for a guest without credentials."""
    caller = request.caller
    if caller.key and caller.visitor:
        return f"{caller.name} visitor:{caller.visitor}"
    if caller.user or caller.visitor:
        return caller.name
    # Only these operations check the key: elsewhere anyone could send the same.
    order_key = request.path_info.startswith(ORDERS) and request.GET.get("key")
    return f"order:{_digest(order_key.encode())[:40]}" if order_key else None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _claim(request: ApiRequest, key: str, owner: str) -> IdempotencyRecord:
    """Return our own unfinished record, or a finished one of the same caller."""
    ours = IdempotencyRecord(
        owner=owner,
        key=key,
        request=f"{request.method} {request.get_full_path()}"[:300],
        fingerprint=_digest(request.body),
        holder=secrets.token_hex(16),
    )
    give_up = time.monotonic() + PATIENCE
    while True:
        IdempotencyRecord.objects.bulk_create([ours], ignore_conflicts=True)
        found = IdempotencyRecord.objects.filter(owner=owner, key=key).first()
        if found is None:
            continue  # Released in this moment.
        if found.holder == ours.holder:
            return found
        _check_same(found, ours)
        if found.status is not None:
            return found
        if _take_over(found, ours.holder):
            request.is_taken_over = True
            return IdempotencyRecord.objects.get(pk=found.pk)
        if time.monotonic() > give_up:
            raise Problem(
                409,
                "request-in-progress",
                _("The first request with this Idempotency-Key is still in progress."),
                headers={"Retry-After": "2"},
            )
        time.sleep(PAUSE)


def _check_same(found: IdempotencyRecord, ours: IdempotencyRecord) -> None:
    if (found.request, found.fingerprint) != (ours.request, ours.fingerprint):
        raise Problem(
            422,
            "idempotency-key-reused",
            _("This Idempotency-Key was used for another request."),
        )


def _take_over(found: IdempotencyRecord, holder: str) -> bool:
    abandoned = IdempotencyRecord.objects.abandoned(LEASE).filter(pk=found.pk, holder=found.holder)
    return bool(abandoned.update(holder=holder, claimed_at=Now()))


def _finish(record: IdempotencyRecord, response: HttpResponse) -> None:
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    body = _body_to_keep(response)
    if len(body) > MAX_RESPONSE:
        # As if the first request had failed: the operation itself may be repeated.
        _release(record)
        return
    IdempotencyRecord.objects.filter(pk=record.pk, holder=record.holder).update(
        status=response.status_code,
        body=body,
        headers={**headers, "Content-Type": response["Content-Type"]},
    )


def _body_to_keep(response: HttpResponse) -> bytes:
    members = getattr(response, SECRET_MEMBERS, None)
    body = json.loads(response.content) if members else None
    if not members or not isinstance(body, dict):
        return response.content
    return json.dumps(body | dict.fromkeys(members)).encode()


def _release(record: IdempotencyRecord) -> None:
    IdempotencyRecord.objects.filter(pk=record.pk, holder=record.holder, status=None).delete()


def _replay(record: IdempotencyRecord) -> HttpResponse:
    response = HttpResponse(bytes(record.body), status=record.status, headers=record.headers)
    response.headers["Idempotency-Replayed"] = "true"
    return response
