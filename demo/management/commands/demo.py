"""`manage.py demo`: the demo world."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo.people import login_lines
from demo.world import make_world
from shows.models import Show
from venues.models import Venue


class Command(BaseCommand):
    help = "Fill an empty database with the demo world: houses, shows, sales, staff and customers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing when there is data already."
        )
        parser.add_argument(
            "--logins", action="store_true", help="Only print who may log in, and how."
        )

    def handle(self, *, if_empty: bool, logins: bool, **options: Any) -> None:
        if logins:
            self.stdout.write("\n".join(login_lines()))
            return
        if Venue.objects.exists() or Show.objects.exists():
            if if_empty:
                return
            raise CommandError("There is data in this database already.")
        make_world(say=lambda line: self.stdout.write(f"step: {line}"))
