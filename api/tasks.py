"""Housekeeping of the API."""

from celery import shared_task

from . import idempotency


@shared_task
def forget_old_claims():
    idempotency.forget_old_claims()
