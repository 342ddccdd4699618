"""`manage.py demo`: create the demo data."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo.accounts import login_lines
from demo.create import create_demo
from shows.models import Show
from venues.models import Venue


class Command(BaseCommand):
    help = "Fill an empty database with demo data: venues, shows, sales, staff and customers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing when there is data already."
        )
        parser.add_argument(
            "--logins", action="store_true", help="Only print the accounts and their passwords."
        )

    def handle(self, *, if_empty: bool, logins: bool, **options: Any) -> None:
        if logins:
            self.stdout.write("\n".join(login_lines()))
            return
        if Venue.objects.exists() or Show.objects.exists():
            if if_empty:
                return
            raise CommandError("The database is not empty.")
        create_demo(log=lambda line: self.stdout.write(f"step: {line}"))
