"""Middleware for signed-in accounts. Requests of other visitors cost nothing."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from core.headers import GetResponse
from organisation.current import current_organisation

from .requests import record_visit
from .second_factor import ONWARDS, required_step

STAFF_PAGES = ("/admin/", "/door/")
ALWAYS_ALLOWED = {"/admin/logout/"}


def last_visit(get_response: GetResponse) -> GetResponse:
    """Record visits of accounts. Uses only a user that the view has loaded: no further query."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        user = getattr(request, "_cached_user", None)
        if user is not None and user.is_authenticated:
            record_visit(user=user, now=timezone.now())
        return response

    return middleware


def staff_time_zone(get_response: GetResponse) -> GetResponse:
    """Show dates in the admin in the user's time zone, else in the organisation's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/admin/"):
            return get_response(request)
        with timezone.override(getattr(request.user, "zone", None) or current_organisation().zone):
            return get_response(request)

    return middleware


def second_factor(get_response: GetResponse) -> GetResponse:
    """Redirect staff without the required two-step verification away from staff pages.

    Checks the session, however they signed in. Signing out is always allowed.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if not path.startswith(STAFF_PAGES) or path in ALWAYS_ALLOWED:
            return get_response(request)
        step = required_step(request.user, lambda: request.session)
        if step is None:
            return get_response(request)
        # Afterwards the requested page is shown; a POST has to be repeated from its page.
        onwards = request.get_full_path() if request.method == "GET" else _area_of(path)
        request.session[ONWARDS] = _area_of(path) if request.htmx else onwards  # type: ignore[attr-defined]
        address = f"{reverse(step.value)}?{urlencode({'next': request.session[ONWARDS]})}"
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)

    return middleware


def _area_of(path: str) -> str:
    return next(area for area in STAFF_PAGES if path.startswith(area))
