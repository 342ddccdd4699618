"""What is done by the clock."""

from celery import shared_task

from . import alerting, search, visiting


@shared_task
def index_shows():
    """Find shows by what has changed elsewhere, such as the name of a venue."""
    search.index_shows()


@shared_task
def owe_alerts():
    """Followers hear that tickets go on sale."""
    alerting.owe_alerts()


@shared_task
def owe_visit_reminders():
    """Those who asked for it are reminded to look in."""
    visiting.owe_visit_reminders()
