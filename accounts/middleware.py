"""What happens around a request of somebody who is logged in. It costs visitors nothing."""

import logging
from datetime import timedelta

from django.db import DatabaseError
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from .models import User
from .second_factor import ONWARDS, missing_step

logger = logging.getLogger(__name__)

VISIT_EVERY = timedelta(minutes=15)

STAFF_PAGES = ("/admin/", "/door/")
STAFF_WAYS_OUT = {"/admin/logout/"}


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


def second_factor(get_response):
    """Open the pages of staff to those alone who have given what the house asks for.

    Whichever way they came in: the session is asked, not the page of the log-in. Logging out is
    open to all.
    """

    def middleware(request):
        path = request.path_info
        if not path.startswith(STAFF_PAGES) or path in STAFF_WAYS_OUT:
            return get_response(request)
        step = missing_step(request.user, lambda: request.session)
        if step is None:
            return get_response(request)
        # A page that was asked for can be come back to; what was sent has to be sent again.
        onwards = request.get_full_path() if request.method == "GET" else _area_of(path)
        request.session[ONWARDS] = _area_of(path) if request.htmx else onwards
        address = f"{reverse(step.value)}?{urlencode({'next': request.session[ONWARDS]})}"
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)

    return middleware


def _area_of(path):
    return next(area for area in STAFF_PAGES if path.startswith(area))


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
