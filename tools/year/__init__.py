"""Simulate a year of sales whose books have to balance to the cent.

Everything is done by the operations that pages, tasks and commands call, with Stripe and Mollie as
the payments sandbox plays them, through their SDKs. No row is made in bulk. Only the times are
moved: the operations write the database's time, and after each simulated day what they wrote is
shifted to that day (see `clock`).

    make year
"""
