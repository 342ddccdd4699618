"""What is done by the clock."""

from celery import shared_task

from . import daily_digest, on_sale_alerts, search


@shared_task
def index_shows():
    """Find shows by what has changed elsewhere, such as the name of a venue."""
    search.index_shows()


@shared_task
def enqueue_on_sale_alerts():
    """Followers hear that tickets go on sale."""
    on_sale_alerts.enqueue_on_sale_alerts()


@shared_task
def enqueue_daily_digests():
    """Those who asked for it are reminded to look in."""
    daily_digest.enqueue_daily_digests()
