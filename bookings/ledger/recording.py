"""Writing the transaction log."""

from ..models import LedgerEntry


def record(kind, *, performance_id, actor, hold=None, order="", places=(), **more):
    """Add one line to the log, in the caller's transaction, and return it.

    `more` may carry `amount` (signed, from the house's side), `currency` and `detail`.
    """
    (line,) = record_all(
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
    return line


def record_all(*entries):
    """Add several lines in one statement, and return them."""
    return LedgerEntry.objects.bulk_create(entries)


def entry(kind, *, performance_id, actor, hold=None, order="", places=(), **more):
    """Return a line for `record_all`. `hold` is a primary key, `order` a reference."""
    return LedgerEntry(
        kind=kind,
        performance_id=performance_id,
        actor=actor,
        hold=hold,
        order=order,
        places=list(places),
        **more,
    )
