"""The checkout of a sale at the counter or by phone: customer, concessions, payment, tickets."""

from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.memberships import find_member
from accounts.models import User
from accounts.requests import user_of
from bookings.documents import ticket_pdf
from bookings.exceptions import AlreadyExtended, HoldLapsed, QuoteChanged
from bookings.models import Hold, Order
from bookings.sale.concession_rules import is_over
from bookings.sale.concessions import choose_concessions
from bookings.sale.customers import StaffCustomer
from bookings.sale.holds import extend_hold
from bookings.sale.quotes import Quote, quote_hold
from bookings.sale.release import release_hold
from bookings.sale.reservations import reserve_order
from bookings.staff_operations.comps import issue_held_comps
from bookings.staff_operations.counter_payments import take_payment
from bookings.staff_operations.counter_sales import default_name, is_counter_sale, order_sale
from core.admin.confirmation import actor_of
from core.exceptions import Refused
from core.money import money
from core.primary_keys import parse_key
from organisation.models import Channel
from payments.exceptions import PaymentError
from shows.models import Performance
from shows.terms import terms_of

from .forms import CheckoutForm, Payment
from .selecting import PERMISSION, sell_url

CONCESSION = "concession-"


def checkout_page(
    model_admin: admin.ModelAdmin, request: HttpRequest, performance: Performance, token: str
) -> HttpResponse:
    """Show the sale with its total; POST changes it, cancels it, or takes the payment."""
    hold = _hold(request, performance, token)
    with timezone.override(performance.venue.zone):
        order = Order.objects.filter(hold=hold).first()
        if order is not None and (order.is_confirmed or order.is_reserved):
            return _done(model_admin, request, performance, order)
        if request.method != "POST":
            return _show(model_admin, request, performance, hold)
        return _act(model_admin, request, performance, hold)


def tickets_pdf(request: HttpRequest, performance: Performance, token: str) -> HttpResponse:
    """Return the tickets of a sale as a PDF to print."""
    hold = _hold(request, performance, token)
    order = Order.objects.confirmed().filter(hold=hold).first()
    tickets = list(order.tickets.valid().order_by("place_id", "pk")) if order else []
    if order is None or not tickets:
        raise Http404
    pdf = ticket_pdf.tickets_pdf(order=order, tickets=tickets)
    headers = {"Content-Disposition": f'inline; filename="{ticket_pdf.file_name(order)}"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _hold(request: HttpRequest, performance: Performance, token: str) -> Hold:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    hold = Hold.objects.filter(performance=performance, token=token).first()
    if hold is None or not is_counter_sale(hold):
        raise Http404
    return hold


def _act(
    model_admin: Any, request: HttpRequest, performance: Performance, hold: Hold
) -> HttpResponse:
    actor, action = actor_of(request), request.POST.get("action", "")
    if action == "cancel":
        release_hold(hold=hold, actor=actor)
        messages.success(request, _("Sale cancelled. The seats have been released."))
        return redirect(sell_url(performance.pk))
    try:
        if action == "extend":
            extend_hold(hold=hold, actor=actor)
        hold = choose_concessions(hold=hold, chosen=_concessions(request))
        if action != "sell":
            return _show(model_admin, request, performance, hold, typed=True)
        quote = quote_hold(hold, _member(request, performance))
    except HoldLapsed as refusal:
        messages.error(request, str(refusal))
        return redirect(sell_url(performance.pk))
    except AlreadyExtended as refusal:
        messages.warning(request, str(refusal))
        return _show(model_admin, request, performance, hold, typed=True)
    form = CheckoutForm(
        request.POST,
        performance=performance,
        total=quote.total,
        places=[line.place for line in quote.lines],
    )
    if not form.is_valid():
        return _show(model_admin, request, performance, hold, form=form, status=422)
    return _sell(model_admin, request, performance, hold, quote, form)


def _sell(
    model_admin: Any,
    request: HttpRequest,
    performance: Performance,
    hold: Hold,
    quote: Quote,
    form: CheckoutForm,
) -> HttpResponse:
    status = 503
    try:
        order = _order(request, hold, form)
    except QuoteChanged:
        form.add_error(None, _("The total has changed. Check it before you take the payment."))
        status = 409
    except Refused as refusal:
        form.add_error(None, str(refusal))
        status = refusal.status
    except PaymentError:
        form.add_error(None, _("The sale could not be completed. Please try again."))
    else:
        return _finish(request, performance, hold, order, form)
    return _show(model_admin, request, performance, hold, form=form, status=status)


def _order(request: HttpRequest, hold: Hold, form: CheckoutForm) -> Order:
    """Place the order and take, or ask for, its payment."""
    data, staff = form.cleaned_data, user_of(request)
    customer = {name: data[name] for name in ("name", "email", "language")}
    method = data["method"]
    if method == Payment.FREE:
        customer["name"] = customer["name"] or default_name(customer["language"])
        return issue_held_comps(
            hold=hold,
            actor=actor_of(request),
            reason=data["reason"],
            details=form.answers.details(),
            **customer,
        )
    order = order_sale(
        hold=hold,
        quote_token=data["quote"],
        customer=StaffCustomer(
            visitor=hold.visitor,
            user=data["member"],
            channel=Channel(hold.channel),
            staff=staff,
        ),
        details=form.answers.details(),
        invoice_details=form.invoice_details(),
        **customer,
    )
    if order.is_confirmed:
        return order
    if method in (Payment.CASH, Payment.TERMINAL):
        return take_payment(order=order, method=method, staff=staff)
    return reserve_order(
        order=order,
        payable_until=form.payable_until(),
        actor=actor_of(request),
        by_link=method == Payment.LINK,
    )


def _finish(
    request: HttpRequest, performance: Performance, hold: Hold, order: Order, form: CheckoutForm
) -> HttpResponse:
    if not (order.is_confirmed or order.is_reserved):
        messages.error(
            request,
            _(
                "The reservation had expired and the seats were sold. Give the money back: the "
                "refund is waiting at your till."
            ),
        )
        return redirect(sell_url(performance.pk))
    change = form.change_due()
    if change is not None:
        text = _("Change: %(amount)s") % {"amount": money(change, order.currency)}
        messages.success(request, text)
    return redirect("admin:shows_performance_checkout", performance.pk, hold.token)


def _concessions(request: HttpRequest) -> dict[int, int | None]:
    chosen: dict[int, int | None] = {}
    for name, value in request.POST.items():
        place, text = name.removeprefix(CONCESSION), str(value)
        key = parse_key(place)
        if name != place and key is not None:
            chosen[key] = parse_key(text)
    return chosen


def _show(
    model_admin: Any,
    request: HttpRequest,
    performance: Performance,
    hold: Hold,
    *,
    form: CheckoutForm | None = None,
    typed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Show the checkout; with `typed`, with the posted values, which are not checked yet."""
    member = _member(request, performance)
    try:
        quote = quote_hold(hold, member)
    except HoldLapsed as refusal:
        messages.error(request, str(refusal))
        return redirect(sell_url(performance.pk))
    form = form or _unchecked_form(request, performance, quote, typed=typed)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": str(performance),
        "opts": model_admin.opts,
        "performance": performance,
        "hold": hold,
        "quote": quote,
        "lines": [
            (
                line,
                _choices(line, hold, performance, member),
                form.answers.ticket_fields(line.place),
            )
            for line in quote.lines
        ],
        "member": member,
        "is_unknown_member": typed and member is None and request.POST.get("member", "").strip(),
        "form": form,
        "suggestions": _round_amounts(quote.total),
        "focus": _focused(request) if typed else None,
    }
    request.current_app = model_admin.admin_site.name
    return render(request, "admin/bookings/checkout.html", context, status=status)


def _unchecked_form(
    request: HttpRequest, performance: Performance, quote: Quote, *, typed: bool
) -> CheckoutForm:
    """Return the form: empty or, with `typed`, with the posted values."""
    form = CheckoutForm(
        None,
        performance=performance,
        total=quote.total,
        places=[line.place for line in quote.lines],
        initial=request.POST.dict() if typed else {},
    )
    if typed:
        for name in form.invoice.fields:
            form.invoice.initial[name] = request.POST.get(form.invoice.add_prefix(name), "")
    return form


def _member(request: HttpRequest, performance: Performance) -> User | None:
    """Return the member whose number was entered, if the membership is valid today."""
    today = timezone.now().astimezone(performance.venue.zone).date()
    return find_member(request.POST.get("member", "")[:40], today)


def _focused(request: HttpRequest) -> int | None:
    """Return the place whose concession was changed, which keeps the focus."""
    return parse_key(request.POST.get("focus", "").removeprefix(CONCESSION))


def _choices(
    line: Any, hold: Hold, performance: Performance, member: User | None
) -> list[tuple[str, str, bool]]:
    """Return (value, text with the price, whether it is chosen) for the concessions of a place."""
    terms = terms_of(performance.pk)
    category = terms.categories_by_name[line.category].id
    now = timezone.now()
    offered = [(None, _("Full price"))] + [
        (term.id, term.name)
        for term in terms.concessions.values()
        if (member is not None or not term.members_only) and not is_over(term, now)
    ]
    return [
        (
            str(pk or ""),
            f"{name}, {money(terms.price_of(category, pk, hold.channel)[0], terms.currency)}",
            pk == (line.concession_id or line.refused_id),
        )
        for pk, name in offered
    ]


def _round_amounts(total: Decimal) -> list[Decimal]:
    """Return what customers are likely to hand over: the total rounded up to notes."""
    notes = map(Decimal, (1, 5, 10, 20, 50, 100))
    rounded = {(total / note).to_integral_value(ROUND_CEILING) * note for note in notes}
    return sorted(rounded)[:4]


def _done(
    model_admin: Any, request: HttpRequest, performance: Performance, order: Order
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": str(performance),
        "opts": model_admin.opts,
        "performance": performance,
        "order": order,
        "token": order.hold.token,
        "tickets": list(order.tickets.valid().order_by("place_id", "pk")),
    }
    request.current_app = model_admin.admin_site.name
    return render(request, "admin/bookings/sold.html", context)
