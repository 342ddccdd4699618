"""The languages that the organisation offers, and its own for visitors who ask for none of them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.headers import GetResponse

from .current import current_organisation

HEADER = "HTTP_ACCEPT_LANGUAGE"


def offered_languages() -> list[tuple[str, str]]:
    """Return code and name of the languages that customers can choose. Costs no query."""
    organisation = current_organisation()
    chosen = {*organisation.languages, organisation.language}
    return [
        (code, str(name))
        for code, name in settings.LANGUAGES
        if not organisation.languages or code in chosen
    ]


def site_language(get_response: GetResponse) -> GetResponse:
    """Middleware: let the request ask only for languages that are offered, the default one last.

    It comes before whatever finds out the language of the request: cached pages have one as well.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        organisation = current_organisation()
        if organisation.languages:
            _ask_only_for(request, dict(offered_languages()))
        if organisation.language != settings.LANGUAGE_CODE:
            accepted = request.META.get(HEADER, "").strip()
            # Django ends its search at "*", which asks for nothing.
            others = "" if accepted in ("", "*") else f"{accepted},"
            request.META[HEADER] = f"{others}{organisation.language};q=0.001"
        return get_response(request)

    return middleware


def _ask_only_for(request: HttpRequest, offered: dict[str, str]) -> None:
    """Remove languages of the site that are not offered from the cookie and the header."""
    if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) not in offered:
        request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
    hidden = {code for code, _name in settings.LANGUAGES} - set(offered)
    wanted = request.META.get(HEADER, "").split(",")
    codes = [part.partition(";")[0].strip().lower() for part in wanted]
    request.META[HEADER] = ",".join(
        part
        for part, code in zip(wanted, codes, strict=True)
        if code not in hidden and code.partition("-")[0] not in hidden
    )
