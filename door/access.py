"""Who may stand at the door."""

from datetime import timedelta
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from shows.models import Performance

# So long after its start a performance's names are still needed at the door: a device that was
# offline sends its scans later.
ACCESS_AFTER = timedelta(days=7)


def door_staff(view):
    """Let in those whose role may check tickets in. Others are told that there is no such page.

    A script whose session has ended gets a 401: it would follow a redirect to the log-in page, and
    take that page for its answer. Those who may not see orders see the names of one performance
    while it needs a door, not those of all that ever were.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated and request.htmx:
            return HttpResponse(status=401)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not _may_check_in(request.user):
            raise Http404
        if "pk" in kwargs and not _needs_door(kwargs["pk"], request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def door_device(view):
    """As `door_staff`, for scripts that send scans: every answer is JSON, and none a redirect."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return JsonResponse({"outcome": "signed_out"}, status=401)
        if not _may_check_in(request.user):
            return JsonResponse({"outcome": "forbidden"}, status=403)
        if "pk" in kwargs and not _needs_door(kwargs["pk"], request.user):
            return JsonResponse({"outcome": "forbidden"}, status=403)
        return view(request, *args, **kwargs)

    return guarded


def _needs_door(performance_id, user):
    if user.has_perm("bookings.view_order"):
        return True
    recent = Performance.objects.filter(starts_at__gt=timezone.now() - ACCESS_AFTER)
    return recent.filter(pk=performance_id).exists()


def may_sell(user):
    """Whether they may also sell at the door: those who may change orders."""
    return user.is_staff and user.has_perm("bookings.change_order")


def get_performance(pk):
    """Return a performance that is on sale or was, with its show and venue, or 404."""
    performances = Performance.objects.select_related("show", "venue")
    return get_object_or_404(performances, pk=pk, opened_at__isnull=False)


def counter_staff(view):
    """As `door_staff`, for those who may also take money."""

    @door_staff
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not may_sell(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _may_check_in(user):
    return user.is_staff and user.has_perm("door.add_checkin")
