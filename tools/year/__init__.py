"""Simulate a year of sales whose accounts have to balance to the cent.

Everything is done by the operations that pages, tasks and commands call, with Stripe and Mollie
simulated by the payments sandbox, through their SDKs. No row is inserted in bulk. Only times are
changed: the operations write the database's time, and after each simulated day their rows are
moved to that day (see `clock`).

    make year
"""
