"""Random secrets and order references."""

import secrets

# Without letters and digits that are easily confused when read out on the telephone.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_secret() -> str:
    """Return a secret of 22 characters that are safe in URLs."""
    return secrets.token_urlsafe(16)


def new_reference() -> str:
    """Return an order reference of eight characters."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))
