"""Pages of one visitor: join, see the progress, enter the sale, leave. Never cached."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User
from core.annotations import HtmxRequest
from core.exceptions import Refused
from core.same_origin import same_origin_post
from core.visitors import new_visitor, set_visitor_cookie, visitor_of
from shows.terms import terms_of

from .. import joining, limits, passes, turn_alerts
from ..cookies import ALERT_COOKIE, COOKIE, delete_alert_cookie, delete_queue_cookie
from ..entry import enter as exchange_token
from ..exceptions import InvalidQueueToken, NotYourTurn, SaleFull, WrongCode
from ..forms import AlertForm
from ..models import Pass, TurnAlert
from ..progress import progress_of
from ..querysets import ADMISSION_VALID_FOR
from ..queue_tokens import MAX_AGE, QueueToken, read_token, sign_token
from ..returns import ended_turn
from ..rooms import cached_room
from ..sessions import remember_session, session_of
from .public import room_context


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
        token = queue_token(request, pk)
    except InvalidQueueToken:
        token = None
    try:
        limits.check_automation(request.POST)
        if code:
            limits.check_codes(request, cached.room)
        if token is None or joining.turn_of(token, visitor, cached):
            limits.count_join(request, cached)
        token = joining.join(
            performance_id=pk, visitor=visitor, user=user_or_none(request), code=code, token=token
        )
    except Refused as error:
        if isinstance(error, WrongCode):
            limits.count_wrong_code(request, cached.room)
        context = room_context(pk) | {"refusal": error, "code": code}
        response = render(request, "waitingroom/queue.html", context, status=error.status)
        return set_visitor_cookie(response, request, visitor)
    return _remember(to_place(pk), request, visitor, token)


@never_cache
@require_safe
def own_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the visitor's position and progress."""
    try:
        token = queue_token(request, pk)
    except InvalidQueueToken as error:
        messages.warning(request, str(error))
        return delete_queue_cookie(to_queue(pk), pk)
    return to_queue(pk) if token is None else render_place(request, pk, token)


def render_place(
    request: HttpRequest,
    pk: int,
    token: QueueToken,
    *,
    alert_form: AlertForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the visitor's progress, or that their turn has ended; or redirect to the sale."""
    context = room_context(pk)
    visitor = visitor_of(request) or ""
    given = Pass.objects.of(pk, visitor).first()
    if given and given.is_of(token) and given.expires_at > context["now"]:
        return remember_session(_to_sale(pk), request, pk)
    cached = cached_room(pk)
    if cached and (turn := ended_turn(token, given, cached)):
        return render(request, "waitingroom/ended.html", context | {"turn": turn})
    user = user_or_none(request)
    context |= {
        "token": token,
        "progress": progress_of(token, context["queue_status"], context["room"]),
        "minutes_kept": int(ADMISSION_VALID_FOR.total_seconds() // 60),
        "alert_form": alert_form or AlertForm(initial={"email": user.email if user else ""}),
        "alert": TurnAlert.objects.of(pk, visitor).first()
        if ALERT_COOKIE in request.COOKIES
        else None,
    }
    return render(request, "waitingroom/place.html", context, status=status)


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
        token = queue_token(request, pk)
    except InvalidQueueToken as error:
        messages.warning(request, str(error))
        response = to_queue(pk)
        delete_queue_cookie(response, pk)
        return response
    if token is None:
        return to_queue(pk)
    try:
        exchange_token(token=token, visitor=visitor_of(request) or "", user=user_or_none(request))
    except NotYourTurn:
        return to_place(pk)
    except InvalidQueueToken:
        # The page says why, and how to return. Its script opens any URL but its own.
        response = to_place(pk)
        response["Location"] += "?ended"
        return response
    except SaleFull as error:
        if not _wants_json(request):
            messages.info(request, str(error))
        return to_place(pk)
    except Refused as error:
        messages.warning(request, str(error))
        return to_queue(pk)
    response = _to_sale(pk)
    remember_session(response, request, pk)
    return response


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


@never_cache
@same_origin_post
@require_POST
def extend(request: HtmxRequest, pk: int) -> HttpResponse:
    """Extend the visitor's time to buy, and return to the page with the button."""
    visitor = visitor_of(request) or ""
    refusal = None
    try:
        passes.extend(performance_id=pk, visitor=visitor)
    except Refused as error:
        refusal = error
    if not request.htmx:
        if refusal:
            messages.warning(request, str(refusal))
        return HttpResponseRedirect(_page_before(request, pk), status=303)
    session = session_of(performance_id=pk, visitor=visitor)
    if session is None:
        return HttpResponseClientRedirect(reverse("waitingroom:queue", args=[pk]))
    context = {
        "session": session,
        "zone": terms_of(pk).zone,
        "is_basket": request.POST.get("basket") == "1",
    }
    return render(request, "waitingroom/_extended.html", context)


def _page_before(request: HttpRequest, pk: int) -> str:
    """Return the page of this site that the button is on, or the performance's."""
    url = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours else reverse("bookings:performance", args=[pk])


@never_cache
@same_origin_post
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the queue and end the visitor's pass, so that the next one is admitted."""
    visitor = visitor_of(request)
    if visitor:
        passes.end_pass(performance_id=pk, visitor=visitor)
        if ALERT_COOKIE in request.COOKIES:
            turn_alerts.cancel_alert(performance_id=pk, visitor=visitor)
    messages.info(request, _("You have left the queue."))
    return delete_alert_cookie(delete_queue_cookie(to_queue(pk), pk), pk)


def user_or_none(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


def queue_token(request: HttpRequest, pk: int) -> QueueToken | None:
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


def to_queue(pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("waitingroom:queue", args=[pk]), status=303)


def to_place(pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("waitingroom:place", args=[pk]), status=303)


def _to_sale(pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("bookings:performance", args=[pk]), status=303)
