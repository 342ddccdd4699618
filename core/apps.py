from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from . import checks, heartbeat  # noqa: F401  Registers checks and signal handlers.
