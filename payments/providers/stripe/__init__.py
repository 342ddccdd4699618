"""Stripe: Checkout by redirect.

The customer pays on Stripe's own page; none of its scripts runs on ours. It gets a reference of
the order, the amount, and the customer's e-mail address and language, nothing else.
"""
