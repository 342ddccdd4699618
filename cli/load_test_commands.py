"""The sub-command `boxoffice load-test`."""

import sys
from typing import Annotated

from django.core.management import CommandError
from typer import Argument, Option

from bookings.ledger.audit import audit
from cli import queries, tables
from cli.boxoffice import Command, Json
from cli.load_test import (
    MAX_CONCURRENT,
    MAX_SECONDS,
    MAX_VISITORS,
    TooManyVisitors,
    WrongServer,
    check_server,
    run_load_test,
)
from cli.output import print_result, progress_bar


@Command.command(name="load-test")
def load_test(  # type: ignore[no-untyped-def]
    self,
    server: Annotated[str, Argument(help="The server's address on this machine.")],
    visitors: Annotated[
        int, Option(help="How many visitors; each buys two tickets.", min=1, max=MAX_VISITORS)
    ] = 200,
    concurrent: Annotated[
        int, Option(help="How many at the same time.", min=1, max=MAX_CONCURRENT)
    ] = 8,
    seconds: Annotated[int, Option(help="Time limit.", min=1, max=MAX_SECONDS)] = 60,
    places: Annotated[int, Option(help="How many seats are on sale.", min=20, max=2000)] = 300,
    as_json: Json = False,
) -> None:
    """Test an on-sale: many visitors buy at once from a running server on this machine.

    They buy free tickets for an unlisted performance that is created for the test and cancelled
    afterwards, so no money moves and no e-mail is sent. Reports how fast each step was, errors,
    and whether the rules of the sale hold afterwards. Exit code 1: there were errors.

    Example: manage.py boxoffice load-test http://127.0.0.1:8000 --visitors 400
    """
    try:
        address = check_server(server)
        with progress_bar(self, "Selling", hidden=as_json) as progress:
            found = run_load_test(
                server=address,
                visitors=visitors,
                concurrent=concurrent,
                seconds=seconds,
                places=places,
                progress=progress,
            )
    except (WrongServer, TooManyVisitors) as error:
        raise CommandError(str(error)) from None
    result = queries.load_test(found) | {"audit": queries.findings(audit())}
    print_result(self, result, as_json=as_json, draw=tables.load_test)
    if found.errors or result["audit"]:
        sys.exit(1)
