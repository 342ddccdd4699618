"""The till: open it, take cash out and put it in, pay out refunds, count and close it."""

from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import user_of
from core.admin.confirmation import actor_of
from core.exceptions import Refused
from core.money import money
from payments.models import Refund
from payments.providers.counter import IN_PERSON
from payments.refunds import record_manual_refund

from ..models import TillSession
from .cash_up_pdf import cash_up_pdf
from .forms import CountForm, MoveCashForm, OpenTillForm
from .sessions import cash_in, close_till, move_cash, open_session_of, open_till
from .summary import summary_of

View = Callable[..., HttpResponse]
LATEST = 10
REFUNDS = 50


def _guarded(view: View, may: Callable[[Any], bool]) -> View:
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_staff or not may(user_of(request)):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def till_staff(view: View) -> View:
    """Require the permission to use a till; others get 404."""
    return _guarded(view, lambda user: user.has_perm("finance.use_tillsession"))


def till_readers(view: View) -> View:
    """Require the permission to use a till or to view all till sessions; others get 404."""
    return _guarded(
        view,
        lambda user: (
            user.has_perm("finance.use_tillsession") or user.has_perm("finance.view_tillsession")
        ),
    )


@till_staff
@require_http_methods(["GET", "HEAD", "POST"])
def till(request: HttpRequest) -> HttpResponse:
    """Show the user's open till, or the form to open one; POST opens it."""
    session = open_session_of(user_of(request))
    if session is not None:
        return (
            redirect(_next(request)) if request.method == "POST" else _till_page(request, session)
        )
    form = OpenTillForm(request.POST or None, initial=_last_till(request))
    if request.method == "POST" and form.is_valid():
        try:
            open_till(cashier=user_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error("till", str(refusal))
        else:
            messages.success(request, _("Your till is open."))
            return redirect(_next(request))
    latest = TillSession.objects.closed().of_cashier(user_of(request))[:LATEST]
    context = {"form": form, "latest": latest, "next": request.GET.get("next", "")}
    return render(request, "finance/till_open.html", context, status=422 if form.errors else 200)


@till_staff
@require_http_methods(["POST"])
def cash(request: HttpRequest) -> HttpResponse:
    """Record cash put into the till or taken out of it."""
    session = _open_session(request)
    form = MoveCashForm(request.POST, currency=session.currency)
    if form.is_valid():
        try:
            entry = move_cash(
                session=session,
                amount=form.signed_amount(),
                reason=form.cleaned_data["reason"],
                cashier=user_of(request),
            )
        except Refused as refusal:
            form.add_error("amount", str(refusal))
        else:
            amount = money(abs(entry.amount), entry.currency)
            messages.success(request, _("Recorded: %(amount)s") % {"amount": amount})
            return redirect("finance:till")
    return _till_page(request, session, form, 422)


@till_staff
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a refund was paid out; POST records it."""
    refunds = Refund.objects.select_related("payment")
    refund = get_object_or_404(refunds, pk=pk, payment__provider__in=IN_PERSON)
    session = _open_session(request)
    error, status = "", 200
    if request.method == "POST":
        try:
            record_manual_refund(refund, by=actor_of(request))
        except Refused as refusal:
            error, status = str(refusal), refusal.status
        else:
            amount = money(refund.amount, refund.payment.currency)
            messages.success(request, _("Paid out: %(amount)s") % {"amount": amount})
            return redirect("finance:till")
    context = {"refund": refund, "session": session, "error": error}
    return render(request, "finance/till_refund.html", context, status=status)


@till_staff
@require_http_methods(["GET", "HEAD", "POST"])
def count(request: HttpRequest) -> HttpResponse:
    """Count the cash. The first POST shows the difference, the second one closes the till."""
    session = _open_session(request)
    form: Any = CountForm(request.POST or None, currency=session.currency)
    context = {"session": session, "form": form}
    if request.method == "POST" and form.is_valid():
        counted = sum((value * n for value, n in form.count().items()), Decimal(0))
        expected = cash_in(session)
        shown = f"{counted}/{expected}"
        if form.cleaned_data["confirmed"] == shown and form.require_note(counted - expected):
            return _close(request, session, form)
        form.data = form.data.copy()
        form.data["confirmed"] = shown
        context |= {"counted": counted, "expected": expected, "difference": counted - expected}
    return render(request, "finance/till_count.html", context, status=422 if form.errors else 200)


@till_readers
@require_safe
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the cash-up of a closed session, to print."""
    session = _closed_session(request, pk)
    context = {"session": session, "summary": summary_of(session), "count": _count_of(session)}
    return render(request, "finance/till_session.html", context)


@till_readers
@require_safe
def session_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the cash-up of a closed session as a PDF."""
    session = _closed_session(request, pk)
    pdf = cash_up_pdf(session, summary_of(session), _count_of(session))
    headers = {"Content-Disposition": f'inline; filename="cash-up-{session.pk}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _till_page(
    request: HttpRequest, session: TillSession, form: MoveCashForm | None = None, status: int = 200
) -> HttpResponse:
    query = request.GET.get("q", "").strip().upper()
    waiting = Refund.objects.failed().select_related("payment").order_by("pk")
    waiting = waiting.filter(payment__provider__in=IN_PERSON, payment__currency=session.currency)
    if query:
        waiting = waiting.filter(payment__purpose__contains=query)
    context = {
        "session": session,
        "summary": summary_of(session),
        "form": form or MoveCashForm(currency=session.currency),
        "refunds": waiting[:REFUNDS],
        "query": query,
    }
    return render(request, "finance/till.html", context, status=status)


def _close(request: HttpRequest, session: TillSession, form: CountForm) -> HttpResponse:
    try:
        close_till(session=session, count=form.count(), note=form.cleaned_data["note"])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("finance:till")
    return redirect("finance:till_session", session.pk)


def _open_session(request: HttpRequest) -> TillSession:
    session = open_session_of(user_of(request))
    if session is None:
        raise Http404
    return session


def _closed_session(request: HttpRequest, pk: int) -> TillSession:
    sessions = TillSession.objects.closed()
    if not _may_view_all(request):
        sessions = sessions.of_cashier(user_of(request))
    return get_object_or_404(sessions, pk=pk)


def _may_view_all(request: HttpRequest) -> bool:
    return request.user.has_perm("finance.view_tillsession")


def _count_of(session: TillSession) -> list[tuple[Decimal, int, Decimal]]:
    """Return each coin or note with its number and sum, the largest first."""
    count = {Decimal(value): number for value, number in session.count.items()}
    return [(value, count[value], value * count[value]) for value in sorted(count, reverse=True)]


def _last_till(request: HttpRequest) -> dict[str, Any]:
    """Return the name, currency and float of the user's last till, or of anybody's."""
    mine = TillSession.objects.of_cashier(user_of(request)).first()
    last = mine or TillSession.objects.first()
    if last is None:
        return {"currency": "EUR"}
    initial = {"currency": last.currency, "opening_float": last.opening_float}
    return initial | ({"till": mine.till} if mine else {})


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    hosts = {request.get_host()}
    if target and url_has_allowed_host_and_scheme(target, hosts, require_https=request.is_secure()):
        return target
    return "finance:till"
