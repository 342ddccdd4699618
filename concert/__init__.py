"""The project: settings, URLs, Celery, embedded servers."""
