"""Change answers to the questions of the checkout, until the show begins."""

from collections.abc import Mapping

from django.db import transaction

from shows.questions import QuestionTerm
from shows.terms import terms_of

from ..ledger.recording import record
from ..models import LedgerEntry, Order, Ticket
from ..sale.answers import answer_name, order_answers
from .ticket_changes import CannotChange, lock_order, may_rename


def changeable_questions(order: Order) -> list[QuestionTerm]:
    """Return the questions whose answers the customer can change."""
    return [one for one in terms_of(order.performance_id).questions if one.is_changeable]


def answers_of(order: Order, tickets: list[Ticket]) -> dict[str, str]:
    """Return all answers by the names of the checkout form's fields."""
    found = dict(order_answers(order.details))
    for ticket in tickets:
        found |= {f"{name}-{ticket.place_id}": text for name, text in ticket.details.items()}
    return found


def change_answers(*, order: Order, details: Mapping[str, str], actor: str) -> bool:
    """Replace the answers to changeable questions by those of `details`; return whether any differ.

    The log does not record the answers, because its entries are never deleted. Locks the hold.
    Raises `CannotChange` once the performance has begun.
    """
    with transaction.atomic(durable=True):
        order, now = lock_order(order)
        performance = order.performance
        if not performance.takes_place or not may_rename(order, performance.starts_at, now):
            raise CannotChange
        asked = changeable_questions(order)
        own = [question.name for question in asked if not question.per_ticket]
        is_changed = _replace(order, own, {name: details.get(name, "") for name in own})
        per_ticket = [question for question in asked if question.per_ticket]
        changed = []
        for ticket in Ticket.objects.valid().filter(order=order).order_by("pk"):
            new = {
                one.name: details.get(answer_name(one, ticket.place_id), "") for one in per_ticket
            }
            if _replace(ticket, list(new), new):
                changed.append(ticket)
        if is_changed:
            order.save(update_fields=["details"])
        if changed:
            Ticket.objects.bulk_update(changed, ["details"])
        if is_changed or changed:
            record(
                LedgerEntry.Kind.CHANGE,
                performance_id=order.performance_id,
                actor=actor,
                order=order.reference,
                currency=order.currency,
                detail={"what": "answers", "tickets": [ticket.pk for ticket in changed]},
            )
    return is_changed or bool(changed)


def _replace(row: Order | Ticket, names: list[str], new: Mapping[str, str]) -> bool:
    """Replace the named answers of an order or ticket; return whether anything differs."""
    kept = {name: text for name, text in row.details.items() if name not in names}
    answers = kept | {name: text for name, text in new.items() if text}
    is_changed = bool(answers != row.details)
    row.details = answers
    return is_changed
