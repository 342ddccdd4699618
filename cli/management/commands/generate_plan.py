"""Generate a seating plan from rows and seats, and save it as a new version."""

import argparse
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cli.audited_command import AuditedCommand
from cli.output import write_file
from venues.models import Venue
from venues.plan_format import write_plan
from venues.plans import add_plan_version
from venues.seat_builder import SEAT_NUMBERS
from venues.simple_plans import SectionSpec, simple_plan

FLAGS_AND_FIELDS = {
    "rows": ("rows", int),
    "seats": ("seats", int),
    "aisles": ("aisles", int),
    "spaces": ("spaces", int),
    "standing": ("standing", int),
    "category": ("category", str),
    "numbered": ("numbered", str),
}

EPILOG = """
A section is its name and some keywords, from the stage to the back of the hall:

  --section "Stalls: rows=12, seats=24, aisles=2, curved"
  --section "Balcony: rows=4, seats=30, numbered=odd-even, spaces=2, category=Gallery"
  --section "Floor: standing=350"

rows, seats    how many rows, and how many seats in each
aisles         how many aisles part each row
curved         rows bent around the stage
numbered       left, right (where 1 is) or odd-even
spaces         wheelchair spaces in the last row, each with a companion seat
standing       standing room for so many, instead of rows and seats
category       the price category, if it is not called like the section
"""


class Command(AuditedCommand, BaseCommand):
    help = "Make a seating plan from rows and seats as a new version of a venue's plan."

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            *args, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--venue", help="the venue's slug; needed unless --output is given")
        parser.add_argument("--name", default="Main hall", help="the plan's name (%(default)s)")
        parser.add_argument(
            "--section", action="append", required=True, type=parse_section, help="see below"
        )
        parser.add_argument("--output", help="write the plan to this file instead of keeping it")

    def handle(
        self,
        *args: Any,
        venue: str | None,
        name: str,
        section: list[SectionSpec],
        output: str | None,
        **options: Any,
    ) -> None:
        if not venue and not output:
            raise CommandError("Give --venue to keep the plan, or --output to write it to a file.")
        try:
            draft = simple_plan(name, section)
        except ValidationError as refusal:
            raise CommandError("\n  ".join(refusal.messages)) from None
        if output:
            write_file(self, write_plan(draft), output)
            self.stderr.write(
                self.style.SUCCESS(f"Saved a plan of {draft.capacity} places as {output}.")
            )
            return
        owner = Venue.objects.filter(slug=venue).first()
        if owner is None:
            raise CommandError("There is no venue with this slug.")
        plan = add_plan_version(venue=owner, name=name, draft=draft)
        text = f"{plan.version_label} at {owner}: {draft.capacity} places."
        self.stdout.write(self.style.SUCCESS(text))


def parse_section(text: str) -> SectionSpec:
    """Return the SectionSpec of an argument such as `Stalls: rows=12, seats=24, curved`."""
    name, colon, words = text.partition(":")
    if not colon or not name.strip():
        raise argparse.ArgumentTypeError(f"“{text}” is not like “Stalls: rows=12, seats=24”")
    fields: dict[str, Any] = {"name": name.strip()}
    for word in filter(None, (word.strip() for word in words.split(","))):
        key, _equals, value = (part.strip() for part in word.partition("="))
        if word == "curved":
            fields["bent"] = True
        elif key in FLAGS_AND_FIELDS:
            field, kind = FLAGS_AND_FIELDS[key]
            try:
                fields[field] = kind(value)
            except ValueError:
                raise argparse.ArgumentTypeError(f"{key} must be a number, not “{value}”") from None
        else:
            raise argparse.ArgumentTypeError(f"“{word}” is unknown; see --help")
    if fields.get("numbered", "left") not in SEAT_NUMBERS:
        raise argparse.ArgumentTypeError(f"numbered is one of: {', '.join(SEAT_NUMBERS)}")
    return SectionSpec(**fields)
