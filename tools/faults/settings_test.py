"""The settings of the fault tests: static files need not be collected."""

from concert import settings_test
from tools.faults.settings import *  # noqa: F403
from tools.faults.settings import STORAGES

STORAGES["staticfiles"] = settings_test.STORAGES["staticfiles"]
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
