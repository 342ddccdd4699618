"""The numbered menu of `manage.py boxoffice`, for users who don't know the sub-commands yet."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.core.management import CommandError

if TYPE_CHECKING:
    from cli.boxoffice import Command

EXIT = "Exit"


def run_menu(command: "Command") -> None:
    """Ask what to do and do it, until Exit, Ctrl-D or Ctrl-C. Errors are shown."""
    entries: dict[str, Callable[[], None]] = {
        "Availability": lambda: command.availability(_ask_performance()),
        "Add a test visitor to the queue": lambda: command.enqueue(_ask_performance()),
        "Admit the next visitors": lambda: command.admit(_ask_performance()),
        "Last ten transactions": lambda: command.transactions(last=10),
    }
    titles = [*entries, EXIT]
    while True:
        command.stdout.write("\nConcert box office")
        for number, title in enumerate(titles, 1):
            command.stdout.write(f"  {number}  {title}")
        try:
            choice = input(f"Choose 1 to {len(titles)}: ").strip()
            chosen = dict(enumerate(titles, 1)).get(int(choice) if choice.isdecimal() else 0)
            if chosen == EXIT:
                return
            if chosen is None:
                raise CommandError(f"“{choice}” is not in the menu.")
            entries[chosen]()
        except CommandError as error:
            command.stderr.write(command.style.ERROR(str(error)))
        except (EOFError, KeyboardInterrupt):
            command.stdout.write("")
            return


def _ask_performance():
    answer = input("Performance number: ").strip()
    if not answer.isdecimal():
        raise CommandError(f"“{answer}” is not a number. It is in the performance's address.")
    return int(answer)
