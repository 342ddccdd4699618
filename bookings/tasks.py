"""The sale's housekeeping. Each task may run twice, or not at all for a while."""

from celery import shared_task

from .emails.monthly import enqueue_monthly_emails as owe_monthly
from .emails.reminders import enqueue_final_reminders
from .emails.reminders import enqueue_reminders as remind
from .ledger.retention import anonymise_old_guests as forget_guests
from .ledger.retention import delete_old_baskets as forget_baskets
from .sale.release import sweep_lapsed_holds as sweep
from .seatmap.remaining import count_places_left as count
from .staff_operations.allocations import release_due_allocations
from .staff_operations.performance_cancellation import refund_cancelled_performance


@shared_task
def sweep_lapsed_holds():
    sweep()


@shared_task
def count_places_left():
    count()


@shared_task
def refund_cancelled_performances():
    refund_cancelled_performance()


@shared_task
def release_allocations():
    release_due_allocations()


@shared_task
def enqueue_reminders():
    remind()
    enqueue_final_reminders()


@shared_task
def enqueue_monthly_emails():
    owe_monthly()


@shared_task
def delete_old_baskets():
    forget_baskets()


@shared_task
def anonymise_old_guests():
    forget_guests()
