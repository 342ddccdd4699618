"""The kinds of e-mail: how urgent each is, and whether its recipients can choose.

An app registers its kinds beside their renderers (`emails.rendering.renders`). A kind that nobody
registered is a service e-mail that everybody gets.
"""

from dataclasses import dataclass
from enum import Enum

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from core.annotations import Text


class Urgency(IntegerChoices):
    """Which e-mails go first when many are due at once."""

    NEWS = 0, pgettext_lazy("urgency", "News")
    SERVICE = 1, pgettext_lazy("urgency", "Service")
    TICKETS = 2, pgettext_lazy("urgency", "Tickets")


class ConsentMode(Enum):
    """Whether recipients of a kind of e-mail are asked for their consent."""

    ALWAYS = "always"  # Tickets, payments, changes: no opt-out.
    OPT_OUT = "opt-out"
    OPT_IN = "opt-in"


@dataclass(frozen=True)
class EmailKind:
    """A kind of e-mail. `description` says in a sentence what one subscribes to."""

    name: str
    title: Text = ""
    description: str = ""
    consent: ConsentMode = ConsentMode.ALWAYS
    urgency: Urgency = Urgency.SERVICE
    # E-mails to staff are offered to those who hold this permission.
    permission: str = ""

    @property
    def is_optional(self) -> bool:
        return self.consent is not ConsentMode.ALWAYS

    @property
    def is_on_by_default(self) -> bool:
        return self.consent is not ConsentMode.OPT_IN

    @property
    def is_news(self) -> bool:
        """Whether it is promotion: it has a sender of its own and is sent by day only."""
        return self.urgency is Urgency.NEWS

    def is_offered_to(self, user: User) -> bool:
        return not self.permission or (user.is_staff and user.has_perm(self.permission))


_kinds: dict[str, EmailKind] = {}


def register_kind(kind: EmailKind) -> EmailKind:
    """Make a kind known, and return it."""
    _kinds[kind.name] = kind
    return kind


def get_kind(name: str) -> EmailKind:
    """Return the kind of this name; one with defaults if nobody registered it."""
    return _kinds.get(name) or EmailKind(name, title=name.replace("_", " "))


def all_kinds() -> list[EmailKind]:
    """Return every registered kind, the most urgent first."""
    return sorted(_kinds.values(), key=lambda kind: (-kind.urgency, kind.name))


def optional_kinds(user: User | None = None) -> list[EmailKind]:
    """Return the kinds that a customer, or this user, can subscribe to and unsubscribe from."""
    return [
        kind
        for kind in all_kinds()
        if kind.is_optional
        and (kind.is_offered_to(user) if user is not None else not kind.permission)
    ]


def opt_in_kinds() -> list[EmailKind]:
    """Return the kinds that a customer gets only after subscribing."""
    return [kind for kind in optional_kinds() if kind.consent is ConsentMode.OPT_IN]


# What comes through Django's mail API (see `emails.backend`).
MESSAGE = register_kind(
    EmailKind("message", title=_("Account or system message"), urgency=Urgency.TICKETS)
).name
