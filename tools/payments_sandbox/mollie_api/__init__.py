"""Mollie's API, as far as a box office calls it: https://docs.mollie.com/reference."""
