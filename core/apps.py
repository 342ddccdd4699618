from django.apps import AppConfig

from concert.celery import app as celery_app  # noqa: F401  Loaded with Django, so that tasks find it.


class ConcertConfig(AppConfig):
    name = "concert"

    def ready(self):
        from . import checks  # noqa: F401  Registers them.
