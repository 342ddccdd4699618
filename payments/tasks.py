"""Celery tasks of payments. Each may run twice, and concurrently with itself."""

from celery import shared_task

from . import page_closing, payouts, polling, refunds, retention
from .providers.demo import bank


@shared_task
def settle_open_payments() -> None:
    polling.settle_open_payments()


@shared_task
def send_refunds() -> None:
    refunds.send_refunds()


@shared_task
def settle_sent_refunds() -> None:
    polling.settle_sent_refunds()


@shared_task
def close_pages() -> None:
    page_closing.close_requested_pages()


@shared_task
def fetch_payouts() -> None:
    payouts.fetch_payouts()


@shared_task
def send_demo_webhooks() -> None:
    bank.send_due_webhooks()


@shared_task
def delete_old_events() -> None:
    retention.delete_old_events()
