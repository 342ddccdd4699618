"""What scenarios that sell have in common: count and report the sales."""

from bookings.models import Order, Place, Ticket

from .report import check_rules


def sales_of(performance_ids):
    """Return what was sold, from the database; `orders` is {reference: tickets}."""
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


def sales_result(title, context, recorder, meter, performance_ids, *, figures=(), checks=()):
    """Return the result of a scenario that sold, with a check of all rules."""
    found = sales_of(performance_ids)
    result = recorder.result()
    seconds = max(len(result["sold"]), 1)
    rate = result["purchases"] / seconds
    lost = [ref for ref, number in recorder.bought.items() if found["orders"].get(ref) != number]
    reserved = Order.objects.filter(performance_id__in=performance_ids, status="paid").count()
    return {
        "title": title,
        "figures": {
            "tickets sold, of places": f"{found['tickets']:,} of {found['places']:,}",
            "seconds from the first purchase to the last": seconds,
            "tickets a second": f"{result['tickets'] / seconds:.1f}",
            "purchases a second": f"{rate:.1f}",
            "of the hand-written SQL of this run": _ratio(rate, context.ceiling),
            **dict(figures),
            **{label: f"{number:,}" for label, number in result["counts"].items()},
        },
        **result,
        "ceiling": context.ceiling,
        "meter": meter.result(),
        "checks": check_rules(
            [
                ("No place was sold twice.", found["tickets"] == found["sold"]),
                ("No more was sold than there is.", found["sold"] <= found["places"]),
                ("Whoever saw tickets has them, and as many.", not lost),
                (
                    "Everyone who paid saw the confirmation, except after errors.",
                    _seen(recorder, reserved),
                ),
                ("No customer saw an error of the server.", not _server_errors(recorder)),
                *checks,
            ]
        ),
    }


def _seen(recorder, paid):
    return (
        paid - len(recorder.bought)
        <= sum(recorder.errors.values()) + recorder.counts["customers: still waiting at the end"]
    )


def _server_errors(recorder):
    return [what for what in recorder.errors if what.rpartition(": ")[2].startswith("5")]


def _ratio(rate, ceiling):
    return f"{rate / ceiling:.1%} of {ceiling:.0f}/s" if ceiling else "not measured"
