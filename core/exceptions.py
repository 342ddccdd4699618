"""The base of all exceptions by which an operation refuses a request."""

from core.annotations import Text


class Refused(Exception):
    """An operation was refused and changed nothing. `str()` is the message for the user.

    A subclass has a `message`, or writes its own `__str__`; others are raised with a text. `status`
    is the HTTP status of a page or an API response with this error.
    """

    status = 409
    message: Text = ""

    def __str__(self) -> str:
        return str(self.message) or super().__str__()
