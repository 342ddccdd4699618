"""The production settings with breakpoints at COMMIT, and with shorter intervals of beat."""

from concert.settings import *  # noqa: F403
from concert.settings import CELERY_BEAT_SCHEDULE, DATABASES, VAR_DIR

DATABASES["default"]["ENGINE"] = "tools.faults.database"

FAST = {
    "settle-open-payments",
    "send-queued-emails",
    "render-due-emails",
    "send-refunds",
    "refund-cancelled-performances",
}
for _name in FAST:
    CELERY_BEAT_SCHEDULE[_name]["schedule"] = 2.0

EMAIL_RETRY_SECONDS = 2
# The system has its own folder, but the static files of the checkout.
STATIC_ROOT = VAR_DIR / "static"
