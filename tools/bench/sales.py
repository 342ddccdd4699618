"""What the scenarios that sell have in common: counting what was sold, and telling it."""

from bookings.models import Order, Place, Ticket

from .report import sweep


def sales_of(performance_ids):
    """Return what the database says was sold; `orders` is {reference: tickets}."""
    tickets = Ticket.objects.filter(order__performance_id__in=performance_ids, status="valid")
    orders = {}
    for reference in tickets.values_list("order__reference", flat=True):
        orders[reference] = orders.get(reference, 0) + 1
    places = Place.objects.filter(performance_id__in=performance_ids)
    return {
        "orders": orders,
        "tickets": sum(orders.values()),
        "sold": places.filter(state="sold").count(),
        "places": places.count(),
    }


def sales_result(title, stage, tally, meter, performance_ids, *, figures=(), checks=()):
    """Return the result of a scenario that sold, with the sweep over database and books."""
    found = sales_of(performance_ids)
    told = tally.told()
    seconds = max(len(told["sold"]), 1)
    rate = told["purchases"] / seconds
    lost = [ref for ref, number in tally.bought.items() if found["orders"].get(ref) != number]
    reserved = Order.objects.filter(performance_id__in=performance_ids, status="paid").count()
    return {
        "title": title,
        "figures": {
            "tickets sold, of places": f"{found['tickets']:,} of {found['places']:,}",
            "seconds from the first purchase to the last": seconds,
            "tickets a second": f"{told['tickets'] / seconds:.1f}",
            "purchases a second": f"{rate:.1f}",
            "of the hand-written SQL of this run": _ratio(rate, stage.ceiling),
            **dict(figures),
            **{words: f"{number:,}" for words, number in told["counts"].items()},
        },
        **told,
        "ceiling": stage.ceiling,
        "meter": meter.told(),
        "checks": sweep(
            [
                ("No place was sold twice.", found["tickets"] == found["sold"]),
                ("No more was sold than there is.", found["sold"] <= found["places"]),
                ("Whoever saw tickets has them, and as many.", not lost),
                ("Nobody has paid without seeing it, but for errors.", _seen(tally, reserved)),
                ("No customer saw an error of the server.", not _server_errors(tally)),
                *checks,
            ]
        ),
    }


def _seen(tally, paid):
    return paid - len(tally.bought) <= sum(tally.troubles.values()) + tally.counts["cut short"]


def _server_errors(tally):
    return [what for what in tally.troubles if what.rpartition(": ")[2].startswith("5")]


def _ratio(rate, ceiling):
    return f"{rate / ceiling:.1%} of {ceiling:.0f}/s" if ceiling else "not measured"
