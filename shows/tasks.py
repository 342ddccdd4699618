"""Scheduled tasks; see concert/schedule.py."""

from celery import shared_task

from . import daily_digest, on_sale_alerts, search


@shared_task
def index_shows() -> None:
    """Update the search index with changes elsewhere, such as of a venue's name."""
    search.index_shows()


@shared_task
def enqueue_on_sale_alerts() -> None:
    """Queue the e-mails to followers of shows that go on sale."""
    on_sale_alerts.enqueue_on_sale_alerts()


@shared_task
def enqueue_daily_digests() -> None:
    """Queue the daily highlights e-mails that are due."""
    daily_digest.enqueue_daily_digests()
