"""What is written to the logs, and from which level on."""


def logs_at(level):
    """Return Django's `LOGGING`: a line each, on the console, of this level or worse."""
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
                # Here too: Django's own loggers have levels of their own. In a rush, each customer
                # who comes too late for a seat (409) is a warning.
                "level": level,
                "formatter": "line",
                "filters": ["without_traceback"],
            }
        },
        # Two lines for each task, of which there is one every other second, would drown the rest.
        "loggers": {
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            # So would twenty lines for each ticket that is drawn.
            "fontTools": {"level": "WARNING"},
            # Whoever scans the internet asks for hosts that are not ours: a traceback each.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
        },
        "root": {"handlers": ["console"], "level": level},
    }
