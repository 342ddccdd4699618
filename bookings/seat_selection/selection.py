"""Hold places for the data of a form or an API request, however the customer chose them."""

from typing import TypeVar

from django.http import QueryDict

from shows.terms import Terms
from venues.drawing import drawing_of

from ..exceptions import InvalidRequest
from ..sale.customers import Customer
from ..sale.holds import HoldResult, hold_standing
from .forms import BestForm, SeatsForm, StandingForm
from .holding import hold_alternative, hold_best, hold_chosen_seats

F = TypeVar("F", BestForm, SeatsForm, StandingForm)


def hold_selection(
    *, data: QueryDict, terms: Terms, customer: Customer, request_id: str = ""
) -> HoldResult:
    """Hold what was sent: `best` with its options, `section` and `quantity`, or `seat`s.

    `request_id` identifies a press of the button, as in `hold_best`; other requests can be repeated
    without it.

    Raises `InvalidRequest` for invalid data, and what the operations of `holding` raise.
    """
    if "best" in data:
        return _hold_best(data, terms, customer, request_id)
    if "section" in data:
        return _hold_standing(data, terms, customer)
    return _hold_seats(data, terms, customer)


def requested_seats(data: QueryDict) -> list[int]:
    """Return the ids of the seats that were sent, or none if they are invalid."""
    form = SeatsForm(data)
    return form.cleaned_data["seats"] if form.is_valid() else []


def _hold_best(data: QueryDict, terms: Terms, customer: Customer, request_id: str) -> HoldResult:
    form = _validated(BestForm(data, terms=terms, drawing=drawing_of(terms.plan_id)))
    return hold_best(
        performance_id=terms.performance_id,
        customer=customer,
        request_id=request_id,
        **form.options,
    )


def _hold_standing(data: QueryDict, terms: Terms, customer: Customer) -> HoldResult:
    form = _validated(StandingForm(data, terms=terms, drawing=drawing_of(terms.plan_id)))
    return hold_standing(
        performance_id=terms.performance_id,
        section_id=form.cleaned_data["section"].id,
        quantity=form.cleaned_data["quantity"],
        customer=customer,
    )


def _hold_seats(data: QueryDict, terms: Terms, customer: Customer) -> HoldResult:
    form = _validated(SeatsForm(data))
    seats = form.cleaned_data["seats"]
    if form.cleaned_data["instead"]:
        return hold_alternative(
            performance_id=terms.performance_id,
            seat_ids=seats,
            replaced=form.cleaned_data["replaces"],
            customer=customer,
        )
    return hold_chosen_seats(performance_id=terms.performance_id, seat_ids=seats, customer=customer)


def _validated(form: F) -> F:
    if not form.is_valid():
        raise InvalidRequest([str(error) for errors in form.errors.values() for error in errors])
    return form
