"""The same request twice has the same answer, and is done once.

A program that has lost an answer sends its request again with the same `Idempotency-Key`. The key
is claimed by inserting its row, in a transaction of its own, before anything is done; whoever
comes second waits a moment for the answer of the first. Should the first die on the way, its
claim may be taken over after `LEASE`; the operations themselves may be repeated.

An answer is given again only to the caller who got it: the account, the API key (and the guest that
it buys for), the visitor, or whoever holds the same order's key. A guest who shows none of these
cannot be told from a stranger with the same key, so that nothing is kept for them. Log-ins are not
kept either: their answers are secrets.
"""

import hashlib
import json
import secrets
import time
from datetime import timedelta

from django.db.models.functions import Now
from django.http import HttpResponse
from django.utils.translation import gettext as _

from .models import LONGEST_ANSWER, IdempotencyRecord
from .problems import Problem

LEASE = timedelta(seconds=60)
KEPT_FOR = timedelta(days=2)
PATIENCE = 4.0  # Seconds to wait for another's answer.
PAUSE = 0.05
SHORTEST, LONGEST = 16, 200
# An answer may name members, by this attribute, that nobody else may read: a secret told once. They
# are kept, and told again, as null.
UNTOLD = "untold"
ORDERS = "/api/v1/orders/"
KEPT_HEADERS = ("Location", "ETag")
# Of these a repeated request should try again: nothing was done, and it may be otherwise next time.
NOT_KEPT = frozenset({401, 429})


def answer_once(request, key, answer):
    """Return `answer()`, or what it was when this caller sent this key before.

    Raises `Problem`: 422 for a key that is too short or came with another request, 409 when the
    first request is still under way. Sets `request.is_taken_over` where an earlier try may have
    been done without its answer being kept.
    """
    _check(key)
    owner = _owner_of(request)
    if owner is None:
        return answer()
    claim = _claim(request, key, owner)
    if claim.status is not None:
        return _kept_answer(claim)
    try:
        response = answer()
    except BaseException:
        _let_go(claim)
        raise
    if response.status_code >= 500 or response.status_code in NOT_KEPT:
        _let_go(claim)
    else:
        _finish(claim, response)
    return response


def delete_old_idempotency_records():
    """Delete answers that nobody will ask for any more; return how many."""
    return IdempotencyRecord.objects.outdated(KEPT_FOR).delete()[0]


def _check(key):
    if not SHORTEST <= len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        words = _("An Idempotency-Key has %(least)d to %(most)d printable characters.")
        raise Problem(422, "idempotency-key-invalid", words % {"least": SHORTEST, "most": LONGEST})


def _owner_of(request):
    """Return by what the caller is recognised, or None for a guest who shows nothing."""
    caller = request.caller
    if caller.key and caller.visitor:
        return f"{caller.name} visitor:{caller.visitor}"
    if caller.user or caller.visitor:
        return caller.name
    # Only these addresses look at the key, so that elsewhere anybody could send the same.
    order_key = request.path_info.startswith(ORDERS) and request.GET.get("key")
    return f"order:{_digest(order_key.encode())[:40]}" if order_key else None


def _digest(content):
    return hashlib.sha256(content).hexdigest()


def _claim(request, key, owner):
    """Return our own unfinished claim, or a finished one of the same caller."""
    mine = IdempotencyRecord(
        owner=owner,
        key=key,
        request=f"{request.method} {request.get_full_path()}"[:300],
        fingerprint=_digest(request.body),
        holder=secrets.token_hex(16),
    )
    give_up = time.monotonic() + PATIENCE
    while True:
        IdempotencyRecord.objects.bulk_create([mine], ignore_conflicts=True)
        found = IdempotencyRecord.objects.filter(owner=mine.owner, key=key).first()
        if found is None:
            continue  # It was let go in this instant.
        if found.holder == mine.holder:
            return found
        _check_same(found, mine)
        if found.status is not None:
            return found
        if _take_over(found, mine.holder):
            request.is_taken_over = True
            return IdempotencyRecord.objects.get(pk=found.pk)
        if time.monotonic() > give_up:
            raise Problem(
                409,
                "request-in-progress",
                _("The first request with this Idempotency-Key is still being answered."),
                headers={"Retry-After": "2"},
            )
        time.sleep(PAUSE)


def _check_same(found, mine):
    if (found.request, found.fingerprint) != (mine.request, mine.fingerprint):
        raise Problem(
            422,
            "idempotency-key-reused",
            _("This Idempotency-Key came with another request before."),
        )


def _take_over(found, holder):
    abandoned = IdempotencyRecord.objects.abandoned(LEASE).filter(pk=found.pk, holder=found.holder)
    return bool(abandoned.update(holder=holder, claimed_at=Now()))


def _finish(claim, response):
    headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    body = _kept_body(response)
    if len(body) > LONGEST_ANSWER:
        # As if the first request had died: the operation itself may be repeated.
        _let_go(claim)
        return
    IdempotencyRecord.objects.filter(pk=claim.pk, holder=claim.holder).update(
        status=response.status_code,
        body=body,
        headers={**headers, "Content-Type": response["Content-Type"]},
    )


def _kept_body(response):
    told = json.loads(response.content) if hasattr(response, UNTOLD) else None
    if not isinstance(told, dict):
        return response.content
    return json.dumps(told | dict.fromkeys(getattr(response, UNTOLD))).encode()


def _let_go(claim):
    IdempotencyRecord.objects.filter(pk=claim.pk, holder=claim.holder, status=None).delete()


def _kept_answer(claim):
    response = HttpResponse(bytes(claim.body), status=claim.status, headers=claim.headers)
    response.headers["Idempotency-Replayed"] = "true"
    return response
