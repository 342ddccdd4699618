"""One visitor's own place: joining, looking, going in, leaving. Never kept by any cache."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.same_origin import same_origin_post
from core.visitors import new_visitor, set_visitor_cookie, visitor_of

from .. import limits, passes
from ..cookies import COOKIE, forget_place
from ..entry import enter
from ..exceptions import BadPlace, NotYourTurn, Refused, RoomFull, WrongCode
from ..joining import join as take_place
from ..models import Pass
from ..progress import progress_of
from ..queue_tokens import LONGEST, read_token, sign_token
from ..rooms import room_of
from .context import room_context


@never_cache
@same_origin_post
@require_POST
def join(request, pk):
    """Take a place, or keep the one that is had, and lead to it."""
    visitor = visitor_of(request) or new_visitor()
    kept = room_of(pk)
    if kept is None:
        raise Http404
    code = request.POST.get("code", "")[:80]
    try:
        place = _place(request, pk)
    except BadPlace:
        place = None
    try:
        limits.check_hand(request.POST)
        if code:
            limits.check_codes(request, kept.room)
        if place is None:
            limits.count_joining(request, kept)
        place = take_place(
            performance_id=pk, visitor=visitor, user=_user(request), code=code, place=place
        )
    except Refused as refusal:
        if isinstance(refusal, WrongCode):
            limits.count_wrong_code(request, kept.room)
        context = room_context(pk) | {"refusal": refusal, "code": code}
        response = render(request, "waitingroom/queue.html", context, status=refusal.status)
        return set_visitor_cookie(response, request, visitor)
    return _remember(_to_place(pk), request, visitor, place)


@never_cache
@require_safe
def own_place(request, pk):
    """Show the visitor's own place and how it moves on."""
    context = room_context(pk)
    try:
        place = _place(request, pk)
    except BadPlace as refusal:
        messages.warning(request, str(refusal))
        return forget_place(_to_queue(pk), pk)
    if place is None:
        return _to_queue(pk)
    mine = Pass.objects.of(pk, visitor_of(request)).first()
    if mine and mine.number == place.number and mine.lane_id == place.lane_id:
        if mine.expires_at > context["now"]:
            return _to_sale(pk)
        messages.info(request, _("Your time in the sale is over. You can join the queue again."))
        return forget_place(_to_queue(pk), pk)
    context |= {"place": place, "progress": progress_of(place, context["mark"], context["room"])}
    return render(request, "waitingroom/place.html", context)


@never_cache
@same_origin_post
@require_POST
def go_in(request, pk):
    """Go into the sale, if it is the visitor's turn and there is room; else wait on.

    `queue.js` asks for JSON, `{"to": address}`, so that a page that has to wait on stays as it is.
    """
    response = _let_in(request, pk)
    if not _asks_for_json(request):
        return response
    told = JsonResponse({"to": response.url})
    told.cookies = response.cookies
    return told


def _let_in(request, pk):
    try:
        place = _place(request, pk)
        if place is None:
            return _to_queue(pk)
        enter(place=place, visitor=visitor_of(request), user=_user(request))
    except NotYourTurn:
        return _to_place(pk)
    except RoomFull as refusal:
        if not _asks_for_json(request):
            messages.info(request, str(refusal))
        return _to_place(pk)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        response = _to_queue(pk)
        return forget_place(response, pk) if isinstance(refusal, BadPlace) else response
    return _to_sale(pk)


def _asks_for_json(request):
    return request.headers.get("Accept") == "application/json"


@never_cache
@same_origin_post
@require_POST
def leave(request, pk):
    """Give up the place, and the pass if there is one: somebody else is let in for it."""
    visitor = visitor_of(request)
    if visitor:
        passes.give_back(performance_id=pk, visitor=visitor)
    messages.info(request, _("You have left the queue. Thank you for making room."))
    return forget_place(_to_queue(pk), pk)


def _user(request):
    return request.user if request.user.is_authenticated else None


def _place(request, pk):
    token = request.COOKIES.get(COOKIE)
    return read_token(token, performance_id=pk, visitor=visitor_of(request))


def _remember(response, request, visitor, place):
    response.set_cookie(
        COOKIE,
        sign_token(place),
        max_age=LONGEST,
        path=reverse("waitingroom:queue", args=[place.performance_id]),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return set_visitor_cookie(response, request, visitor)


def _to_queue(pk):
    return HttpResponseRedirect(reverse("waitingroom:queue", args=[pk]), status=303)


def _to_place(pk):
    return HttpResponseRedirect(reverse("waitingroom:place", args=[pk]), status=303)


def _to_sale(pk):
    return HttpResponseRedirect(reverse("bookings:performance", args=[pk]), status=303)
