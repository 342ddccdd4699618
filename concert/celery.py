"""The Celery application. Tasks are in each app's `tasks` module."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concert.settings")

app = Celery("concert")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
