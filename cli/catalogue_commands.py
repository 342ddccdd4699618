"""Sub-commands of the box office for the programme: catalogues and plans, in and out."""

import json
import sys
from typing import Annotated, Literal

from django.core.management import CommandError, call_command
from typer import Argument, Option

from cli import tables
from cli.files import read_file, write_file
from cli.management.commands.boxoffice import Command, Json
from cli.output import print_result, progress_bar
from core.spreadsheets import write_csv
from shows.catalogue_files import (
    MAX_BYTES,
    InvalidCatalogueFile,
    catalogue_document,
    import_catalogue,
    parse_catalogue_json,
)
from shows.catalogue_tables import parse_table, table_rows
from venues.models import SeatingPlan

Kind = Annotated[
    Literal["venues", "shows", "performances"],
    Option(help="Which table, as CSV has one at a time."),
]
Output = Annotated[str | None, Option(help="The file to write; else the standard output.")]
Check = Annotated[bool, Option(help="Tell the faults, keep nothing.")]


@Command.command(name="catalogue-export")
def catalogue_export(
    self,
    kind: Kind = "performances",
    past: Annotated[bool, Option(help="Past performances as well.")] = False,
    as_csv: Annotated[bool, Option("--csv", help="One table as CSV, for a spreadsheet.")] = False,
    output: Output = None,
    as_json: Annotated[
        bool, Option("--json", help="Venues, shows and performances as JSON; the default.")
    ] = False,
):
    """Write the programme into a file: as JSON all of it, as CSV one table.

    Posters, seating plans and sales are not in it. What comes out can be taken in again.
    """
    if as_csv and as_json:
        raise CommandError("As CSV or as JSON, not both.")
    document = catalogue_document(past=past)
    if as_csv:
        file = _Bytes()
        write_csv(table_rows(document[kind], kind), file)
        write_file(self, file.data, output)
    else:
        text = json.dumps(document, ensure_ascii=False, indent=2)
        write_file(self, text.encode() + b"\n", output)


@Command.command(name="catalogue-import")
def catalogue_import(
    self,
    file: Annotated[str, Argument(help="JSON or CSV by its ending; - reads JSON from a pipe.")],
    check: Check = False,
    as_json: Json = False,
):
    """Add and change venues, shows and performances from a file, all of it or nothing.

    Venues and shows are known by their slugs, or without them by name, performances by show, venue
    and start. What is not known is added, performances as drafts. A seating plan is named and must
    be at the venue already (see plan-import). The faults are told with their places in the file;
    exit code 1.
    """
    data = read_file(file, MAX_BYTES)
    try:
        document = (
            parse_table(data) if file.lower().endswith(".csv") else parse_catalogue_json(data)
        )
        with progress_bar(self, "Taking in", hidden=as_json) as progress:
            taken = import_catalogue(document, check=check, progress=progress)
    except InvalidCatalogueFile as refusal:
        told = {"taken": None, "faults": refusal.faults}
        print_result(self, told, as_json=as_json, drawn=tables.faults)
        sys.exit(1)
    told = {"taken": taken, "faults": [], "kept": not check}
    print_result(self, told, as_json=as_json, drawn=tables.taken)


@Command.command(name="plan-export")
def plan_export(
    self,
    venue: Annotated[str, Argument(help="The venue's slug.")],
    name: Annotated[str | None, Option(help="The plan, where there are several.")] = None,
    output: Output = None,
    as_json: Annotated[bool, Option("--json", help="As it is anyway.")] = False,
):
    """Write a venue's seating plan in the open format (JSON)."""
    call_command("export_plan", venue=venue, name=name, output=output, stdout=self.stdout)


@Command.command(name="plan-import")
def plan_import(
    self,
    file: Annotated[str, Argument(help="The plan; - reads the standard input.")],
    venue: Annotated[str, Option(help="The venue's slug.")],
    check: Check = False,
    as_json: Json = False,
):
    """Keep a seating plan (open format, JSON) as a new version of the venue's plan."""
    quiet = _Bytes() if as_json else self.stdout
    call_command("import_plan", file, venue=venue, check=check, stdout=quiet)
    if as_json:
        plan = SeatingPlan.objects.current().filter(venue__slug=venue).order_by("-pk").first()
        told = None if check or plan is None else {"name": plan.name, "version": plan.version}
        print_result(self, {"kept": not check, "plan": told}, as_json=True, drawn=tables.pairs)


class _Bytes:
    """A file that keeps what is written."""

    def __init__(self):
        self.data = b""

    def write(self, data):
        self.data += data if isinstance(data, bytes) else data.encode()

    def flush(self):
        pass
