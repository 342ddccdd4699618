"""The base of commands whose changes are recorded as staff activity."""

from typing import Any

from django.core.management.base import BaseCommand

from staff_activity.actor import acting_from_command_line


class AuditedCommand(BaseCommand):
    """A mixin for commands: records their changes under the name of the logged-in system user."""

    def execute(self, *args: Any, **options: Any) -> Any:
        with acting_from_command_line():
            return super().execute(*args, **options)
