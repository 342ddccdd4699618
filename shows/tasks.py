"""What is done by the clock."""

from celery import shared_task

from . import search


@shared_task
def index_shows():
    """Find shows by what has changed elsewhere, such as the name of a venue."""
    search.index_shows()
