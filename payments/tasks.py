"""What Celery does for money. Each may run twice, and side by side with itself."""

from celery import shared_task

from . import polling, refunds, retention
from .providers.demo import bank


@shared_task
def settle_open_payments():
    polling.settle_open_payments()


@shared_task
def send_refunds():
    refunds.send_refunds()


@shared_task
def send_demo_webhooks():
    bank.tell_outcomes()


@shared_task
def delete_old_events():
    retention.delete_old_events()
