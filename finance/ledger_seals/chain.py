"""Hash entries of the transaction log. `tools/verify_ledger.py` does the same without Django."""

import hashlib
import json
from datetime import UTC
from typing import Any

from bookings.models import LedgerEntry

START = "0" * 64  # The hash before the first entry.


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
