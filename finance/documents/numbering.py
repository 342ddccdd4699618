"""Give documents their numbers, without gaps, by seller and year."""

from datetime import date

from organisation.models import Seller

from ..models import NumberSeries


def next_number(*, seller: Seller, on: date) -> tuple[str, int]:
    """Return the next number of the seller in that year, and its sequence: ("OGW-2026-00017", 17).

    The document must be inserted in the same transaction: if it fails, the number is the next one
    again. Locks the row of the seller and year, so others wait until the transaction ends; nothing
    slow may follow in it.
    """
    series = lock_series(seller=seller, year=on.year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{seller.document_prefix}-{on.year}-{series.last:05d}", series.last


def lock_series(*, seller: Seller, year: int) -> NumberSeries:
    """Lock the seller's series of the year and return it; the first number of a year creates it."""
    NumberSeries.objects.bulk_create(
        [NumberSeries(seller=seller, year=year)], ignore_conflicts=True
    )
    return NumberSeries.objects.select_for_update().get(seller=seller, year=year)
