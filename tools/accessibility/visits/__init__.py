"""The pages of customers in the states that the accessibility check visits, area by area."""

from collections.abc import Iterator

from . import accounts, baskets, catalogue, orders, queues, seat_maps, tickets
from .accounts import log_in
from .catalogue import empty_visits
from .demo_objects import DemoObjects, find_demo_objects, prepare_demo
from .visit import Visit, press_first

__all__ = [
    "Visit",
    "all_visits",
    "empty_visits",
    "find_demo_objects",
    "log_in",
    "prepare_demo",
    "press_first",
]

# What changes the demo data for others comes last.
AREAS = (catalogue, seat_maps, baskets, orders, tickets, accounts, queues)


def all_visits(demo: DemoObjects) -> Iterator[Visit]:
    """Return every page in every state, area by area."""
    for area in AREAS:
        yield from area.visits(demo)
