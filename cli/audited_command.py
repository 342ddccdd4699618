"""What every command that changes the house has in common."""

from staff_activity.actor import acting_from_command_line


class AuditedCommand:
    """A part of a command: whatever it changes is written down in the trail."""

    def execute(self, *args, **options):
        with acting_from_command_line():
            return super().execute(*args, **options)
