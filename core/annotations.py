"""Types that annotations of several apps use."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails
    from django_stubs_ext import StrOrPromise as Text
else:
    Text = str  # Or a lazy translation.


class HtmxRequest(HttpRequest):
    """A request as it has passed `HtmxMiddleware`."""

    htmx: "HtmxDetails"
