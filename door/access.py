"""Access to the pages of the door."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from accounts.requests import user_of
from core.annotations import HtmxRequest
from shows.models import Performance

View = Callable[..., HttpResponse]

# How long after its start a performance is accessible: a device that was offline sends its scans
# later.
ACCESS_AFTER = timedelta(days=7)


def door_staff(view: View) -> View:
    """Require the permission to check in tickets; others get 404.

    A script whose session has expired gets 401: it would follow a redirect to the login page and
    take that page for the response. Staff who may not see orders have access to a performance only
    until `ACCESS_AFTER` its start.
    """

    @wraps(view)
    def guarded(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated and request.htmx:
            return HttpResponse(status=401)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not _may_check_in(request.user):
            raise Http404
        if "pk" in kwargs and not _has_access(kwargs["pk"], request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def door_device(view: View) -> View:
    """Like `door_staff`, for scripts that send scans: every response is JSON, none a redirect."""

    @wraps(view)
    def guarded(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"outcome": "signed_out"}, status=401)
        if not _may_check_in(request.user):
            return JsonResponse({"outcome": "forbidden"}, status=403)
        if "pk" in kwargs and not _has_access(kwargs["pk"], request.user):
            return JsonResponse({"outcome": "forbidden"}, status=403)
        return view(request, *args, **kwargs)

    return guarded


def _has_access(performance_id: int, user: User) -> bool:
    if user.has_perm("bookings.view_order"):
        return True
    # The view answers for performances that do not exist, with the id of the scan.
    over = Performance.objects.filter(starts_at__lte=timezone.now() - ACCESS_AFTER)
    return not over.filter(pk=performance_id).exists()


def may_sell(user: User) -> bool:
    """Return whether the user may sell at the door: those who may use a till."""
    return user.is_staff and user.has_perm("finance.use_tillsession")


def may_comp(user: User) -> bool:
    """Return whether the user may issue complimentary tickets."""
    return user.has_perm("bookings.change_order")


def get_performance(pk: int) -> Performance:
    """Return a performance that is or was on sale, with its show and venue, or raise `Http404`."""
    performances = Performance.objects.select_related("show", "venue")
    return get_object_or_404(performances, pk=pk, opened_at__isnull=False)


def counter_staff(view: View) -> View:
    """Like `door_staff`, for staff who may also sell."""

    @door_staff
    @wraps(view)
    def guarded(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_sell(user_of(request)):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _may_check_in(user: User) -> bool:
    return user.is_staff and user.has_perm("door.add_checkin")
