"""Settings for the tests: the same, made quick and quiet."""

from concert.settings import *  # noqa: F403
from concert.settings import CACHES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "emails": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "exports": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A busy machine is no Redis that is away: without it, there would be more to ask the database.
# The tests of one that is away ask for the patience of a house (`core.testing.redis_away`).
CACHES = {"default": {**CACHES["default"], "OPTIONS": {"socket_timeout": 60}}}
# Static files are found where they are written; none need to be collected first.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
