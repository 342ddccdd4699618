"""Django's PostgreSQL, with a health check that asks the server nothing, and statements that it
prepares once for each connection."""

from select import POLLIN, poll

from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus

from .statements import Statements


class DatabaseOperations(base.DatabaseOperations):
    def last_executed_query(self, cursor, sql, params):
        """What a log or a test sees of a statement: one by hand as it is written."""
        by_hand = isinstance(cursor, Statements)
        return sql if by_hand else super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
    _statements = None

    def run(self, statement, values):
        """Run a statement written by hand; return its rows, none if it has none.

        The server prepares it once a connection (`core.database.rows`). Whole numbers are bigint,
        and text is of the type that the place it stands in wants: where that is open, spell the
        type out.
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

    def is_usable(self):
        """Whether the connection still stands. Every request asks this before its first query.

        Django sends `SELECT 1`: a seventh of all that a purchase asked the server. A server that
        has restarted, failed over or ended the session has closed the connection, which this end
        knows without asking, for there is something to be read. Only then is the question sent.
        """
        link = self.connection.pgconn
        if link.status != ConnStatus.OK:
            return False
        waiting = poll()
        waiting.register(link.socket, POLLIN)
        return not waiting.poll(0) or super().is_usable()
