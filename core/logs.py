"""The logging configuration."""

from typing import Any


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
            }
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                # Django's loggers have levels of their own: during a rush, each customer who is too
                # late for a seat (409) would be a warning.
                "level": level,
                "formatter": "line",
                "filters": ["without_traceback"],
            }
        },
        # These would log two lines for each task, of which there is one every other second.
        "loggers": {
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            # Two lines for each call of the payment provider.
            "stripe": {"level": "WARNING"},
            # Twenty lines for each PDF.
            "fontTools": {"level": "WARNING"},
            # A traceback for each request with another host, such as those of scanners.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
        },
        "root": {"handlers": ["console"], "level": level},
    }
