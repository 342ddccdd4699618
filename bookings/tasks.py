"""Periodic tasks of the sale. Each can run twice at once, or be skipped for a while."""

from celery import shared_task

from .emails import monthly, payment_reminders, reminders
from .insights import page_visits
from .ledger import retention
from .sale import release, reservations
from .seatmap import remaining
from .staff_operations import allocations, customer_messages, performance_cancellation


@shared_task
def sweep_lapsed_holds() -> None:
    release.sweep_lapsed_holds()


@shared_task
def lapse_reservations() -> None:
    reservations.lapse_reservations()


@shared_task
def enqueue_payment_reminders() -> None:
    payment_reminders.enqueue_payment_reminders()


@shared_task
def count_places_left() -> None:
    remaining.count_places_left()


@shared_task
def store_page_visits() -> None:
    page_visits.store_visits()


@shared_task
def refund_cancelled_performances() -> None:
    performance_cancellation.refund_cancelled_performances()


@shared_task
def enqueue_customer_messages() -> None:
    customer_messages.enqueue_customer_messages()


@shared_task
def release_allocations() -> None:
    allocations.release_due_allocations()


@shared_task
def enqueue_reminders() -> None:
    reminders.enqueue_reminders()
    reminders.enqueue_final_reminders()


@shared_task
def enqueue_monthly_emails() -> None:
    monthly.enqueue_monthly_emails()


@shared_task
def delete_old_baskets() -> None:
    retention.delete_old_baskets()


@shared_task
def anonymise_old_guests() -> None:
    retention.anonymise_old_guests()
