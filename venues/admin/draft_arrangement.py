"""The check boxes of a draft's tables: the chosen seats are aligned or distributed.

The choice stays in the address of the page that follows, for the next step.
"""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.annotations import Text
from venues.seat_arrangement import EDGES, align, distribute, seats_with

from .draft_table_parts import NotPossible

Document = dict[str, Any]
CHOSEN, NUMBERS, EDGE, BUTTON = "chosen", "numbers", "edge", "arrange"
LEAST = {"align": 2, "distribute": 3}
MAX_NUMBERS = 200
EDGE_LABELS: dict[str, Text] = {
    "y": gettext_lazy("on one line"),
    "x": gettext_lazy("one behind the other"),
    "left": gettext_lazy("left"),
    "right": gettext_lazy("right"),
    "top": gettext_lazy("top"),
    "bottom": gettext_lazy("bottom"),
}


def chosen_seats(values: QueryDict, zone: Document | None, row: Document | None) -> list[Document]:
    """Return the ticked seats of the row, or those of the ticked rows that have the numbers.

    Raises NotPossible.
    """
    if zone is None:
        return []
    numbers = values.get(NUMBERS, "")[:MAX_NUMBERS]
    ticked = set(values.getlist(CHOSEN))
    if row is None:
        rows = [one["seats"] for i, one in enumerate(zone["rows"]) if str(i) in ticked]
        if rows and not numbers.strip():
            raise NotPossible(_("Enter the numbers of the seats in these rows, such as 1 or 1-4."))
        return _with_numbers(numbers, rows)
    by_number = {id(seat) for seat in _with_numbers(numbers, [row["seats"]])}
    return [
        seat for i, seat in enumerate(row["seats"]) if str(i) in ticked or id(seat) in by_number
    ]


def _with_numbers(numbers: str, rows: list[list[Document]]) -> list[Document]:
    try:
        return seats_with(numbers, rows)
    except LookupError as error:
        raise NotPossible(_("There is no seat %s in these rows.") % error.args[0]) from None


def arrange(post: QueryDict, zone: Document, seats: list[Document]) -> None:
    """Align or distribute the seats, as the pressed button says. Raises NotPossible."""
    action = str(post[BUTTON])
    least = LEAST.get(action, 2)
    if len(seats) < least:
        raise NotPossible(
            ngettext("Select at least %d seat.", "Select at least %d seats.", least) % least
        )
    if action == "distribute":
        distribute(zone, seats)
    else:
        edge = post.get(EDGE, "")
        align(zone, seats, edge if edge in EDGES else EDGES[0])


def address_after(request: HttpRequest, *, is_done: bool) -> str:
    """Return the address of the same page; of arranged seats, with the choice and what was done."""
    query, post = request.GET.copy(), request.POST
    for name in (CHOSEN, NUMBERS, EDGE, BUTTON):
        query.pop(name, None)
    # Rows and seats after a deleted one have other indexes.
    if BUTTON in post and not any(name.startswith("delete-") for name in post):
        query.setlist(CHOSEN, post.getlist(CHOSEN))
        query[NUMBERS], query[EDGE] = post.get(NUMBERS, ""), post.get(EDGE, "")
        if is_done:
            query[BUTTON] = post[BUTTON]
    return f"{request.path}?{query.urlencode()}" if query else request.path


def arrangement_context(
    request: HttpRequest, zone: Document | None, row: Document | None
) -> dict[str, Any]:
    """Return what the template shows of the choice, and what was done with it."""
    if zone is None:
        return {}
    values = request.GET
    action, done = values.get(BUTTON, ""), ""
    if action in LEAST:
        try:
            n = len(chosen_seats(values, zone, row))
        except NotPossible:
            n = 0
        if action == "align":
            done = ngettext("%d seat aligned.", "%d seats aligned.", n) % n
        else:
            done = ngettext("%d seat distributed.", "%d seats distributed.", n) % n
    return {
        "chosen": set(values.getlist(CHOSEN)),
        "numbers": values.get(NUMBERS, "")[:MAX_NUMBERS],
        "edge": values.get(EDGE, EDGES[0]),
        "edges": EDGE_LABELS.items(),
        "done": done,
    }
