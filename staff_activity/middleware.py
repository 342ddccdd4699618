"""Which requests are written down: those of staff, where staff work."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from core.client_address import client_address

from .actor import acting_as, not_recorded
from .sign_ins import readable

# Pages of accounts as well: staff change their own passwords there. On other pages nobody is asked
# who they are, because they may be everybody's.
STAFF_PAGES = ("/admin/", "/door/", "/accounts/")


def trail(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Stands within `api.middleware`, which knows who calls."""

    def middleware(request):
        user = _staff(request)
        if user is None:
            with not_recorded():
                return get_response(request)
        with acting_as(user, readable(client_address(request))):
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
