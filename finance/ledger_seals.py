"""Seal new entries of the transaction log, in batches, after they were committed.

`tools/verify_ledger.py` checks their hashes without Django.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from bookings.models import LedgerEntry
from core.database.locks import try_lock_name

from .models import LedgerSeal

START = "0" * 64  # The hash before the first entry.
BATCH = 2000
# Entries are numbered when they are written and visible when they are committed, so a lower number
# may appear later. A transaction of the sale ends within seconds; meanwhile far fewer are written.
MARGIN = 50_000


def seal_ledger() -> int:
    """Seal all committed entries that are not sealed yet; return how many.

    Buyers never wait for it: it locks no row that a sale touches. Takes an advisory lock, so that
    chains never fork; a process that finds it taken seals nothing.
    """
    sealed = 0
    while batch := _seal_batch():
        sealed += batch
    return sealed


def export_chain(performance_id: int) -> Iterator[dict[str, object]]:
    """Yield the sealed chain of a performance: position, hash and entry, in order."""
    seals = LedgerSeal.objects.filter(performance=performance_id).order_by("position")
    last = 0
    while rows := list(seals.filter(position__gt=last)[:BATCH]):
        entries = LedgerEntry.objects.in_bulk([row.entry for row in rows])
        for row in rows:
            entry = entry_data(entries[row.entry]) if row.entry in entries else None
            yield {"position": row.position, "hash": row.hash, "entry": entry}
        last = rows[-1].position


def entry_data(entry: LedgerEntry) -> dict[str, Any]:
    """Return the entry as plain data: amounts as text, times in UTC with microseconds."""
    return {
        "id": entry.pk,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": entry.kind,
        "performance": entry.performance_id,
        "hold": entry.hold,
        "order": entry.order,
        "places": list(entry.places),
        "amount": None if entry.amount is None else f"{entry.amount:.2f}",
        "currency": entry.currency,
        "actor": entry.actor,
        "detail": entry.detail,
    }


def next_hash(previous: str, data: dict[str, Any]) -> str:
    """Return the SHA-256 of the hash before and the entry as canonical JSON."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def _seal_batch() -> int:
    with transaction.atomic(durable=True):
        if not try_lock_name("ledger-seals"):  # One process seals at a time.
            return 0
        entries = _unsealed()
        heads = _heads({entry.performance_id or 0 for entry in entries})
        seals = []
        for entry in entries:
            chain = entry.performance_id or 0
            position, previous = heads.get(chain, (0, START))
            heads[chain] = position + 1, next_hash(previous, entry_data(entry))
            seals.append(
                LedgerSeal(
                    entry=entry.pk,
                    performance=chain,
                    position=heads[chain][0],
                    hash=heads[chain][1],
                )
            )
        LedgerSeal.objects.bulk_create(seals)
    return len(seals)


def _unsealed() -> list[LedgerEntry]:
    """Return the first entries without a seal, by number."""
    newest = LedgerSeal.objects.aggregate(newest=Max("entry"))["newest"] or 0
    sealed = LedgerSeal.objects.filter(entry=OuterRef("pk"))
    entries = LedgerEntry.objects.filter(~Exists(sealed), pk__gt=newest - MARGIN)
    return list(entries.order_by("pk")[:BATCH])


def _heads(chains: set[int]) -> dict[int, tuple[int, str]]:
    """Return the last position and hash of each chain that has one."""
    last = (
        LedgerSeal.objects.filter(performance__in=chains)
        .order_by("performance", "-position")
        .distinct("performance")
    )
    return {seal.performance: (seal.position, seal.hash) for seal in last}
