"""Read a seating plan from a file of the open format, and save it as a new version."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cli.audited_command import AuditedCommand
from cli.output import read_file
from venues.models import Venue
from venues.plan_format import MAX_BYTES, InvalidPlan, read_plan
from venues.plans import add_plan_version


class Command(AuditedCommand, BaseCommand):
    help = "Import a seating plan (open seating-plan JSON) as a new version of a venue's plan."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the plan; - reads it from the standard input")
        parser.add_argument("--venue", required=True, help="the venue's slug")
        parser.add_argument("--name", help="the plan's name, if not the one in the file")
        parser.add_argument("--check", action="store_true", help="print problems, save nothing")

    def handle(
        self, *args: Any, file: str, venue: str, name: str | None, check: bool, **options: Any
    ) -> None:
        found = Venue.objects.filter(slug=venue).first()
        if found is None:
            raise CommandError("There is no venue with this slug.")
        try:
            result = read_plan(read_file(file, MAX_BYTES))
        except InvalidPlan as refusal:
            for fault in refusal.faults:
                self.stderr.write(self.style.ERROR(f"  {fault}"))
            raise CommandError(f"{file} can't become a plan, see above.") from None
        for warning in result.warnings:
            self.stderr.write(self.style.WARNING(f"  {warning}"))
        draft = result.draft
        size = f"{len(draft.sections)} sections, {draft.capacity} places"
        if check:
            self.stdout.write(self.style.SUCCESS(f"{draft.name} is valid: {size}."))
            return
        plan = add_plan_version(venue=found, name=name or draft.name, draft=draft)
        self.stdout.write(self.style.SUCCESS(f"{plan.version_label} at {found}: {size}."))
