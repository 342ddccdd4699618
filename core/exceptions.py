"""The base of all exceptions by which an operation refuses a request."""


class Refused(Exception):
    """An operation was refused and changed nothing. `str()` is the message for the user.

    `status` is the HTTP status of a page or an API response with this error.
    """

    status = 409
