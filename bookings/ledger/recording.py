"""Write the transaction log."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Required, TypedDict, Unpack

from ..models import LedgerEntry


class EntryValues(TypedDict, total=False):
    """The data of an entry: `hold` is a primary key, `order` a reference.

    `amount` is positive for payments and negative for refunds.
    """

    performance_id: Required[int | None]
    actor: Required[str]
    hold: int | None
    order: str
    places: Iterable[int]
    amount: Decimal | None
    currency: str
    detail: dict[str, Any]


def record(
    kind: LedgerEntry.Kind,
    **values: Unpack[EntryValues],
) -> LedgerEntry:
    """Add one entry to the log, in the caller's transaction, and return it."""
    (created,) = record_all(entry(kind, **values))
    return created


def record_all(*entries: LedgerEntry) -> list[LedgerEntry]:
    """Add several entries in one statement, and return them."""
    return LedgerEntry.objects.bulk_create(entries)


def entry(
    kind: LedgerEntry.Kind,
    **values: Unpack[EntryValues],
) -> LedgerEntry:
    """Return an entry for `record_all`."""
    places = list(values.pop("places", ()))
    return LedgerEntry(kind=kind, places=places, **values)
