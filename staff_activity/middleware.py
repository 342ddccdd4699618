"""Record the changes of requests by staff."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from core.client_address import client_address

from .actor import acting_as, not_recorded
from .sign_ins import valid_address

# `/accounts/` too: staff change their own passwords there. On other pages the user is not read,
# because they are shared by all visitors.
STAFF_PAGES = ("/admin/", "/door/", "/accounts/")


def record_staff_activity(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Record changes made by staff in this request.

    Must be placed after `api.middleware`, which identifies the caller.
    """

    def middleware(request):
        user = _staff(request)
        if user is None:
            with not_recorded():
                return get_response(request)
        with acting_as(user, valid_address(client_address(request))):
            return get_response(request)

    return middleware


def _staff(request):
    caller = getattr(request, "caller", None)
    if caller is not None:
        user = caller.user
    elif request.path_info.startswith(STAFF_PAGES):
        user = request.user
    else:
        return None
    return user if user is not None and user.is_authenticated and user.is_staff else None
