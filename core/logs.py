"""The logging configuration."""

import logging
import re
from typing import Any

# Paths with a token, which opens a basket, ends a subscription or creates the first superuser.
TOKEN = re.compile(
    r"(?<![\w/])(/(?:basket|emails/unsubscribe|pay/demo|api/v1/holds|accounts/setup)/)[^/\s]+"
)


def hide_tokens(text: str) -> str:
    """Return the text with the tokens in paths replaced by an ellipsis."""
    return TOKEN.sub(r"\1…", text)


def hide_tokens_in(record: logging.LogRecord) -> bool:
    """Hide the tokens in the arguments of a log record: a filter that lets every record pass."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            hide_tokens(value) if isinstance(value, str) else value for value in record.args
        )
    return True


def logs_at(level: str) -> dict[str, Any]:
    """Return `LOGGING`: lines on the console, of this level or higher."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
        "filters": {
            "without_traceback": {
                "()": "django.utils.log.CallbackFilter",
                "callback": "ext://core.unavailable.without_traceback",
            },
            "without_tokens": {
                "()": "django.utils.log.CallbackFilter",
                "callback": "ext://core.logs.hide_tokens_in",
            },
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                # Otherwise each customer who is too late for a seat (409) would be a warning during
                # a rush.
                "level": level,
                "formatter": "line",
                "filters": ["without_traceback", "without_tokens"],
            }
        },
        # These would log two lines for each task, of which there is one every other second.
        "loggers": {
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            # Two lines for each call of the payment provider.
            "stripe": {"level": "WARNING"},
            # Twenty lines for each PDF, and three for each e-invoice.
            "fontTools": {"level": "WARNING"},
            "factur-x": {"level": "WARNING"},
            # A traceback for each request with another host, such as those of scanners.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
        },
        "root": {"handlers": ["console"], "level": level},
    }
