"""The Follow button of shows and artists, and the list of what an account follows."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.requests import user_of
from core.annotations import HtmxRequest
from core.context_processors import is_signed_in
from emails.consents import is_subscribed
from shows.follows import (
    ON_SALE,
    follow,
    followed_among,
    followed_by,
    performances_followed_by,
    unfollow,
)
from shows.models import Artist, Show

DATES = 12


def for_accounts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Redirect anonymous visitors to log in and back; for HTMX, the whole page."""

    @wraps(view)
    def guarded(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        login = redirect_to_login(request.path)
        return HttpResponseClientRedirect(login.url) if request.htmx else login

    return guarded


@never_cache
@for_accounts
@require_http_methods(["GET", "HEAD", "POST"])
def follow_show(request: HtmxRequest, slug: str) -> HttpResponse:
    return _follow(request, get_object_or_404(Show.objects.published(), slug=slug))


@never_cache
@for_accounts
@require_http_methods(["GET", "HEAD", "POST"])
def follow_artist(request: HtmxRequest, slug: str) -> HttpResponse:
    artists = Artist.objects.filter(shows__is_published=True).distinct()
    return _follow(request, get_object_or_404(artists, slug=slug))


@never_cache
@login_required
@require_safe
def follows(request: HtmxRequest) -> HttpResponse:
    """List what the account follows, with the upcoming performances."""
    performances = performances_followed_by(user_of(request)).with_price_range()
    context = {
        "follows": [
            {"choice": choice_of(target, True), "since": each.created_at}
            for each in followed_by(user_of(request))
            if (target := each.show or each.artist)
        ],
        "performances": performances[:DATES],
        "is_subscribed_to_alerts": is_subscribed(user_of(request), ON_SALE),
    }
    return render(request, "shows/follows.html", context)


def choices_for(request: HtmxRequest, *targets: Show | Artist) -> list[dict[str, Any]]:
    """Return the contexts of a page's Follow buttons: each target, and whether it is followed.

    On pages that are the same for all visitors it runs no query and reads no session.
    """
    followed = followed_among(user_of(request), targets) if is_signed_in(request) else []
    return [choice_of(target, target in followed) for target in targets]


def choice_of(target: Show | Artist, is_followed: bool) -> dict[str, Any]:
    """Return the context of one Follow button."""
    kind = "show" if isinstance(target, Show) else "artist"
    return {"target": target, "name": str(target), "kind": kind, "is_followed": is_followed}


def _follow(request: HtmxRequest, target: Show | Artist) -> HttpResponse:
    """Follow or unfollow (POST), or show the button alone (GET, after logging in)."""
    if request.method == "POST":
        is_followed = request.POST.get("wanted") == "yes"
        (follow if is_followed else unfollow)(user=user_of(request), target=target)
        if not request.htmx:
            to_list = request.POST.get("back") == "list"
            return redirect("shows:follows" if to_list else target.get_absolute_url())
    else:
        is_followed = bool(followed_among(user_of(request), [target]))
    context = {"choice": choice_of(target, is_followed)}
    page = "shows/_follow.html" if request.htmx else "shows/follow.html"
    return render(request, page, context)
