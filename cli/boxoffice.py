"""`manage.py boxoffice`, on which each module of sub-commands registers its own.

The help of sub-commands shows the name of this module.
"""

from typing import Annotated

from django_typer.management import TyperCommand, initialize
from typer import Context, Option

from core.version import VERSION

from .audited_command import AuditedCommand
from .menu import run_menu

Json = Annotated[bool, Option("--json", help="Write JSON to the standard output.")]


class Command(AuditedCommand, TyperCommand):
    help = (
        "Run the box office from the terminal. Each sub-command has --help, which says what it "
        "does, and --json, for programs. Exit code 0: done; 1: refused, or something is wrong."
    )

    @initialize(invoke_without_command=True)
    def menu(self, context: Context) -> None:
        """Ask what to do if no sub-command is given."""
        if context.invoked_subcommand is None:
            run_menu(self)

    def get_version(self) -> str:
        return VERSION
