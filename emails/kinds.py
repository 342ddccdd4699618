"""The kinds of e-mail: their urgency, and whether recipients can choose.

An app registers its kinds with their renderers (`emails.rendering.renders`). A kind that is not
registered is a service e-mail that cannot be unsubscribed from.
"""

from dataclasses import dataclass
from enum import Enum

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from core.annotations import Text


class Urgency(IntegerChoices):
    """The order in which e-mails are sent when many are due."""

    NEWS = 0, pgettext_lazy("urgency", "News")
    SERVICE = 1, pgettext_lazy("urgency", "Service")
    TICKETS = 2, pgettext_lazy("urgency", "Tickets")


class ConsentMode(Enum):
    """Whether a kind of e-mail needs consent."""

    ALWAYS = "always"  # Tickets, payments, changes: no opt-out.
    OPT_OUT = "opt-out"
    OPT_IN = "opt-in"


@dataclass(frozen=True)
class EmailKind:
    """A kind of e-mail. `description` is a sentence for its checkbox."""

    name: str
    title: Text = ""
    description: str = ""
    consent: ConsentMode = ConsentMode.ALWAYS
    urgency: Urgency = Urgency.SERVICE
    # E-mails to staff are offered to users with this permission.
    permission: str = ""
    # Staff write each e-mail of this kind, so it has no template to edit.
    is_written_each_time: bool = False

    @property
    def is_optional(self) -> bool:
        return self.consent is not ConsentMode.ALWAYS

    @property
    def is_on_by_default(self) -> bool:
        return self.consent is not ConsentMode.OPT_IN

    @property
    def is_news(self) -> bool:
        """Whether it is promotion: sent from the news sender, and by day only."""
        return self.urgency is Urgency.NEWS

    def is_offered_to(self, user: User) -> bool:
        return not self.permission or (user.is_staff and user.has_perm(self.permission))


_kinds: dict[str, EmailKind] = {}


def register_kind(kind: EmailKind) -> EmailKind:
    """Register a kind, and return it."""
    _kinds[kind.name] = kind
    return kind


def get_kind(name: str) -> EmailKind:
    """Return the kind of this name, or one with the defaults if none is registered."""
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


# E-mails through Django's mail API (see `emails.backend`).
MESSAGE = register_kind(
    EmailKind("message", title=_("Account or system message"), urgency=Urgency.TICKETS)
).name
