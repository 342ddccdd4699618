"""Statements written by hand, prepared once for a connection and run without a cursor.

psycopg's cursors are made for any statement, any way of waiting and any way of reading. Half of
what a short statement costs in Python is spent on that. Here a statement is one call of libpq
(`psycopg.pq`, which wraps it) with psycopg's own conversion of values on either side.
"""

import re
from functools import lru_cache

from psycopg import errors, pq
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.types.numeric import Int8Dumper

DONE = pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK
VALUE = re.compile(r"%(?:\((\w+)\)s|(s)|(%))")


class Statements:
    """Runs statements on one connection of psycopg, for one thread, one after the other.

    As a cursor of psycopg does, it begins a transaction where the connection is not in autocommit,
    and raises the same errors. `prepares` is False behind a pooler that knows no such statements.
    """

    def __init__(self, link, *, prepares):
        self.connection, self._prepares = link, prepares
        self._names = {}  # By text and types of the values, which are different statements.
        self.adapters = AdaptersMap(link.adapters)
        self.adapters.register_dumper(int, Int8Dumper)
        self._transformer = Transformer(self)
        self._result = None

    def execute(self, statement, values):
        """Run it. `values` are a dictionary for `%(name)s`, or a sequence for `%s`."""
        text, names = _written_for_the_server(statement)
        values = [values[name] for name in names]
        self._begin()
        sent = self._transformer.dump_sequence(values, [PyFormat.TEXT] * len(values))
        types = self._transformer.types
        server = self.connection.pgconn
        if self._prepares:
            result = server.exec_prepared(self._prepared(text, types), sent)
        else:
            result = server.exec_params(text, sent, types)
        self._check(result)
        self._result = result

    def fetchall(self):
        """Return the rows, none if the statement has none."""
        transformer = self._transformer
        transformer.set_pgresult(self._result)
        return transformer.load_rows(0, self._result.ntuples, tuple)

    def close(self):
        """Nothing is open."""

    def _begin(self):
        link = self.connection
        if not link.autocommit and link.pgconn.transaction_status == pq.TransactionStatus.IDLE:
            self._check(link.pgconn.exec_(b"BEGIN"))

    def _prepared(self, text, types):
        name = self._names.get((text, types))
        if name is None:
            name = b"concert_%d" % len(self._names)
            self._check(self.connection.pgconn.prepare(name, text, types))
            self._names[text, types] = name
        return name

    def _check(self, result):
        if result.status in DONE:
            return
        if self.connection.pgconn.status != pq.ConnStatus.OK:
            raise errors.OperationalError(result.get_error_message())
        raise errors.error_from_result(result)


@lru_cache(maxsize=512)
def _written_for_the_server(statement):
    """Return the statement with $1, $2, … in it, and the names (or places) of those values."""
    numbers = {}

    def number(found):
        name, bare, percent = found.groups()
        if percent:
            return "%"
        key = len(numbers) if bare else name
        return f"${numbers.setdefault(key, len(numbers) + 1)}"

    text = VALUE.sub(number, statement)
    return text.encode(), list(numbers)
