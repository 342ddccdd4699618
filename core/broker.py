"""The URL of Celery's broker."""


def broker_url(redis_url: str) -> str:
    """Return REDIS_URL as Celery expects it, which spells Unix sockets differently."""
    if not redis_url.startswith("unix://"):
        return redis_url
    return redis_url.replace("unix:", "redis+socket:", 1).replace("db=", "virtual_host=")
