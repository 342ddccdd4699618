"""What Celery does for money. Each may run twice, and side by side with itself."""

from celery import shared_task

from . import chasing, forgetting, refunding
from .providers.demo import bank


@shared_task
def settle_open_payments():
    chasing.settle_open_payments()


@shared_task
def send_refunds():
    refunding.send_refunds()


@shared_task
def tell_demo_outcomes():
    bank.tell_outcomes()


@shared_task
def forget_old_events():
    forgetting.forget_old_events()
