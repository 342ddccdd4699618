"""The base of commands whose changes are recorded as staff activity."""

from staff_activity.actor import acting_from_command_line


class AuditedCommand:
    """A mixin for commands: records their changes under the name of the logged-in system user."""

    def execute(self, *args, **options):
        with acting_from_command_line():
            return super().execute(*args, **options)
