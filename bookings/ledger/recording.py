"""Write the transaction log."""

from collections.abc import Iterable
from typing import Any

from ..models import LedgerEntry


def record(
    kind: LedgerEntry.Kind,
    *,
    performance_id: int,
    actor: str,
    hold: int | None = None,
    order: str = "",
    places: Iterable[int] = (),
    **more: Any,
) -> LedgerEntry:
    """Add one entry to the log, in the caller's transaction, and return it.

    `more` can have `amount` (positive for payments, negative for refunds), `currency` and `detail`.
    """
    (created,) = record_all(
        entry(
            kind,
            performance_id=performance_id,
            actor=actor,
            hold=hold,
            order=order,
            places=places,
            **more,
        )
    )
    return created


def record_all(*entries: LedgerEntry) -> list[LedgerEntry]:
    """Add several entries in one statement, and return them."""
    return LedgerEntry.objects.bulk_create(entries)


def entry(
    kind: LedgerEntry.Kind,
    *,
    performance_id: int,
    actor: str,
    hold: int | None = None,
    order: str = "",
    places: Iterable[int] = (),
    **more: Any,
) -> LedgerEntry:
    """Return an entry for `record_all`. `hold` is a primary key, `order` a reference."""
    return LedgerEntry(
        kind=kind,
        performance_id=performance_id,
        actor=actor,
        hold=hold,
        order=order,
        places=list(places),
        **more,
    )
