"""Statements that are prepared once for each connection and run without a cursor.

psycopg's cursors support any statement and any way of waiting and reading, which takes half of the
time that a short statement costs in Python. Here a statement is one call of libpq (through
`psycopg.pq`), with psycopg's conversion of values and rows.
"""

import re
from functools import lru_cache
from typing import Any

from psycopg import Connection, errors, pq
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.pq.abc import PGresult
from psycopg.types.numeric import Int8Dumper

DONE = pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK
VALUE = re.compile(r"%(?:\((\w+)\)s|(s)|(%))")


class Statements:
    """Runs statements on one connection of psycopg, for one thread, one after the other.

    Like a cursor of psycopg, it begins a transaction if the connection is not in autocommit mode,
    and raises the same errors. `prepares` is False behind a pooler without prepared statements.
    """

    def __init__(self, link: Connection[Any], *, prepares: bool):
        self.connection, self._prepares = link, prepares
        self._names: dict[
            tuple[bytes, tuple[int, ...]], bytes
        ] = {}  # By text and types of the values.
        self.adapters = AdaptersMap(link.adapters)
        self.adapters.register_dumper(int, Int8Dumper)
        self._transformer = Transformer(self)
        self._result: Any = None

    def execute(self, statement: str, values: Any) -> None:
        """Run a statement. `values` are a dictionary for `%(name)s`, or a sequence for `%s`."""
        text, names = _with_numbers(statement)
        values = [values[name] for name in names]
        self._begin()
        sent = self._transformer.dump_sequence(values, [PyFormat.TEXT] * len(values))
        types = self._transformer.types
        server = self.connection.pgconn
        if self._prepares:
            result = server.exec_prepared(self._prepared(text, types), sent)  # type: ignore[arg-type]
        else:
            result = server.exec_params(text, sent, types)
        self._check(result)
        self._result = result

    def fetchall(self) -> list[Any]:
        """Return the rows, [] if the statement has none."""
        transformer = self._transformer
        transformer.set_pgresult(self._result)
        return transformer.load_rows(0, self._result.ntuples, tuple)

    def close(self) -> None:
        """Do nothing; Django closes its cursors."""

    def _begin(self) -> None:
        link = self.connection
        if not link.autocommit and link.pgconn.transaction_status == pq.TransactionStatus.IDLE:
            self._check(link.pgconn.exec_(b"BEGIN"))

    def _prepared(self, text: bytes, types: tuple[int, ...]) -> bytes:
        name = self._names.get((text, types))
        if name is None:
            name = b"concert_%d" % len(self._names)
            self._check(self.connection.pgconn.prepare(name, text, types))
            self._names[text, types] = name
        return name

    def _check(self, result: PGresult) -> None:
        if result.status in DONE:
            return
        # An error without a code is not the server's: libpq has lost the connection, which may
        # still count as open while there is something to read.
        if result.error_field(pq.DiagnosticField.SQLSTATE) is None:
            raise errors.OperationalError(result.get_error_message())
        raise errors.error_from_result(result)


@lru_cache(maxsize=512)
def _with_numbers(statement: str) -> tuple[bytes, list[Any]]:
    """Return the statement with $1, $2, …, and the names (or positions) of those values."""
    numbers: dict[Any, int] = {}

    def number(found: re.Match[str]) -> str:
        name, bare, percent = found.groups()
        if percent:
            return "%"
        key = len(numbers) if bare else name
        return f"${numbers.setdefault(key, len(numbers) + 1)}"

    text = VALUE.sub(number, statement)
    return text.encode(), list(numbers)
