"""Call the operations directly, without pages: hold, order, pay."""

import multiprocessing
import time

from django.db import connections


def measure_operations(hall, *, processes, seconds):
    """Return purchases a second of two seats each, by so many concurrent processes."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    barrier, results = context.Barrier(processes), context.Queue()
    share = len(hall.seats) // processes
    workers = [
        context.Process(
            target=_buy_until,
            args=(hall, hall.seats[n * share : (n + 1) * share], seconds, barrier, results),
        )
        for n in range(processes)
    ]
    for worker in workers:
        worker.start()
    rates = [results.get(timeout=seconds + 60) for _ in workers]
    for worker in workers:
        worker.join()
    return sum(rates)


def _buy_until(hall, pairs, seconds, barrier, results):
    buy(hall.performance_id, pairs[0])  # Fill the caches of the process first.
    barrier.wait()
    started, bought = time.perf_counter(), 0
    for pair in pairs[1:]:
        buy(hall.performance_id, pair)
        bought += 1
        if time.perf_counter() - started > seconds:
            break
    results.put(bought / (time.perf_counter() - started))


def buy(performance_id, pair):
    """Buy two seats by the operations, as one customer."""
    from bookings.sale.customers import Customer
    from bookings.sale.orders import place_order, start_order_payment
    from bookings.sale.quotes import quote_hold
    from bookings.seat_selection.holding import hold_chosen_seats
    from payments.charges import pay_url
    from payments.providers.demo import bank
    from payments.statements import find_charge

    # Each has its own address, so that the household limit is counted as in a real sale.
    address = f"2001:db8:{pair[0] >> 16:x}:{pair[0] & 0xFFFF:x}::1"
    customer = Customer(visitor=f"bench-{pair[0]}", address=address)
    hold = hold_chosen_seats(
        performance_id=performance_id, seat_ids=list(pair), customer=customer
    ).hold
    order = place_order(
        hold=hold,
        quote_token=quote_hold(hold).token,
        customer=customer,
        email=f"{pair[0]}@example.org",
        name="Bench",
    )
    payment = start_order_payment(order=order, return_url="/")
    pay_url(payment)
    bank.pay(find_charge(payment.key))
