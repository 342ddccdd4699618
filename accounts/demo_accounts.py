"""Demo accounts, whose passwords are published in the README."""

from django.conf import settings

DOMAINS = frozenset({"concert.example", "local.test"})
PASSWORDS = frozenset({"concert-demo", "Passw0rd!"})


def has_published_password(*, email: str, password: str) -> bool:
    """Return whether a production site must refuse this sign-in, although the password is correct.

    A database that was filled in local mode may be used in production, with its superuser. Once
    such an account has its own password, it is an account like any other.
    """
    if settings.LOCAL_MODE:
        return False
    return password in PASSWORDS and email.rpartition("@")[2].lower() in DOMAINS
