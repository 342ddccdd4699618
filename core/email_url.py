"""Convert EMAIL_URL, such as `smtp+tls://user:password@mail.example:587`, to Django settings."""

from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


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
