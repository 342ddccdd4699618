"""E-mails to visitors who asked for one when their turn in the queue is near.

One row for each visitor who asked; those who only wait have none. The address is an account's own,
or has been confirmed by a link that was e-mailed to it, so that nobody can have e-mails sent to
others. Rows and their e-mails are deleted when the sale is over.
"""

from datetime import timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.dispatch import receiver
from django.urls import reverse

from accounts.models import User
from accounts.signals import account_closed, data_requested
from core.background import in_batches
from core.links import absolute
from emails.models import OutboxEmail
from emails.outbox import enqueue_email, enqueue_emails
from emails.retention import anonymise_emails

from .exceptions import InvalidQueueToken
from .models import Lane, TurnAlert, WaitingRoom
from .queue_status import admissions_per_minute
from .queue_tokens import QueueToken, position_of
from .rooms import CachedRoom, cached_rooms

CONFIRM, NEAR = "queue_alert_confirm", "queue_alert"
# How long before their turn visitors are e-mailed, at the current rate of admissions.
AHEAD = timedelta(minutes=10)
LINK_VALID_FOR = timedelta(days=1)
BATCH, DELETED_BATCH = 500, 100
# Replaces the address of e-mails whose sale is over.
FORGOTTEN = "forgotten@closed.invalid"
_signer = signing.TimestampSigner(salt="waitingroom.turn_alert")


@transaction.atomic(durable=True)
def request_alert(
    *, token: QueueToken, visitor: str, email: str, language: str, user: User | None = None
) -> TurnAlert:
    """Note that the visitor wants an e-mail; ask for confirmation unless it is their account's.

    A visitor has one alert per queue; a new address replaces it. `email` is normalised. The caller
    limits how often an address is written to.
    """
    former = TurnAlert.objects.select_for_update().of(token.performance_id, visitor).first()
    is_proven = bool(user and user.email == email) or bool(
        former and former.email == email and former.confirmed_at
    )
    alert, _created = TurnAlert.objects.update_or_create(
        room_id=token.performance_id,
        visitor=visitor,
        defaults={
            "user": user if user and user.email == email else None,
            "email": email,
            "language": language,
            "requested_at": Now(),
            "confirmed_at": Now() if is_proven else None,
            "sent_at": None,
            **_of_token(token),
        },
    )
    alert.refresh_from_db()
    if not is_proven:
        enqueue_email(
            kind=CONFIRM,
            key=f"{CONFIRM}:{alert.pk}:{alert.requested_at.timestamp()}",
            to=email,
            about={"alert": alert.pk, "room": alert.room_id},
            language=language,
        )
    return alert


def move_alert(*, token: QueueToken, visitor: str) -> None:
    """Move the visitor's alert to the new token. One statement."""
    alerts = TurnAlert.objects.of(token.performance_id, visitor)
    alerts.update(**_of_token(token), sent_at=None)


def cancel_alert(*, performance_id: int, visitor: str) -> None:
    """Delete the visitor's alert request and their address. Repeatable."""
    with transaction.atomic(durable=True):
        alerts = TurnAlert.objects.select_for_update().of(performance_id, visitor)
        _delete([alert.pk for alert in alerts])


def confirmation_url(alert: TurnAlert) -> str:
    """Return the absolute URL at which the owner of the address confirms it."""
    link = _signer.sign_object([alert.pk, alert.email])
    return absolute(reverse("waitingroom:confirm_alert", args=[alert.room_id, link]))


def alert_of_link(link: str, *, performance_id: int) -> TurnAlert:
    """Return what a link of `confirmation_url` confirms.

    Raises InvalidQueueToken for a link that is forged or too old, or whose address was replaced.
    """
    try:
        pk, email = _signer.unsign_object(link, max_age=LINK_VALID_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        raise InvalidQueueToken from None
    alerts = TurnAlert.objects.select_related("room__performance__show")
    alert = alerts.filter(pk=pk, email=email, room=performance_id).first()
    if alert is None:
        raise InvalidQueueToken
    return alert


def confirm_alert(alert: TurnAlert) -> None:
    """Note that the owner of the address wants the e-mail. Repeatable."""
    alerts = TurnAlert.objects.filter(pk=alert.pk, email=alert.email)
    alerts.filter(confirmed_at=None).update(confirmed_at=Now())


def enqueue_near_turns() -> int:
    """Enqueue an e-mail to each visitor whose turn is near; return how many.

    Each is enqueued once, in the transaction that notes it, however many runs happen at once. No
    query while there is no queue, one while nobody asked for an e-mail.
    """
    return sum(_enqueue_for(cached) for cached in cached_rooms().values())


@receiver(data_requested)
def add_alerts(sender: Any, user: User, **kwargs: Any) -> dict[str, Any]:
    """Receive a request for all data about an account: list its alert requests."""
    alerts = TurnAlert.objects.filter(email=user.email).order_by("pk")
    return {"queue_alerts": list(alerts.values("room", "email", "requested_at", "sent_at"))}


@receiver(account_closed)
def delete_alerts_of_account(sender: Any, user: User, email: str, **kwargs: Any) -> None:
    """Receive the closing of an account: delete its alert requests, in the same transaction."""
    TurnAlert.objects.filter(email=email).delete()


def delete_old_alerts() -> int:
    """Delete alert requests and e-mails of queues whose sale is over, and unconfirmed ones."""
    return in_batches(_delete_batch)


def _enqueue_for(cached: CachedRoom) -> int:
    room = cached.room
    if room.state != WaitingRoom.State.OPEN:
        return 0
    if not TurnAlert.objects.to_send().filter(room=room).exists():
        return 0
    in_batches(_compute_positions, room)
    lanes = list(Lane.objects.filter(room=room))
    paces = admissions_per_minute(room, lanes)
    minutes = AHEAD.total_seconds() / 60
    return sum(
        in_batches(_enqueue_batch, lane, lane.serving + 1 + round(paces.get(lane.pk, 0) * minutes))
        for lane in lanes
    )


def _compute_positions(room: WaitingRoom) -> int:
    """Store the positions of those that have none, which do not change any more."""
    missing = TurnAlert.objects.filter(room=room, position=None).select_related("lane")
    alerts = list(missing.order_by("pk")[:BATCH])
    for alert in alerts:
        alert.position = position_of(alert.number, alert.draw_id, room, alert.lane)
    TurnAlert.objects.bulk_update(alerts, ["position"])
    return len(alerts)


def _enqueue_batch(lane: Lane, up_to: int) -> int:
    with transaction.atomic(durable=True):
        near = TurnAlert.objects.to_send().filter(lane=lane, position__lte=up_to)
        locked = near.select_for_update(skip_locked=True, of=("self",)).order_by("position")
        alerts = list(locked[:BATCH])
        enqueue_emails(
            {
                "kind": NEAR,
                "key": f"{NEAR}:{alert.pk}:{alert.lane_id}:{alert.number}",
                "to": alert.email,
                "user": None,
                "language": alert.language,
                "about": {"alert": alert.pk, "room": alert.room_id},
            }
            for alert in alerts
        )
        TurnAlert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(sent_at=Now())
    return len(alerts)


def _delete_batch() -> int:
    with transaction.atomic(durable=True):
        over = TurnAlert.objects.over(WaitingRoom.objects.in_use())
        locked = over.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
        keys = list(locked.values_list("pk", flat=True)[:DELETED_BATCH])
        _delete(keys)
    return len(keys)


def _delete(keys: list[int]) -> None:
    """Delete these alert requests, and the address and content of their e-mails."""
    # By the beginning of the key, which has an index.
    written = Q(pk=None)
    for key in keys:
        written |= Q(key__startswith=f"{CONFIRM}:{key}:") | Q(key__startswith=f"{NEAR}:{key}:")
    anonymise_emails(OutboxEmail.objects.filter(written), address=FORGOTTEN)
    TurnAlert.objects.filter(pk__in=keys).delete()


def _of_token(token: QueueToken) -> dict[str, object]:
    return {
        "lane_id": token.lane_id,
        "number": token.number,
        "draw_id": token.draw_id if token.in_draw else "",
        "position": None,
    }
