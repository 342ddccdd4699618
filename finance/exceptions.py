"""Refusals of finance."""

from django.utils.translation import gettext as _

from core.exceptions import Refused


class NoOpenTill(Refused):
    """A member of staff handles cash without an open till."""

    def __init__(self) -> None:
        super().__init__(_("Open a till before you take or pay out cash."))


class OtherCurrency(Refused):
    """The till is in another currency."""

    def __init__(self, *, till: str, other: str) -> None:
        super().__init__(
            _("Your till is in %(till)s. This amount is in %(other)s.")
            % {"till": till, "other": other}
        )


class TillInUse(Refused):
    """The cashier has an open till, or somebody else has this one."""


class NotEnoughCash(Refused):
    """More cash would be taken out than there is."""


class TillIsClosed(Refused):
    """The till session was closed meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This till has already been closed."))


class CannotSettle(Refused):
    """A settlement cannot be worked out or issued."""
