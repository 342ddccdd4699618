"""Django's PostgreSQL, with a health check that asks the server nothing."""

from select import POLLIN, poll

from django.db.backends.postgresql import base
from psycopg.pq import ConnStatus


class DatabaseWrapper(base.DatabaseWrapper):
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
