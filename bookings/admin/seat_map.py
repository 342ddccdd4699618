"""The seat map in the admin: show ticket holders; block, unblock and hold seats."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from bookings.models import Order, Place
from bookings.sale.quotes import place_label
from bookings.seatmap.staff_map import staff_map
from bookings.staff_operations.allocations import allocate_places
from bookings.staff_operations.blocking import block_places, unblock_places
from bookings.staff_operations.comps import issue_comps
from core.admin.confirmation import (
    IRREVERSIBLE,
    OnceForm,
    ReasonForm,
    actor_of,
    confirm,
    run_or_add_error,
    was_confirmed,
)
from core.annotations import Text
from core.datetime_fields import ExactDateTimeField
from core.email_addresses import EmailField
from core.primary_keys import parse_key, parse_keys
from shows.models import Performance
from shows.terms import clear_cached_terms
from venues.drawing import drawing_of

LISTED = 40  # Seats named on the confirmation page; further ones are counted.


class HoldSeatsForm(ReasonForm):
    """The name and the release date of a guest hold."""

    name = forms.CharField(label=_("hold name"), max_length=80, widget=UnfoldAdminTextInputWidget)
    release_at = ExactDateTimeField(
        label=_("release date"),
        required=False,
        help_text=_("Venue local time. Leave empty to hold until released by hand."),
    )
    field_order = ["name", "release_at", "reason"]


class CompsForm(OnceForm):
    """The recipient of complimentary tickets, and why they are free."""

    name = forms.CharField(
        label=_("name"),
        max_length=150,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )
    email = EmailField(
        label=_("e-mail address"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("Leave empty to print the tickets."),
    )
    field_order = ["name", "email", "reason"]


# Action: (form, operation, title, button).
ACTIONS: dict[str, tuple[Any, Callable[..., Any], Text, Text]] = {
    "block": (ReasonForm, block_places, _("Block these seats?"), _("Block seats")),
    "unblock": (ReasonForm, unblock_places, _("Unblock these seats?"), _("Unblock seats")),
    "hold": (HoldSeatsForm, allocate_places, _("Hold these seats?"), _("Hold seats")),
    "comps": (
        CompsForm,
        issue_comps,
        _("Issue complimentary tickets for these seats?"),
        _("Issue tickets"),
    ),
}


class SeatMapPage(admin.ModelAdmin):
    """Mixin of the admin of performances."""

    _performance: Callable[..., Performance]

    def get_urls(self) -> list[Any]:
        page = path(
            "<int:pk>/seat-map/",
            self.admin_site.admin_view(self.seat_map_view),
            name="shows_performance_seat_map",
        )
        return [page, *super().get_urls()]

    @action(description=_("Seat map"), url_path="map", icon="event_seat", permissions=["seat_map"])
    def staff_map(self, request: HttpRequest, object_id: str) -> HttpResponse:
        performance = self._performance(request, object_id)
        page = reverse("admin:shows_performance_seat_map", args=[performance.pk])
        return HttpResponseRedirect(page)

    @action(
        description=_("Release wheelchair spaces"),
        url_path="release-accessible",
        icon="accessible",
        permissions=["change"],
        attrs=IRREVERSIBLE,
    )
    def release_accessible(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Put unsold wheelchair spaces on general sale."""
        performance = self._performance(request, object_id)
        page = reverse("admin:shows_performance_change", args=[performance.pk])
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        if not was_confirmed(request) or not form.is_valid():
            return confirm(
                request,
                self,
                title=_("Release wheelchair spaces of %s?") % performance,
                button=_("Release"),
                form=form,
                text=_("Anyone can then buy them and their companion seats."),
                back=page,
            )
        performance.accessible_released = True
        performance.save(update_fields=["accessible_released"])
        clear_cached_terms(performance.pk)
        self.log_change(
            request, performance, _("Released wheelchair spaces: %s") % form.cleaned_data["reason"]
        )
        messages.success(request, _("Wheelchair spaces released."))
        return HttpResponseRedirect(page)

    def has_seat_map_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("bookings.view_place")

    def seat_map_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the seat map; POST confirms and then applies an action."""
        performance = self._performance(request, str(pk))
        if not self.has_seat_map_permission(request):
            raise PermissionDenied
        with timezone.override(performance.venue.zone):
            if request.method == "POST":
                return self._act(request, performance)
            return self._map(request, performance)

    def _map(self, request: HttpRequest, performance: Performance) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": str(performance),
            "opts": self.opts,
            "performance": performance,
            "seat_map": staff_map(performance, request.GET.get("section", "")),
            "may_change": request.user.has_perm("bookings.change_place"),
            "may_comp": request.user.has_perm("bookings.change_order"),
            "may_see_orders": request.user.has_perm("bookings.view_order"),
            "chosen_name": ACTION_CHECKBOX_NAME,
            "allocations": performance.allocations.current(),
        }
        request.current_app = self.admin_site.name
        return render(request, "admin/bookings/seat_map.html", context)

    def _act(self, request: HttpRequest, performance: Performance) -> HttpResponse:
        if not request.user.has_perm("bookings.change_place"):
            raise PermissionDenied
        page = f"{request.path}?{request.GET.urlencode()}".rstrip("?")
        action = request.POST.get("action", "")
        if action == "comps" and not request.user.has_perm("bookings.change_order"):
            raise PermissionDenied
        places = _chosen(request, performance)
        if action not in ACTIONS or not places:
            messages.warning(request, _("Select at least one seat."))
            return HttpResponseRedirect(page)
        make_form, operation, title, button = ACTIONS[action]
        form = make_form(request.POST if was_confirmed(request) else None)
        if was_confirmed(request) and form.is_valid():
            done = run_or_add_error(
                operation,
                form=form,
                performance=performance,
                place_ids=[place.pk for place in places],
                actor=actor_of(request),
                **form.cleaned_data,
            )
            if isinstance(done, Order):
                self.log_change(
                    request,
                    performance,
                    _("Issued complimentary tickets: %s") % form.cleaned_data["reason"],
                )
                messages.success(request, _("Complimentary tickets issued."))
                return HttpResponseRedirect(reverse("admin:bookings_order_change", args=[done.pk]))
            if done is not None:
                message = ngettext("%d seat changed.", "%d seats changed.", len(places))
                messages.success(request, message % len(places))
                return HttpResponseRedirect(page)
        return confirm(
            request,
            self,
            title=title,
            button=button,
            form=form,
            items=_named(places, performance),
            queryset=places,
            back=page,
        )


def _chosen(request: HttpRequest, performance: Performance) -> list[Place]:
    """Return the selected places, and as many standing places as were entered."""
    ids = parse_keys(request.POST.getlist(ACTION_CHECKBOX_NAME))
    places = Place.objects.filter(performance=performance).order_by("pk")
    chosen = list(places.filter(pk__in=ids))
    action = request.POST.get("action")
    for name, value in request.POST.items():
        text = str(value)
        after_prefix = name.removeprefix("standing-")
        section = parse_key(after_prefix)
        if name == after_prefix or section is None or not text.isdecimal():
            continue
        standing = places.standing().filter(section=section)
        standing = standing.blocked() if action == "unblock" else standing.open_at()
        chosen += standing[: int(text[:5])]
    return chosen


def _named(places: list[Place], performance: Performance) -> list[Any]:
    drawing = drawing_of(performance.plan_id)
    names = [place_label(place, drawing) for place in places[:LISTED]]
    more = len(places) - len(names)
    return [*names, ngettext("and %d more", "and %d more", more) % more] if more else names
