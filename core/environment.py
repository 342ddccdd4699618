"""Reading settings from the environment, refusing bad values by the name of their variable."""

import base64
import ipaddress
import os
from datetime import timedelta
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def text(name, default=None):
    """Return the variable's text. Without a default, an unset or empty variable is refused."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} must be set.")
    return default


def secret(name, least=50):
    """Return a secret that is long and mixed enough to sign with (as Django's own checks ask)."""
    value = text(name)
    if len(value) < least or len(set(value)) < 10 or value.startswith("django-insecure-"):
        raise ImproperlyConfigured(
            f"{name} is too weak: it must have at least {least} characters, made by chance."
        )
    return value


def seed(name, size=32):
    """Return `size` bytes written as base64url, with padding or without, or None when unset."""
    value = text(name, "")
    if not value:
        return None
    try:
        raw = base64.b64decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4), "-_", True)
    except ValueError:
        raw = b""
    if len(raw) != size:
        raise ImproperlyConfigured(f"{name} must be {size} bytes made by chance, in base64url.")
    return raw


def choice(name, default, choices):
    """Return one of `choices`, whether it is written in capitals or not."""
    value = text(name, default)
    for known in choices:
        if known.lower() == value.lower():
            return known
    raise ImproperlyConfigured(f"{name} must be {' or '.join(choices)}, not {value!r}.")


def boolean(name, default):
    """Return True or False from 1/0, true/false, yes/no, on/off."""
    value = text(name, "").lower()
    if not value:
        return default
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def integer(name, default, *, least=0, most=None):
    """Return a whole number between `least` and `most`."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if number < least or (most is not None and number > most):
        bounds = f"at least {least}" if most is None else f"from {least} to {most}"
        raise ImproperlyConfigured(f"{name} must be {bounds}, not {number}.")
    return number


def minutes(name, default, *, most):
    """Return a number of whole minutes as a timedelta."""
    return timedelta(minutes=integer(name, default, least=1, most=most))


def listing(name, default=()):
    """Return a list from comma-separated text. With None as default it must not be empty."""
    value = text(name, None if default is None else ",".join(default))
    items = [item.strip() for item in value.split(",") if item.strip()]
    if default is None and not items:
        raise ImproperlyConfigured(f"{name} must be set.")
    return items


def networks(name, default=()):
    """Return a list of networks such as 10.0.0.0/8, as text."""
    found = listing(name, default)
    for network in found:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {error}.") from None
    return found


def url(name, default, *, schemes):
    """Return a URL whose scheme is one of `schemes`."""
    value = text(name, default)
    if value and value.partition("://")[0] not in schemes:
        raise ImproperlyConfigured(
            f"{name} must start with {' or '.join(s + '://' for s in schemes)}."
        )
    return value


def time_zone(name, default):
    """Return the name of a time zone, such as Europe/Berlin."""
    value = text(name, default)
    if value not in available_timezones():
        raise ImproperlyConfigured(f"{name} must be a time zone such as Europe/Berlin.")
    return value


def address_of_first(hosts):
    """Return the address of the site by its first host name, or None where that is a pattern."""
    name = hosts[0]
    return None if name.startswith((".", "*")) else f"https://{name}"
