"""From what a customer sent to held places, whichever way they chose."""

from dataclasses import dataclass

from venues.drawing import drawing_of

from ..exceptions import InvalidRequest
from ..models import Hold
from ..sale.holds import hold_standing
from .forms import BestForm, SeatsForm, StandingForm
from .holding import hold_alternative, hold_best, hold_chosen_seats


@dataclass(frozen=True)
class SelectionResult:
    """Places held as wished, or in part: `gone` names those that somebody else has just taken."""

    hold: Hold
    gone: list
    together: bool = True


def hold_selection(*, data, terms, customer):
    """Hold what was sent: `best` and its options, `section` and `quantity`, or `seat`s.

    Raises `InvalidRequest` for what makes no sense, and what the operations of `choosing` and
    `holding` raise.
    """
    if "best" in data:
        return _grant_best(data, terms, customer)
    if "section" in data:
        return _grant_standing(data, terms, customer)
    return _grant_seats(data, terms, customer)


def requested_seats(data):
    """Return the ids of the seats that were sent, or none if they make no sense."""
    form = SeatsForm(data)
    return form.cleaned_data["seats"] if form.is_valid() else []


def _grant_best(data, terms, customer):
    form = _checked(BestForm(data, terms=terms, drawing=drawing_of(terms.plan_id)))
    found = hold_best(performance_id=terms.performance_id, customer=customer, **form.wish)
    return SelectionResult(found.held.hold, [], found.together)


def _grant_standing(data, terms, customer):
    form = _checked(StandingForm(data, terms=terms, drawing=drawing_of(terms.plan_id)))
    held = hold_standing(
        performance_id=terms.performance_id,
        section_id=form.cleaned_data["section"].id,
        quantity=form.cleaned_data["quantity"],
        customer=customer,
    )
    return SelectionResult(held.hold, [])


def _grant_seats(data, terms, customer):
    form = _checked(SeatsForm(data))
    wish = {
        "performance_id": terms.performance_id,
        "seat_ids": form.cleaned_data["seats"],
        "customer": customer,
    }
    if form.cleaned_data["instead"]:
        held = hold_alternative(**wish, give_back=form.cleaned_data["give_back"])
    else:
        held = hold_chosen_seats(**wish)
    return SelectionResult(held.hold, held.gone)


def _checked(form):
    if not form.is_valid():
        raise InvalidRequest([error for errors in form.errors.values() for error in errors])
    return form
