"""Sub-commands that import and export catalogues and seating plans."""

import json
import sys
from typing import Annotated, Any, Literal

from django.core.management import CommandError, call_command
from typer import Argument, Option

from cli import tables
from cli.boxoffice import Command, Json
from cli.output import print_result, progress_bar, read_file, write_file
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
    Option(help="Which table; a CSV file has one."),
]
Output = Annotated[str | None, Option(help="The file to write, instead of the standard output.")]
Check = Annotated[bool, Option(help="Report errors, save nothing.")]


@Command.command(name="catalogue-export")
def catalogue_export(  # type: ignore[no-untyped-def]
    self,
    kind: Kind = "performances",
    past: Annotated[bool, Option(help="Include past performances.")] = False,
    as_csv: Annotated[bool, Option("--csv", help="One table as CSV, for spreadsheets.")] = False,
    output: Output = None,
    as_json: Annotated[
        bool, Option("--json", help="Venues, shows and performances as JSON (default).")
    ] = False,
) -> None:
    """Export the catalogue: all of it as JSON, or one table as CSV.

    Without posters, seating plans and sales. The file can be imported again.
    """
    if as_csv and as_json:
        raise CommandError("Choose --csv or --json, not both.")
    document = catalogue_document(past=past)
    if as_csv:
        file = _Bytes()
        write_csv(table_rows(document[kind], kind), file)
        write_file(self, file.data, output)
    else:
        text = json.dumps(document, ensure_ascii=False, indent=2)
        write_file(self, text.encode() + b"\n", output)


@Command.command(name="catalogue-import")
def catalogue_import(  # type: ignore[no-untyped-def]
    self,
    file: Annotated[str, Argument(help="A .json or .csv file; - reads JSON from stdin.")],
    check: Check = False,
    as_json: Json = False,
) -> None:
    """Add and update venues, shows and performances from a file: all of it or nothing.

    Venues and shows are matched by slug, or else by name; performances by show, venue and start.
    Others are added, performances as drafts. The venue must already have the seating plan that is
    named (see plan-import). Errors are reported with their places in the file; exit code 1.
    """
    data = read_file(file, MAX_BYTES)
    try:
        document = (
            parse_table(data) if file.lower().endswith(".csv") else parse_catalogue_json(data)
        )
        with progress_bar(self, "Importing", hidden=as_json) as progress:
            imported = import_catalogue(document, check=check, progress=progress)
    except InvalidCatalogueFile as refusal:
        result: dict[str, Any] = {"imported": None, "errors": refusal.faults}
        print_result(self, result, as_json=as_json, draw=tables.errors)
        sys.exit(1)
    result = {"imported": imported, "errors": [], "saved": not check}
    print_result(self, result, as_json=as_json, draw=tables.imported)


@Command.command(name="plan-export")
def plan_export(  # type: ignore[no-untyped-def]
    self,
    venue: Annotated[str, Argument(help="The venue's slug.")],
    name: Annotated[str | None, Option(help="The plan's name, if there are several.")] = None,
    output: Output = None,
    as_json: Annotated[bool, Option("--json", help="The default.")] = False,
) -> None:
    """Export a venue's seating plan in the open format (JSON)."""
    call_command("export_plan", venue=venue, name=name, output=output, stdout=self.stdout)


@Command.command(name="plan-import")
def plan_import(  # type: ignore[no-untyped-def]
    self,
    file: Annotated[str, Argument(help="The plan's file; - reads the standard input.")],
    venue: Annotated[str, Option(help="The venue's slug.")],
    check: Check = False,
    as_json: Json = False,
) -> None:
    """Import a seating plan (open format, JSON) as a new version of the venue's plan."""
    quiet = _Bytes() if as_json else self.stdout
    call_command("import_plan", file, venue=venue, check=check, stdout=quiet)
    if as_json:
        plan = SeatingPlan.objects.current().filter(venue__slug=venue).order_by("-pk").first()
        result = None if check or plan is None else {"name": plan.name, "version": plan.version}
        print_result(self, {"saved": not check, "plan": result}, as_json=True, draw=tables.pairs)


class _Bytes:
    """A file in memory."""

    def __init__(self):
        self.data = b""

    def write(self, data):
        self.data += data if isinstance(data, bytes) else data.encode()

    def flush(self):
        pass
