"""Pages to ask for an e-mail before one's turn, and to confirm its address. Never cached."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.limits import may_send_email
from core.same_origin import same_origin_post
from core.visitors import visitor_of

from .. import turn_alerts
from ..cookies import delete_alert_cookie, set_alert_cookie
from ..exceptions import InvalidQueueToken, TooManyAlerts
from ..forms import AlertForm
from .own import queue_token, render_place, to_place, to_queue, user_or_none


@never_cache
@same_origin_post
@require_POST
def choose_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an e-mail before one's turn (`wants=yes`), or for none any more."""
    try:
        token = queue_token(request, pk)
    except InvalidQueueToken:
        token = None
    visitor = visitor_of(request)
    if token is None or visitor is None:
        return to_queue(pk)
    if request.POST.get("wants") != "yes":
        turn_alerts.cancel_alert(performance_id=pk, visitor=visitor)
        messages.success(request, _("We won't e-mail you, and have deleted your address."))
        return delete_alert_cookie(to_place(pk), pk)
    form = AlertForm(request.POST)
    if not form.is_valid():
        return render_place(request, pk, token, alert_form=form, status=422)
    user, email = user_or_none(request), form.cleaned_data["email"]
    is_own = user is not None and user.email == email
    if not is_own and not may_send_email(request, email, "queue_alert"):
        form.add_error("email", str(TooManyAlerts()))
        return render_place(request, pk, token, alert_form=form, status=TooManyAlerts.status)
    turn_alerts.request_alert(
        token=token, visitor=visitor, email=email, language=get_language() or "en", user=user
    )
    return set_alert_cookie(to_place(pk), request, pk)


@never_cache
@same_origin_post
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_alert(request: HttpRequest, pk: int, link: str) -> HttpResponse:
    """Show what the link confirms; POST confirms it. Mailboxes open links to scan them."""
    try:
        alert = turn_alerts.alert_of_link(link, performance_id=pk)
    except InvalidQueueToken:
        return render(request, "waitingroom/alert_confirm.html", status=404)
    if request.method == "POST":
        turn_alerts.confirm_alert(alert)
        alert.refresh_from_db()
    context = {"alert": alert, "performance": alert.room.performance}
    return render(request, "waitingroom/alert_confirm.html", context)
