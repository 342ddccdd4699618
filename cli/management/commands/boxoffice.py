"""`manage.py boxoffice`. Every sub-command calls the same operations as the pages."""

# Each of these modules registers its sub-commands.
from cli import catalogue_commands, finance_commands, load_test_commands, sale_commands  # noqa: F401
from cli.boxoffice import Command

__all__ = ["Command"]
