"""EMAIL_URL, such as `smtp+tls://user:password@mail.example:587`, as Django's settings."""

from urllib.parse import unquote, urlsplit


def smtp_settings(address):
    """Return the EMAIL_* settings: `smtp+tls` upgrades by STARTTLS, `smtps` starts with TLS."""
    parts = urlsplit(address)
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }
