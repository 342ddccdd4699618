"""What happens around a request of somebody who is logged in. It costs visitors nothing."""

import logging
from datetime import timedelta

from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from .models import User

logger = logging.getLogger(__name__)

VISIT_EVERY = timedelta(minutes=15)


def last_visit(get_response):
    """Keep when an account was last here, to a quarter of an hour.

    Looks only at the user that the page has loaded anyway: no query of its own, and one UPDATE
    each quarter of an hour. A page never fails for it.
    """

    def middleware(request):
        response = get_response(request)
        user = getattr(request, "_cached_user", None)
        if user is not None and user.is_authenticated:
            _note_visit(user, timezone.now())
        return response

    return middleware


def staff_time_zone(get_response):
    """Show the dates of the admin in the time zone of whoever looks at them."""

    def middleware(request):
        if not request.path.startswith("/admin/"):
            return get_response(request)
        with timezone.override(getattr(request.user, "zone", None)):
            return get_response(request)

    return middleware


def _note_visit(user, now):
    due = now - VISIT_EVERY
    if user.last_visit_at and user.last_visit_at > due:
        return
    try:
        # Of several requests at once, one writes.
        User.objects.filter(Q(last_visit_at=None) | Q(last_visit_at__lte=due), pk=user.pk).update(
            last_visit_at=now
        )
    except DatabaseError:
        logger.warning("The last visit of account %s was not written.", user.pk, exc_info=True)
