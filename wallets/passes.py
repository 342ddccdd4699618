"""Passes of tickets: made when somebody asks for one, followed while they may change."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from bookings.models import Order
from core.database.locks import lock_names
from core.secret_keys import hmac_matches, hmac_of

from .models import WalletPass

TOKEN_SALT = "wallets.apple_token"
# Apple allows no more passes in one file.
MOST_IN_BUNDLE = 10
VOID = "void"
VALID, CANCELLED = "valid", "cancelled"
# What passes show, read from the pass. A void pass shows nothing that can change.
SHOWN = (
    *["ticket__label", "ticket__holder", "ticket__category", "ticket__concession"],
    *["ticket__order__reference", "ticket__order__language"],
    *["ticket__performance__starts_at", "ticket__performance__doors_at"],
    *["ticket__performance__show__title", "ticket__performance__show__duration"],
    *["ticket__performance__venue__name", "ticket__performance__venue__address"],
    *["ticket__performance__venue__postcode", "ticket__performance__venue__city"],
    "ticket__performance__venue__country",
    *["ticket__performance__venue__time_zone", "ticket__performance__venue__entrances"],
    *["ticket__performance__venue__latitude", "ticket__performance__venue__longitude"],
    *["ticket__place__section__name", "ticket__place__seat__row", "ticket__place__seat__number"],
)
STATE = ("ticket__status", "ticket__version", "ticket__performance__status", "version")


def passes_of(order: Order, kind: WalletPass.Kind) -> list[WalletPass]:
    """Return the passes of the order's valid tickets with what they show; make missing ones."""
    tickets = list(order.tickets.valid().order_by("place_id", "pk").values_list("pk", "version"))
    now = timezone.now()
    made = [
        WalletPass(ticket_id=pk, version=version, kind=kind, changed_at=now, notified_at=now)
        for pk, version in tickets
    ]
    WalletPass.objects.bulk_create(made, ignore_conflicts=True)
    found = WalletPass.objects.filter(
        kind=kind, ticket__in=[pk for pk, _version in tickets], version=F("ticket__version")
    )
    keys = list(found.values_list("pk", flat=True))
    note_changes(WalletPass.objects.filter(pk__in=keys, fingerprint=""), is_new=True)
    return list(
        WalletPass.objects.filter(pk__in=keys).with_content().order_by("ticket__place_id", "pk")
    )


def find_pass(serial: str) -> WalletPass | None:
    """Return the Apple pass with a serial number with what it shows, or None."""
    ticket, _separator, version = serial.partition("-")
    if not (_is_key(ticket) and _is_key(version)):
        return None
    found = WalletPass.objects.apple().filter(ticket=int(ticket), version=int(version))
    return found.with_content().first()


def token_of(serial: str) -> str:
    """Return the secret by which devices may follow and read a pass."""
    return hmac_of(TOKEN_SALT, serial)


def is_token_of(token: str, serial: str) -> bool:
    """Return whether it is the pass's token, made with the current secret key or a former one."""
    return hmac_matches(token, TOKEN_SALT, serial)


def note_changes(passes: Any, *, is_new: bool = False) -> list[int]:
    """Note which of these passes show something else than before; return their keys.

    One transaction at a time does so, so that times of changes follow the order of commits: who
    has seen a change has seen those before it. They differ by a second and more for one pass,
    because HTTP dates have no fractions.
    """
    if not (changed := _changed(passes)):
        return []
    with transaction.atomic():
        lock_names("wallets:passes")
        locked = passes.filter(pk__in=changed)
        found = _changed(locked)
        for pk, (fingerprint, before) in found.items():
            now = timezone.now()
            if not is_new:
                now = max(now, before.replace(microsecond=0) + timedelta(seconds=1))
            notified = {"notified_at": now} if is_new else {}
            WalletPass.objects.filter(pk=pk).update(
                fingerprint=fingerprint, changed_at=now, **notified
            )
    return list(found)


def _changed(passes: Any) -> dict[int, tuple[str, Any]]:
    """Return the new fingerprint of each pass that changed, and when it had changed before."""
    rows = passes.order_by("pk").values_list("pk", "fingerprint", "changed_at", *STATE, *SHOWN)
    found = {}
    for pk, before, changed_at, status, version, performance, own, *shown in rows:
        is_void = status != VALID or performance == CANCELLED or version != own
        fingerprint = VOID if is_void else _digest(shown)
        if fingerprint != before:
            found[pk] = (fingerprint, changed_at)
    return found


def _digest(values: Iterable[Any]) -> str:
    return hashlib.blake2b(repr(list(values)).encode(), digest_size=16).hexdigest()


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def add_passes(sender: Any, user: User, **kwargs: Any) -> dict[str, Any]:
    """Receive `data_requested`: list the passes of the account's tickets, and their devices."""
    passes = WalletPass.objects.filter(ticket__order__in=Order.objects.owned_by(user))
    found = [
        {
            "order": one.ticket.order.reference,
            "wallet": one.kind,
            "created_at": one.created_at,
            "devices": [row.device for row in one.registrations.all()],
        }
        for one in passes.select_related("ticket__order").prefetch_related("registrations")
    ]
    return {"wallet_passes": found}
