"""The base of all exceptions by which an operation refuses what it is asked for."""


class Refused(Exception):
    """An operation was refused and changed nothing. `str()` is shown to whoever asked for it.

    `status` is the HTTP status of a page or an API response that says so.
    """

    status = 409
