"""Decide who can have which concession: groups, early birds, minimum, maximum and members.

Every quote applies these rules, so pages, API, counter and door do. A ticket whose concession is
refused has the full price, and the quote says why. Since an order is placed by the token of its
quote, nobody gets a price that the rules refuse when the order is placed.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from shows.terms import ConcessionTerm, Terms


@dataclass(frozen=True)
class Buyer:
    """The data of a customer for the rules. `find_user` is called for members’ prices only."""

    find_user: Callable[[], User | None]

    def refusal(self, terms: Terms, now: datetime) -> str:
        """Return why the customer cannot have a members' price, or "" if they can."""
        user = self.find_user()
        if user is None:
            return _("For members. Please log in to your member account.")
        if not user.is_member(now.astimezone(terms.zone).date()):
            return _("For members. Your account has no valid membership.")
        return ""


def refused_concessions(
    chosen: Mapping[int, ConcessionTerm],
    *,
    quantity: int,
    terms: Terms,
    buyer: Buyer,
    now: datetime,
) -> dict[int, str]:
    """Return the refused ones of the `chosen` concessions by place or ticket id, with the reason.

    `chosen` is in the order of the plan: of too many tickets, the first ones get the price.
    `quantity` is the number of all tickets of the order.
    """
    refused: dict[int, str] = {}
    used: Counter[int] = Counter()
    for key, term in chosen.items():
        reason = _refusal(term, quantity, terms, buyer, now)
        if not reason and term.max_per_order is not None and used[term.id] >= term.max_per_order:
            reason = _at_most(term.max_per_order)
        if reason:
            refused[key] = reason
        else:
            used[term.id] += 1
    for key, term in chosen.items():
        if key not in refused and term.min_per_order and used[term.id] < term.min_per_order:
            refused[key] = _at_least(term.min_per_order)
    return refused


def rule_texts(term: ConcessionTerm, terms: Terms) -> list[str]:
    """Return the rules of a concession for people, before they choose it."""
    texts = []
    if term.members_only:
        texts.append(_("for members"))
    if term.group_from:
        count = {"n": term.group_from}
        texts.append(ngettext("from %(n)d ticket", "from %(n)d tickets", term.group_from) % count)
    if term.min_per_order:
        texts.append(_("at least %(n)d") % {"n": term.min_per_order})
    if term.max_per_order:
        texts.append(_("at most %(n)d") % {"n": term.max_per_order})
    if term.ends_at:
        texts.append(_("until %(when)s") % {"when": _last_moment(term.ends_at, terms)})
    return texts


def is_over(term: ConcessionTerm, now: datetime) -> bool:
    """Return whether a concession has ended, as early bird prices do."""
    return term.ends_at is not None and now >= term.ends_at


def _refusal(term: ConcessionTerm, quantity: int, terms: Terms, buyer: Buyer, now: datetime) -> str:
    if is_over(term, now) and term.ends_at:
        text = _("This price was available until %(when)s.")
        return text % {"when": _last_moment(term.ends_at, terms)}
    if term.group_from is not None and quantity < term.group_from:
        return ngettext(
            "This price needs %(n)d ticket in the order.",
            "This price needs %(n)d tickets in the order.",
            term.group_from,
        ) % {"n": term.group_from}
    return buyer.refusal(terms, now) if term.members_only else ""


def _at_most(most: int) -> str:
    return ngettext(
        "At most %(n)d ticket at this price per order.",
        "At most %(n)d tickets at this price per order.",
        most,
    ) % {"n": most}


def _at_least(fewest: int) -> str:
    return ngettext(
        "At least %(n)d ticket at this price per order.",
        "At least %(n)d tickets at this price per order.",
        fewest,
    ) % {"n": fewest}


def _last_moment(ends_at: datetime, terms: Terms) -> str:
    return date_format(ends_at.astimezone(terms.zone), "SHORT_DAY_DATETIME")
