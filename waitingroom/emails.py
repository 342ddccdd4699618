"""The e-mails of the queue, to visitors who asked for them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.links import absolute
from emails.kinds import Urgency
from emails.messages import Message, message_from_templates
from emails.models import OutboxEmail
from emails.placeholders import Placeholder, offer_placeholders
from emails.rendering import renders
from emails.sample_registry import Sample, sample_for
from shows.samples import make_sample_performance

from .joining import ensure_regular_lane
from .models import Pass, TurnAlert, WaitingRoom
from .querysets import ADMISSION_VALID_FOR
from .turn_alerts import CONFIRM, NEAR, confirmation_url

PLACEHOLDERS = (
    Placeholder("show", gettext_lazy("Title of the show"), "show.title"),
    Placeholder("queue_link", gettext_lazy("Page of the queue"), "queue_url", is_link=True),
)
offer_placeholders(NEAR, *PLACEHOLDERS)
offer_placeholders(CONFIRM, *PLACEHOLDERS)


@renders(CONFIRM, title=gettext_lazy("Queue: confirm the address"), urgency=Urgency.TICKETS)
def render_confirmation(email: OutboxEmail) -> Message | None:
    """Render the request to confirm an address; None if it was confirmed or replaced."""
    alert = _alert_of(email)
    if alert is None or alert.confirmed_at or alert.email != email.to:
        return None
    url = confirmation_url(alert)
    return message_from_templates(
        email,
        subject=_("Confirm your address for the queue: %(show)s") % {"show": _show(alert)},
        context=_context(alert) | {"confirm_url": url},
        secrets={"confirm_url": url},
    )


@renders(NEAR, title=gettext_lazy("Queue: your turn is near"), urgency=Urgency.TICKETS)
def render_near_turn(email: OutboxEmail) -> Message | None:
    """Render the e-mail; None if the visitor has entered the sale, or the queue has ended."""
    alert = _alert_of(email)
    if alert is None or alert.email != email.to or alert.room.state == WaitingRoom.State.CLOSED:
        return None
    entered = Pass.objects.of(alert.room_id, alert.visitor)
    if entered.filter(lane=alert.lane_id, number=alert.number).exists():
        return None
    ahead = max(0, (alert.position or 1) - 1 - alert.lane.serving)
    is_called = (alert.position or 1) <= alert.lane.serving
    subject = _("It's your turn: %(show)s") if is_called else _("Almost your turn: %(show)s")
    minutes = int(ADMISSION_VALID_FOR.total_seconds() // 60)
    people = ngettext("%(n)d person is ahead of you.", "%(n)d people are ahead of you.", ahead) % {
        "n": ahead
    }
    return message_from_templates(
        email,
        subject=subject % {"show": _show(alert)},
        context=_context(alert)
        | {"is_called": is_called, "people": people if ahead else "", "minutes": minutes},
    )


@sample_for(CONFIRM)
def sample_confirmation() -> Sample:
    return _sample(position=None)


@sample_for(NEAR)
def sample_near_turn() -> Sample:
    return _sample(position=13)


def _sample(position: int | None) -> Sample:
    room = WaitingRoom.objects.create(performance=make_sample_performance())
    alert = TurnAlert.objects.create(
        room=room,
        visitor="sample",
        email="alice@example.com",
        language="en",
        lane=ensure_regular_lane(room),
        number=13,
        position=position,
    )
    return Sample({"alert": alert.pk, "room": room.pk})


def _alert_of(email: OutboxEmail) -> TurnAlert | None:
    alerts = TurnAlert.objects.select_related(
        "lane", "room__performance__show", "room__performance__venue"
    )
    return alerts.filter(pk=email.about["alert"]).first()


def _show(alert: TurnAlert) -> str:
    return alert.room.performance.show.title


def _context(alert: TurnAlert) -> dict[str, Any]:
    return {
        "show": alert.room.performance.show,
        "brand_venue": alert.room.performance.venue,
        "queue_url": absolute(reverse("waitingroom:queue", args=[alert.room_id])),
    }
