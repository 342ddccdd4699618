"""The kinds of letters: how urgent each is, and who is asked before it is sent.

A room declares its kinds beside their writers (`emails.rendering.writes`). A kind that nobody
declared is a letter of service that cannot be refused.
"""

from dataclasses import dataclass
from enum import Enum

from django.db.models import IntegerChoices


class Urgency(IntegerChoices):
    """Who goes first when much is owed at once. The numbers are those of django-post_office."""

    NEWS = 0
    SERVICE = 1
    TICKETS = 2


class ConsentMode(Enum):
    """Whether people are asked for a kind of letter."""

    ALWAYS = "always"  # Tickets, money, changes: it cannot be refused.
    UNLESS_REFUSED = "unless refused"
    WHEN_ASKED_FOR = "when asked for"


@dataclass(frozen=True)
class EmailKind:
    name: str
    title: str = ""
    # What one says yes or no to, as a sentence.
    words: str = ""
    wish: ConsentMode = ConsentMode.ALWAYS
    urgency: Urgency = Urgency.SERVICE
    # Letters to staff are offered to those who hold this permission.
    permission: str = ""

    @property
    def may_be_refused(self):
        return self.wish is not ConsentMode.ALWAYS

    @property
    def is_wanted_by_default(self):
        return self.wish is not ConsentMode.WHEN_ASKED_FOR

    @property
    def is_news(self):
        """Whether it comes from the house's own wish to tell: another sender, and only by day."""
        return self.urgency is Urgency.NEWS

    def is_offered_to(self, user):
        return not self.permission or (user.is_staff and user.has_perm(self.permission))


_kinds = {}


def declare(kind):
    """Make a kind known, and return it."""
    _kinds[kind.name] = kind
    return kind


def kind_named(name):
    return _kinds.get(name) or EmailKind(name, title=name.replace("_", " "))


def known_kinds():
    """Return every declared kind, the most urgent first."""
    return sorted(_kinds.values(), key=lambda kind: (-kind.urgency, kind.name))


def kinds_to_choose(user=None):
    """Return the kinds that a customer, or this user, may have or leave."""
    return [
        kind
        for kind in known_kinds()
        if kind.may_be_refused
        and (kind.is_offered_to(user) if user is not None else not kind.permission)
    ]


def kinds_to_ask_for():
    """Return the kinds that a customer gets only when they ask for them."""
    return [kind for kind in kinds_to_choose() if kind.wish is ConsentMode.WHEN_ASKED_FOR]
