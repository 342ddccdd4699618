"""Record when accounts last visited, on the pages or by the API."""

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import Q

from .models import User

logger = logging.getLogger(__name__)

VISIT_EVERY = timedelta(minutes=15)


def record_visit(*, user: User, now: datetime) -> None:
    """Record a visit, to a quarter of an hour: at most one UPDATE in that time, else no query.

    Errors are logged; whatever the visit is for goes on.
    """
    due = now - VISIT_EVERY
    if user.last_visit_at and user.last_visit_at > due:
        return
    try:
        # Of concurrent requests, one updates.
        User.objects.filter(Q(last_visit_at=None) | Q(last_visit_at__lte=due), pk=user.pk).update(
            last_visit_at=now
        )
    except DatabaseError:
        logger.warning("The last visit of account %s was not recorded.", user.pk, exc_info=True)
