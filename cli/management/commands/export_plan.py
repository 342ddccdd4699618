"""Write a venue's seating plan in the open format."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cli.output import write_file
from venues.models import SeatingPlan
from venues.plan_format import write_plan
from venues.plans import draft_of


class Command(BaseCommand):
    help = "Export a venue's seating plan as open seating-plan JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--venue", required=True, help="the venue's slug")
        parser.add_argument("--name", help="the plan's name; not needed where there is only one")
        # `--version` is Django's own.
        parser.add_argument("--number", type=int, help="which version; the newest if left out")
        parser.add_argument("--output", help="the file to write; the standard output if left out")

    def handle(
        self,
        *args: Any,
        venue: str,
        name: str | None,
        number: int | None,
        output: str | None,
        **options: Any,
    ) -> None:
        plan = self._plan(venue, name, number)
        write_file(self, write_plan(draft_of(plan)), output)
        if output is not None:
            self.stderr.write(self.style.SUCCESS(f"Saved {plan.version_label} as {output}."))

    def _plan(self, venue, name, number):
        plans = SeatingPlan.objects.filter(venue__slug=venue).order_by("name", "-version")
        if name:
            plans = plans.filter(name=name)
        if number:
            plans = plans.filter(version=number)
        names = sorted(set(plans.values_list("name", flat=True)))
        if not names:
            raise CommandError("This venue has no such plan.")
        if len(names) > 1:
            raise CommandError(f"Which one? --name is one of: {', '.join(names)}.")
        return plans.first()
