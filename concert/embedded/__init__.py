"""The project's own PostgreSQL and Redis servers, for machines that bring none."""


def addresses():
    """Return (database URL, Redis URL) of this checkout's own servers."""
    return "postgres://concert@localhost/concert", "redis://localhost/0"
