"""What every command that changes the house has in common."""

from trail.acting import acting_at_the_terminal


class Watched:
    """A part of a command: whatever it changes is written down in the trail."""

    def execute(self, *args, **options):
        with acting_at_the_terminal():
            return super().execute(*args, **options)
