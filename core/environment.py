"""Read settings from environment variables; refuse wrong values by the name of the variable.

Every function raises ImproperlyConfigured.
"""

import base64
import ipaddress
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
MIN_SECRET_LENGTH = 50

# Variables of earlier versions whose settings staff now change in the admin.
MOVED_TO_ADMIN = [
    "ACCOUNT_APPROVAL_REQUIRED",
    "DEFAULT_FROM_EMAIL",
    "HOLD_EXTENSION_MINUTES",
    "HOLD_MINUTES",
    "HOUSEHOLD_LIMIT_PERCENT",
    "NEWS_FROM_EMAIL",
    "QUEUE_ADDRESS_LIMIT",
    "REPLY_TO_EMAIL",
    "SHARED_NETWORKS",
    "STAFF_SECOND_FACTOR_REQUIRED",
    "TIME_ZONE",
]


def text(name: str, default: str | None = None) -> str:
    """Return the variable's value. Without a default, an unset or empty variable is refused."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} must be set.")
    return default


def refuse_moved(names: Iterable[str]) -> None:
    """Refuse variables whose settings are made in the admin."""
    for name in names:
        if os.environ.get(name, "").strip():
            raise ImproperlyConfigured(
                f"{name} is no longer read from the environment: set it in the admin (Settings, "
                "Organisation), and remove the variable."
            )


def secret(name: str) -> str:
    """Return a secret that is long and random enough to sign with, as Django's checks demand."""
    value = text(name)
    _check_secret(name, value)
    return value


def secrets(name: str) -> list[str]:
    """Return a comma-separated list of secrets, each as strong as `secret` demands."""
    values = listing(name)
    for value in values:
        _check_secret(name, value)
    return values


def _check_secret(name: str, value: str) -> None:
    is_random = len(set(value)) >= 10 and not value.startswith("django-insecure-")
    if len(value) < MIN_SECRET_LENGTH or not is_random:
        raise ImproperlyConfigured(
            f"{name} is too weak: it must have at least {MIN_SECRET_LENGTH} random characters."
        )


def seed(name: str, size: int = 32) -> bytes | None:
    """Return `size` bytes given as base64url, with or without padding; None when unset."""
    value = text(name, "")
    if not value:
        return None
    try:
        raw = base64.b64decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4), "-_", True)
    except ValueError:
        raw = b""
    if len(raw) != size:
        raise ImproperlyConfigured(f"{name} must be {size} random bytes in base64url.")
    return raw


def file(name: str) -> bytes:
    """Return the content of the file that the variable names; nothing when unset."""
    value = text(name, "")
    if not value:
        return b""
    try:
        return Path(value).read_bytes()
    except OSError as error:
        raise ImproperlyConfigured(f"{name} cannot be read: {error.strerror}.") from None


def choice(name: str, default: str, choices: Sequence[str]) -> str:
    """Return one of `choices`; upper and lower case are the same."""
    value = text(name, default)
    for known in choices:
        if known.lower() == value.lower():
            return known
    raise ImproperlyConfigured(f"{name} must be {' or '.join(choices)}, not {value!r}.")


def boolean(name: str, default: bool) -> bool:
    """Return True or False from 1/0, true/false, yes/no, on/off."""
    value = text(name, "").lower()
    if not value:
        return default
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def integer(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """Return a whole number from `least` to `most`."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None
    if number < least or (most is not None and number > most):
        bounds = f"at least {least}" if most is None else f"from {least} to {most}"
        raise ImproperlyConfigured(f"{name} must be {bounds}, not {number}.")
    return number


def days(name: str, default: int, *, least: int = 1) -> int:
    """Return a number of days, at most a hundred years."""
    return integer(name, default, least=least, most=36_500)


def listing(name: str, default: Sequence[str] | None = ()) -> list[str]:
    """Return a list from comma-separated text. With None as default it must not be empty."""
    value = text(name, None if default is None else ",".join(default))
    items = [item.strip() for item in value.split(",") if item.strip()]
    if default is None and not items:
        raise ImproperlyConfigured(f"{name} must be set.")
    return items


def networks(name: str, default: Sequence[str] = ()) -> list[str]:
    """Return a list of networks such as 10.0.0.0/8, as text."""
    found = listing(name, default)
    for network in found:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {error}.") from None
    return found


def url(name: str, default: str | None, *, schemes: Sequence[str]) -> str:
    """Return a URL whose scheme is one of `schemes`."""
    value = text(name, default)
    if value and value.partition("://")[0] not in schemes:
        raise ImproperlyConfigured(
            f"{name} must start with {' or '.join(s + '://' for s in schemes)}."
        )
    return value


def url_of_first(hosts: Sequence[str]) -> str | None:
    """Return the URL of the site by its first host name, or None where that is a pattern."""
    name = hosts[0]
    return None if name.startswith((".", "*")) else f"https://{name}"


def database(address: str, *, lock_timeout: int, prepares: bool) -> dict[str, Any]:
    """Return the settings of the database. `lock_timeout` is in seconds, 0 for none.

    A statement may take three times as long. `prepares` is off for poolers that lose prepared
    statements.
    """
    session = {
        "lock_timeout": f"{lock_timeout}s",
        "statement_timeout": f"{3 * lock_timeout}s",
        # The locks of a client that was disconnected during a transaction are released at last.
        "idle_in_transaction_session_timeout": f"{6 * lock_timeout or 600}s",
        # Prepared statements (core.database.rows) select a few rows by key, whatever the values:
        # they are planned once.
        "plan_cache_mode": "force_generic_plan",
    }
    found: dict[str, Any] = dict(
        dj_database_url.parse(
            address, engine="core.database", conn_max_age=None, conn_health_checks=True
        )
    )
    found["OPTIONS"] = {
        # Options in the address take precedence.
        "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
        **found.get("OPTIONS", {}),
        # The statements of every purchase (core.database.rows) are prepared when first used.
        "prepare_threshold": 0 if prepares else None,
        "application_name": "concert",
        "connect_timeout": 5,
        "tcp_user_timeout": 15_000,  # Milliseconds until a lost connection is closed.
    }
    return found


def smtp_settings(address: str) -> dict[str, object]:
    """Return the EMAIL_* settings: `smtp+tls` means STARTTLS, `smtps` TLS from the start."""
    parts = urlsplit(address)
    try:
        port = parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme]
    except ValueError:
        raise ImproperlyConfigured("EMAIL_URL must have a port from 1 to 65535.") from None
    if not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must name a mail server.")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }


def broker_url(redis_url: str) -> str:
    """Return REDIS_URL as Celery expects it, which spells Unix sockets differently."""
    if not redis_url.startswith("unix://"):
        return redis_url
    return redis_url.replace("unix:", "redis+socket:", 1).replace("db=", "virtual_host=")


def local_secret(folder: Path) -> str:
    """Return the secret key of this checkout; create it if needed. Safe to run concurrently."""
    path = folder / "secret-key"
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        _write_new(path)
    return path.read_text().strip()


def _write_new(path: Path) -> None:
    # Written to another file and linked, so that no reader sees an incomplete key.
    draft = path.with_name(f".secret-key.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(get_random_secret_key())
    try:
        os.link(draft, path)
    finally:
        draft.unlink()
