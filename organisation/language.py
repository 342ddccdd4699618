"""The organisation's language, for visitors whose browser asks for no language of this site."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.headers import GetResponse

from .current import current_organisation

HEADER = "HTTP_ACCEPT_LANGUAGE"


def default_language(get_response: GetResponse) -> GetResponse:
    """Middleware: add the organisation's language to those accepted, as the least preferred.

    It comes before whatever finds out the language of the request: cached pages have one as well.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        language = current_organisation().language
        if language != settings.LANGUAGE_CODE:
            accepted = request.META.get(HEADER, "").strip()
            # Django ends its search at "*", which asks for nothing.
            others = "" if accepted in ("", "*") else f"{accepted},"
            request.META[HEADER] = f"{others}{language};q=0.001"
        return get_response(request)

    return middleware
