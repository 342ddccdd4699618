"""Secrets, and the names of orders."""

import secrets

# Without letters and digits that are easily taken for others when read out on the telephone.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_secret():
    return secrets.token_urlsafe(16)


def new_reference():
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))
