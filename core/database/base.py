"""Django's PostgreSQL backend with a health check that sends nothing, and prepared statements."""

from collections.abc import Mapping, Sequence
from select import POLLIN, poll
from typing import Any

from django.db.backends.postgresql import base, operations
from psycopg.pq import ConnStatus

from .statements import Statements


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        """Return the statement for logs and tests; a prepared one without its values."""
        is_prepared = isinstance(cursor, Statements)
        return sql if is_prepared else super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
    _statements: Statements | None = None
    _prepare_cursor: Any  # Of Django, without a type in its stubs.

    def run(self, statement: str, values: Mapping[str, Any] | Sequence[Any]) -> list[Any]:
        """Run a prepared statement and return its rows, [] if it has none.

        The server prepares it once for each connection. Integers are sent as bigint; the server
        infers the type of other values from the text, which must cast those that it cannot infer.
        """
        self.ensure_connection()
        kept = self._statements
        if kept is None or kept.connection is not self.connection:
            threshold = self.connection.prepare_threshold
            kept = self._statements = Statements(self.connection, prepares=threshold is not None)
        if self.queries_logged or self.execute_wrappers:
            with self._prepare_cursor(kept) as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall()
        self.validate_thread_sharing()
        self.validate_no_broken_transaction()
        with self.wrap_database_errors:
            kept.execute(statement, values)
            return kept.fetchall()

    def is_usable(self) -> bool:
        """Return whether the connection is open. Every request calls this before its first query.

        Django sends `SELECT 1`, a seventh of all statements of a purchase. A server that has
        restarted, failed over or ended the session has closed the connection, and then the socket
        is readable. Only in that case is the statement sent.
        """
        link = self.connection.pgconn
        if link.status != ConnStatus.OK:
            return False
        waiting = poll()
        waiting.register(link.socket, POLLIN)
        return not waiting.poll(0) or super().is_usable()
