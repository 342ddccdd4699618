"""Django's PostgreSQL, with a health check that asks the server nothing, and statements that it
prepares once for each connection."""

from select import POLLIN, poll

from django.db.backends.postgresql import base
from psycopg._preparing import PrepareManager
from psycopg.pq import ConnStatus
from psycopg.types.numeric import Int8Dumper


class DatabaseOperations(base.DatabaseOperations):
    def last_executed_query(self, cursor, sql, params):
        """What a log or a test sees of a statement: a prepared one as it is written."""
        return super().last_executed_query(cursor, sql, params) or sql


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
    _statements = None

    def statements(self):
        """Return a cursor whose statements the server prepares once for each connection.

        For statements written by hand (`concert.rows`). It is one and the same for the whole
        connection: fetch all rows before the next statement. Whole numbers are bigint, and text is
        of the type that the place it stands in wants: where that is open, spell the type out.
        """
        self.ensure_connection()
        kept = self._statements
        if kept is None or kept.connection is not self.connection:
            kept = self._statements = base.ServerBindingCursor(self.connection)
            kept.adapters.register_dumper(int, Int8Dumper)
        return self._prepare_cursor(kept)

    def get_new_connection(self, conn_params):
        link = super().get_new_connection(conn_params)
        link._prepared = _KeptStatements(link.prepare_threshold)
        return link

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


class _KeptStatements(PrepareManager):
    """What is prepared stays so when a transaction is rolled back.

    psycopg forgets all of it then, because the transaction might have made tables that are gone
    now. Ours never do, and in a rush whoever comes too late for a seat is rolled back.
    """

    def __init__(self, threshold):
        super().__init__()
        self.prepare_threshold = threshold

    def clear(self):
        return False
