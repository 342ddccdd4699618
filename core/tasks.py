"""Celery tasks of the bottom layer."""

from celery import shared_task

from . import heartbeat


@shared_task
def record_heartbeat() -> None:
    heartbeat.record(heartbeat.WORKER)
