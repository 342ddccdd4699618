"""Where Celery finds its queue."""


def broker_url(redis_url):
    """Return REDIS_URL as Celery wants it: it has words of its own for a socket's databases."""
    if not redis_url.startswith("unix://"):
        return redis_url
    return redis_url.replace("unix:", "redis+socket:", 1).replace("db=", "virtual_host=")
