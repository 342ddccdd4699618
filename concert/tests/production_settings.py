"""The settings of the environment, for tests: static files are not collected."""

from concert import settings_test
from concert.settings import *  # noqa: F403
from concert.settings import STORAGES

STORAGES["staticfiles"] = settings_test.STORAGES["staticfiles"]
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
