"""Choose what to sell: seats on the map or from a list, standing places, the best available."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.requests import user_of
from bookings.models import Place
from bookings.sale.customers import StaffCustomer
from bookings.sale.quotes import place_label
from bookings.seatmap.staff_map import staff_map
from bookings.staff_operations.counter_sales import (
    CounterSelection,
    counter_visitor,
    hold_for_sale,
)
from core.exceptions import Refused
from core.primary_keys import parse_key, parse_keys
from organisation.models import Channel
from shows.models import Performance
from shows.terms import terms_of
from venues.drawing import drawing_of

from .forms import SellForm

# The session key of the channel of the clerk's last sale.
CHANNEL = "counter_channel"
PERMISSION = "bookings.change_order"
MAX_STANDING = 200


def sell_page(
    model_admin: admin.ModelAdmin, request: HttpRequest, performance: Performance
) -> HttpResponse:
    """Show what can be sold; POST holds what was chosen and leads to the checkout."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    if performance.opened_at is None:
        raise Http404
    with timezone.override(performance.venue.zone):
        usual = request.session.get(CHANNEL, Channel.COUNTER)
        data = request.POST if request.method == "POST" else None
        form = SellForm(data, terms=terms_of(performance.pk), channel=usual)
        if data is None or "show" in data or not form.is_valid():
            status = 422 if data is not None and form.errors else 200
            return _page(model_admin, request, performance, form, status)
        channel = request.session[CHANNEL] = form.chosen_channel(usual)
        customer = StaffCustomer(
            visitor=counter_visitor(form.cleaned_data["key"]),
            channel=Channel(channel),
            staff=user_of(request),
        )
        try:
            hold = hold_for_sale(
                performance_id=performance.pk,
                selection=_selection(request, form),
                customer=customer,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return _page(model_admin, request, performance, form, refusal.status)
    return redirect("admin:shows_performance_checkout", performance.pk, hold.token)


def sell_url(performance_id: int) -> str:
    return reverse("admin:shows_performance_sale", args=[performance_id])


def _selection(request: HttpRequest, form: SellForm) -> CounterSelection:
    data = form.cleaned_data
    places, standing = tuple(_chosen(request)), _standing(request)
    is_best = request.POST.get("action") == "best" or not (places or standing)
    return CounterSelection(
        place_ids=() if is_best else places,
        standing={} if is_best else standing,
        best=data["best"] or 0 if is_best else 0,
        category=data["area"] or None,
        accessible=data["accessible"],
    )


def _chosen(request: HttpRequest) -> list[int]:
    sent = [*request.POST.getlist(ACTION_CHECKBOX_NAME), *request.GET.getlist("place")]
    return list(dict.fromkeys(parse_keys(sent)))


def _standing(request: HttpRequest) -> dict[int, int]:
    """Return the number of standing places that was entered for each section."""
    numbers: dict[int, int] = {}
    for name, value in request.POST.items():
        after_prefix, text = name.removeprefix("standing-"), str(value)
        section = parse_key(after_prefix)
        if name == after_prefix or section is None or not text.isdecimal():
            continue
        if number := int(text[:5]):
            numbers[section] = min(number, MAX_STANDING + 1)
    return numbers


def _page(
    model_admin: Any, request: HttpRequest, performance: Performance, form: SellForm, status: int
) -> HttpResponse:
    slug = request.POST.get("show") or request.POST.get("section") or ""
    shown = staff_map(performance, slug or request.GET.get("section", ""))
    chosen = set(_chosen(request))
    elsewhere = chosen - {seat.place for seat in shown.seats}
    context = {
        **model_admin.admin_site.each_context(request),
        "title": str(performance),
        "opts": model_admin.opts,
        "performance": performance,
        "seat_map": shown,
        "section": next((slug for slug, _name, is_shown in shown.sections if is_shown), ""),
        "chosen": chosen,
        "elsewhere": _named(performance, elsewhere),
        "chosen_name": ACTION_CHECKBOX_NAME,
        "form": form,
        "may_change": True,
        "is_list": request.GET.get("view") == "list",
        "numbers": _standing(request) if request.method == "POST" else {},
    }
    request.current_app = model_admin.admin_site.name
    return render(request, "admin/bookings/sell.html", context, status=status)


def _named(performance: Performance, place_ids: set[int]) -> list[tuple[int, str]]:
    drawing = drawing_of(performance.plan_id)
    places = Place.objects.filter(performance=performance, pk__in=place_ids).order_by("pk")
    return [(place.pk, place_label(place, drawing)) for place in places]
