"""Pages of one visitor: join, see the progress, enter the sale, leave. Never cached."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from core.exceptions import Refused
from core.same_origin import same_origin_post
from core.visitors import new_visitor, set_visitor_cookie, visitor_of

from .. import joining, limits, passes
from ..cookies import COOKIE, forget_queue_token
from ..entry import enter as exchange_token
from ..exceptions import InvalidQueueToken, NotYourTurn, SaleFull, WrongCode
from ..models import Pass
from ..progress import progress_of
from ..queue_tokens import MAX_AGE, QueueToken, read_token, sign_token
from ..rooms import cached_room
from .context import room_context


@never_cache
@same_origin_post
@require_POST
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a queue token, or keep the visitor's, and redirect to their place."""
    visitor = visitor_of(request) or new_visitor()
    cached = cached_room(pk)
    if cached is None:
        raise Http404
    code = request.POST.get("code", "")[:80]
    try:
        token = _token(request, pk)
    except InvalidQueueToken:
        token = None
    try:
        limits.check_automation(request.POST)
        if code:
            limits.check_codes(request, cached.room)
        if token is None:
            limits.count_join(request, cached)
        token = joining.join(
            performance_id=pk, visitor=visitor, user=_user(request), code=code, token=token
        )
    except Refused as error:
        if isinstance(error, WrongCode):
            limits.count_wrong_code(request, cached.room)
        context = room_context(pk) | {"refusal": error, "code": code}
        response = render(request, "waitingroom/queue.html", context, status=error.status)
        return set_visitor_cookie(response, request, visitor)
    return _remember(_to_place(pk), request, visitor, token)


@never_cache
@require_safe
def own_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the visitor's position and progress."""
    context = room_context(pk)
    try:
        token = _token(request, pk)
    except InvalidQueueToken as error:
        messages.warning(request, str(error))
        return forget_queue_token(_to_queue(pk), pk)
    if token is None:
        return _to_queue(pk)
    visitor_pass = Pass.objects.of(pk, visitor_of(request) or "").first()
    if (
        visitor_pass
        and visitor_pass.number == token.number
        and visitor_pass.lane_id == token.lane_id
    ):
        if visitor_pass.expires_at > context["now"]:
            return _to_sale(pk)
        messages.info(request, _("Your time to buy has ended. You can join the queue again."))
        return forget_queue_token(_to_queue(pk), pk)
    progress = progress_of(token, context["queue_status"], context["room"])
    context |= {"token": token, "progress": progress}
    return render(request, "waitingroom/place.html", context)


@never_cache
@same_origin_post
@require_POST
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the sale if the visitor is admitted and there is capacity; else back to the queue.

    `queue.js` requests JSON, `{"to": URL}`, so that a page that has to wait stays as it is.
    """
    response = _enter(request, pk)
    if not _wants_json(request):
        return response
    answer = JsonResponse({"to": response.url})
    answer.cookies = response.cookies
    return answer


def _enter(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    try:
        token = _token(request, pk)
        if token is None:
            return _to_queue(pk)
        exchange_token(token=token, visitor=visitor_of(request) or "", user=_user(request))
    except NotYourTurn:
        return _to_place(pk)
    except SaleFull as error:
        if not _wants_json(request):
            messages.info(request, str(error))
        return _to_place(pk)
    except Refused as error:
        messages.warning(request, str(error))
        response = _to_queue(pk)
        if isinstance(error, InvalidQueueToken):
            forget_queue_token(response, pk)
        return response
    return _to_sale(pk)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


@never_cache
@same_origin_post
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the queue and end the visitor's pass, so that the next one is admitted."""
    visitor = visitor_of(request)
    if visitor:
        passes.end_pass(performance_id=pk, visitor=visitor)
    messages.info(request, _("You have left the queue."))
    return forget_queue_token(_to_queue(pk), pk)


def _user(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


def _token(request: HttpRequest, pk: int) -> QueueToken | None:
    text = request.COOKIES.get(COOKIE)
    return read_token(text, performance_id=pk, visitor=visitor_of(request))


def _remember(
    response: HttpResponse, request: HttpRequest, visitor: str, token: QueueToken
) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        sign_token(token),
        max_age=MAX_AGE,
        path=reverse("waitingroom:queue", args=[token.performance_id]),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return set_visitor_cookie(response, request, visitor)


def _to_queue(pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("waitingroom:queue", args=[pk]), status=303)


def _to_place(pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("waitingroom:place", args=[pk]), status=303)


def _to_sale(pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("bookings:performance", args=[pk]), status=303)
