"""The sub-command that lets a crowd in."""

import sys
from typing import Annotated

from django.core.management import CommandError
from typer import Argument, Option

from bookings.ledger.audit import audit
from cli import queries, tables
from cli.management.commands.boxoffice import Command, Json
from cli.output import print_result, progress_bar
from cli.rehearsal import (
    LONGEST,
    MOST_AT_ONCE,
    MOST_VISITORS,
    CrowdTooLarge,
    NotHere,
    check_server,
    rehearse,
)


@Command.command(name="rehearse")
def rehearse_on_sale(
    self,
    server: Annotated[str, Argument(help="Where it listens on this machine.")],
    visitors: Annotated[
        int, Option(help="How many come; each wants two places.", min=1, max=MOST_VISITORS)
    ] = 200,
    at_once: Annotated[int, Option(help="How many at the same time.", min=1, max=MOST_AT_ONCE)] = 8,
    seconds: Annotated[int, Option(help="At most so long.", min=1, max=LONGEST)] = 60,
    places: Annotated[int, Option(help="How many places there are.", min=20, max=2000)] = 300,
    as_json: Json = False,
):
    """Rehearse an on-sale: a crowd buys at once from a running server on this machine.

    What is sold is a performance made for it: in no list, for nothing, called off afterwards, so
    that no money moves and no letter leaves. Tells how quick each step was, what went wrong, and
    whether every rule of the sale holds afterwards. Exit code 1: something went wrong.

    Example: manage.py boxoffice rehearse http://127.0.0.1:8000 --visitors 400
    """
    try:
        where = check_server(server)
        with progress_bar(self, "The doors are open", hidden=as_json) as progress:
            found = rehearse(
                server=where,
                visitors=visitors,
                at_once=at_once,
                seconds=seconds,
                places=places,
                progress=progress,
            )
    except (NotHere, CrowdTooLarge) as refusal:
        raise CommandError(str(refusal)) from None
    told = queries.rehearsal(found) | {"audit": queries.findings(audit())}
    print_result(self, told, as_json=as_json, drawn=tables.rehearsal)
    if found.errors or told["audit"]:
        sys.exit(1)
