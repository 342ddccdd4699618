"""What every page may ask about who is looking at it."""

from django.conf import settings


def visitor(request):
    """`signed_in`, found out without opening a session for those who bring none.

    Pages for visitors who are not logged in are the same for everybody and are cached; touching the
    session would mark them as depending on the cookie.
    """
    return {
        "signed_in": settings.SESSION_COOKIE_NAME in request.COOKIES
        and request.user.is_authenticated
    }
