"""The button that follows a show or an artist, and the list of what an account follows."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

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


def for_accounts(view):
    """Lead strangers to the log-in and then to this page; a fragment leads the whole page there."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        onwards = redirect_to_login(request.path)
        return HttpResponseClientRedirect(onwards.url) if request.htmx else onwards

    return guarded


@never_cache
@for_accounts
@require_http_methods(["GET", "HEAD", "POST"])
def follow_show(request, slug):
    return _follow(request, get_object_or_404(Show.objects.published(), slug=slug))


@never_cache
@for_accounts
@require_http_methods(["GET", "HEAD", "POST"])
def follow_artist(request, slug):
    artists = Artist.objects.filter(shows__is_published=True).distinct()
    return _follow(request, get_object_or_404(artists, slug=slug))


@never_cache
@login_required
@require_safe
def follows(request):
    """What the account follows, and what comes of it."""
    performances = performances_followed_by(request.user).with_price_range()
    context = {
        "follows": [
            {"choice": choice_of(each.show or each.artist, True), "since": each.created_at}
            for each in followed_by(request.user)
        ],
        "performances": performances[:DATES],
        "is_told": is_subscribed(request.user, ON_SALE),
    }
    return render(request, "shows/follows.html", context)


def choices_for(request, *things):
    """Return what the buttons of a page need: each thing, and whether the account follows it.

    A page that is the same for all visitors (`signed_in` is False) asks nothing and looks at no
    session.
    """
    followed = followed_among(request.user, things) if is_signed_in(request) else []
    return [choice_of(thing, thing in followed) for thing in things]


def choice_of(thing, is_followed):
    kind = "show" if isinstance(thing, Show) else "artist"
    return {"thing": thing, "name": str(thing), "kind": kind, "is_followed": is_followed}


def _follow(request, thing):
    """Follow the thing or leave it (POST), or ask whether to (GET, where a log-in leads)."""
    if request.method == "POST":
        is_followed = request.POST.get("wanted") == "yes"
        (follow if is_followed else unfollow)(user=request.user, thing=thing)
        if not request.htmx:
            to_list = request.POST.get("back") == "list"
            return redirect("shows:follows" if to_list else thing.get_absolute_url())
    else:
        is_followed = bool(followed_among(request.user, [thing]))
    context = {"choice": choice_of(thing, is_followed)}
    page = "shows/_follow.html" if request.htmx else "shows/follow.html"
    return render(request, page, context)
