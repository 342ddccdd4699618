"""What the demo data has for the visits."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

BUYER, PASSWORD = "alice@concert.example", "concert-demo"
# Accounts that the demo data lacks: with two-step verification by codes, with a passkey that no
# device has, without a password, and one that waits for its approval.
PROTECTED, WITH_PASSKEY, PASSWORDLESS, WAITING = (
    f"{name}@concert.example" for name in ("protected", "passkey", "passwordless", "waiting")
)
TRANSFER_DAYS = 5


@dataclass(frozen=True)
class DemoObjects:
    """Performances in special states, and bookings of a customer."""

    theatre: Any
    arena: Any
    standing: Any
    sold_out: Any
    cancelled: Any
    rescheduled: Any
    announced: Any
    queued: Any
    gathering: Any
    past: Any
    # A show with a calendar of its dates.
    residency: Any
    order: Any
    # A past show that the customer has been to and has not reviewed, and one that they have.
    visited_show: Any
    reviewed_show: Any
    # Orders of other accounts.
    past_order: Any
    cancelled_order: Any
    rescheduled_order: Any


def find_demo_objects() -> DemoObjects:
    """Return what the visits need; raises LookupError if the demo data lacks any of it."""
    from demo.shows import RESIDENCY
    from shows.models import Performance, Show
    from waitingroom.models import WaitingRoom

    now = timezone.now()
    public = Performance.objects.public().select_related("show", "venue")
    selling = public.selling().order_by("starts_at")
    # Without those that have a queue, whose forms are closed to those who are not called in.
    free = selling.filter(waiting_room=None, places_left__gt=100, moved_from=None)
    rooms = WaitingRoom.objects.order_by("pk")
    found = {
        "theatre": free.filter(venue__slug="teatro-aurora").last(),
        "arena": free.filter(venue__slug="lakeside-arena").last(),
        "standing": selling.filter(venue__slug="kellerwerk", places_left__gt=20).first(),
        "sold_out": selling.filter(places_left=0).first(),
        "cancelled": public.upcoming().filter(status="cancelled").first(),
        "rescheduled": selling.filter(moved_from__isnull=False).first(),
        "announced": public.filter(on_sale_from__gt=now, waiting_room=None).first(),
        "queued": rooms.filter(opened_at__isnull=False).first(),
        "gathering": rooms.filter(opened_at=None).first(),
        "past": public.past().first(),
        "residency": Show.objects.filter(title=RESIDENCY).first(),
        "order": _order_of_buyer(now),
        "visited_show": _visited_show(now),
        "reviewed_show": Show.objects.filter(reviews__author__email=BUYER).first(),
        "past_order": _order_at(public.past()),
        "cancelled_order": _order_at(public.upcoming().filter(status="cancelled")),
        "rescheduled_order": _order_at(selling.filter(moved_from__isnull=False)),
    }
    if missing := [name for name, value in found.items() if value is None]:
        raise LookupError(f"The demo data has no {', '.join(missing)}.")
    return DemoObjects(**found)


def prepare_demo(demo: DemoObjects) -> None:
    """Add what the demo data lacks: texts, bank transfer, and accounts in special states."""
    from organisation.legal_texts import publish, save_draft, start_draft
    from organisation.models import LegalText
    from shows.models import Performance

    published = set(LegalText.objects.published().values_list("kind", flat=True))
    for kind in [*(set(LegalText.Kind.values) - published), LegalText.Kind.TERMS]:
        draft = start_draft(kind=kind, language="en")
        publish(text=save_draft(text=draft, body=f"{draft.body}\n"), by="demo")
    Performance.objects.filter(pk=demo.arena.pk).update(transfer_days=TRANSFER_DAYS)
    _create_accounts()


def _create_accounts():
    from allauth.account.models import EmailAddress
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from allauth.mfa.webauthn.internal.auth import WebAuthn

    from accounts.models import User

    now = timezone.now()
    for email in (PROTECTED, WITH_PASSKEY, PASSWORDLESS, WAITING):
        approved_at = None if email == WAITING else now
        user = User(email=email, name="Gina Guest", approved_at=approved_at)
        user.set_password(None if email == PASSWORDLESS else PASSWORD)
        user.save()
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        if email == PROTECTED:
            TOTP.activate(user, generate_totp_secret())
            RecoveryCodes.activate(user)
        elif email == WITH_PASSKEY:
            WebAuthn.add(user, "Gina’s phone", {})


def _order_at(performances):
    from bookings.models import Order

    orders = Order.objects.filter(user__isnull=False, paid_at__isnull=False)
    orders = orders.filter(performance__in=performances).select_related("user")
    return orders.order_by("-quantity", "pk").first()


def _order_of_buyer(now):
    from bookings.models import Order

    orders = Order.objects.filter(user__email=BUYER, status=Order.Status.PAID)
    return orders.filter(
        performance__starts_at__gt=now + timedelta(days=3),
        performance__status="published",
    ).first()


def _visited_show(now):
    from shows.models import Review, Show

    reviewed = Review.objects.filter(author__email=BUYER).values("show")
    visited = Show.objects.filter(
        performances__orders__user__email=BUYER, performances__starts_at__lt=now
    )
    return visited.exclude(pk__in=reviewed).distinct().first()
