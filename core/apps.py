from django.apps import AppConfig
from django.conf import settings

from .formats import register_formats


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from . import checks, heartbeat  # noqa: F401  Registers checks and signal handlers.

        register_formats(code for code, _name in settings.LANGUAGES)
