"""A visitor's session in the sale, as its pages show it: the time left, and how to get more.

The pages of a performance are shared by all visitors. Admitted visitors have a cookie: with it the
page is rendered for them and shows the forms to buy. The cookie is only a hint; the pass decides.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core.visitors import visitor_of

from .models import Pass
from .rooms import cached_room

# Also in deploy/nginx/concert-http.conf.
COOKIE = "sale_session"
# Afterwards the page still says that the session has ended.
REMEMBERED_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Session:
    """The session of one visitor in one sale, at the moment `now` of the database."""

    performance_id: int
    created_at: datetime
    expires_at: datetime
    now: datetime
    is_extended: bool

    @property
    def is_valid(self) -> bool:
        return self.expires_at > self.now

    @property
    def is_short(self) -> bool:
        """Return whether less than two minutes are left."""
        return self.is_valid and self.expires_at - self.now < timedelta(minutes=2)


def session_of_page(request: HttpRequest, performance_id: int) -> Session | None:
    """Return the session for a page of the performance; no query without the cookie."""
    if COOKIE not in request.COOKIES:
        return None
    return session_of(performance_id=performance_id, visitor=visitor_of(request))


def session_of(*, performance_id: int, visitor: str | None) -> Session | None:
    """Return the visitor's session, valid or ended by time, or None while nobody has to queue.

    No query without a waiting room, one with one.
    """
    cached = cached_room(performance_id)
    if visitor is None or cached is None or not cached.is_active:
        return None
    found = Pass.objects.of(performance_id, visitor).annotate(now=Now()).first()
    if found is None or found.ended_early or found.expires_at < found.now - REMEMBERED_FOR:
        return None
    return Session(
        performance_id=performance_id,
        created_at=found.entered_at,
        expires_at=found.expires_at,
        now=found.now,
        is_extended=found.extended_at is not None,
    )


def remember_session(
    response: HttpResponse, request: HttpRequest, performance_id: int
) -> HttpResponse:
    """Set the cookie of a visitor who has a pass for a performance. No query."""
    cached = cached_room(performance_id)
    if cached is None or COOKIE in request.COOKIES:
        return response
    duration = timedelta(minutes=cached.room.pass_minutes) + 2 * REMEMBERED_FOR
    response.set_cookie(
        COOKIE,
        "1",
        max_age=int(duration.total_seconds()),
        path=reverse("bookings:performance", args=[performance_id]),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response
