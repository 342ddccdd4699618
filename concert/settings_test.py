"""Settings for the tests: faster passwords, storages in memory, longer time limits for Redis."""

from concert.settings import *  # noqa: F403
from concert.settings import CACHES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "emails": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "exports": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# On a busy machine Redis may be slow, which must not count as an outage. Tests of outages use the
# timeouts of production (`core.testing.redis_outages`).
CACHES = {"default": {**CACHES["default"], "OPTIONS": {"socket_timeout": 60}}}
# Static files are served without collecting them.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
