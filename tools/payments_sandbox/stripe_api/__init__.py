"""Stripe's API, as far as a box office calls it: https://docs.stripe.com/api."""
