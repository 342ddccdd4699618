"""Delete documents that need not be kept any longer."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from ..models import Document, NumberSeries

BATCH = 500


def delete_old_documents(today: date | None = None) -> int:
    """Delete documents whose time is over; return how many.

    Numbered ones go with all of their seller's series of that year, so that no gap is left.
    """
    today = today or timezone.localdate()
    deleted = 0
    for series in NumberSeries.objects.filter(year__lt=today.year):
        deleted += _delete_series(series, today)
    while count := _delete_receipts(today):
        deleted += count
    return deleted


@transaction.atomic(durable=True)
def _delete_series(series: NumberSeries, today: date) -> int:
    documents = Document.objects.filter(seller=series.seller_id, year=series.year)
    if not documents.exists() or documents.filter(keep_until__gte=today).exists():
        return 0
    count = documents.count()
    documents.delete()
    series.delete()
    return count


@transaction.atomic(durable=True)
def _delete_receipts(today: date) -> int:
    old = Document.objects.expired(today).filter(number="").order_by("pk")
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    Document.objects.filter(pk__in=ids).delete()
    return len(ids)
