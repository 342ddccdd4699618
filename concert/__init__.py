"""The Django project: settings, URLs, Celery, WSGI and the schedule."""

import gc

# Loading Django and the apps creates a million permanent objects. With Python's default thresholds,
# garbage collection would take a fifth of the start-up time.
gc.set_threshold(50_000, 20, 20)

from .celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
