"""Order action in the admin: move tickets to seats chosen on the map, or typed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from bookings.exceptions import NoSuchPlace
from bookings.models import Order, Place
from bookings.seatmap.staff_map import staff_map
from bookings.staff_operations.place_search import find_place
from bookings.staff_operations.ticket_moves import difference, move_tickets
from core.admin.confirmation import CONFIRMED, ReasonForm, actor_of, run_or_add_error, was_confirmed
from core.annotations import Text
from core.money import money
from core.primary_keys import parse_keys


class MoveForm(ReasonForm):
    """The new seats: `places` chosen on the map, or names typed for single tickets.

    `chosen` are the tickets that move to the places of the map; without any, all of them do.
    """

    def __init__(self, data: Any, *, order: Order) -> None:
        super().__init__(data)
        self.order = order
        self.tickets = list(order.tickets.valid().order_by("place_id"))
        for ticket in self.tickets:
            self.fields[f"ticket_{ticket.pk}"] = forms.CharField(
                label=_("New seat for %s") % ticket.label,
                required=False,
                max_length=160,
                widget=UnfoldAdminTextInputWidget,
            )

    def typed_fields(self) -> list[forms.BoundField]:
        return [self[f"ticket_{ticket.pk}"] for ticket in self.tickets]

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.moves: dict[int, Place] = {}
        self._read_typed()
        places = self.sent(ACTION_CHECKBOX_NAME)
        if places and not self.moves and not self.errors:
            self._read_map(places)
        if not self.moves and not self.errors:
            raise forms.ValidationError(_("Choose a new seat for at least one ticket."))
        return self.cleaned_data

    def difference(self) -> Decimal:
        """Return the price of the new seats less the price paid."""
        by_pk = {ticket.pk: ticket for ticket in self.tickets}
        return sum((difference(by_pk[pk], place) for pk, place in self.moves.items()), Decimal(0))

    def sent(self, name: str) -> list[int]:
        """Return the numbers that were sent under a name."""
        values = self.data.getlist(name) if hasattr(self.data, "getlist") else []
        return parse_keys(values)

    def _read_typed(self) -> None:
        for ticket in self.tickets:
            name = f"ticket_{ticket.pk}"
            if not self.cleaned_data.get(name):
                continue
            try:
                self.moves[ticket.pk] = find_place(
                    self.order.performance,
                    self.cleaned_data[name],
                    excluding=[place.pk for place in self.moves.values()],
                )
            except NoSuchPlace as refusal:
                self.add_error(name, str(refusal))

    def _read_map(self, place_ids: list[int]) -> None:
        chosen = set(self.sent("tickets"))
        tickets = [one for one in self.tickets if one.pk in chosen] or self.tickets
        places = Place.objects.filter(performance=self.order.performance_id, pk__in=place_ids)
        found = list(places.select_related("price_category").order_by("pk"))
        if len(found) != len(tickets):
            raise forms.ValidationError(
                _(
                    "Selected seats: %(places)d, tickets: %(tickets)d. Select as many seats as "
                    "there are tickets, or tick the tickets that move."
                )
                % {"places": len(found), "tickets": len(tickets)}
            )
        self.moves = {ticket.pk: place for ticket, place in zip(tickets, found, strict=True)}


class MoveAction(admin.ModelAdmin):
    """Mixin of `OrderAdmin`."""

    _order: Callable[..., Order]
    _page: Callable[..., str]
    _log: Callable[..., None]

    @action(
        description=_("Move to other seats"),
        url_path="move",
        icon="swap_horiz",
        permissions=["act"],
    )
    def move(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Move tickets to other seats; the price paid does not change."""
        order = self._order(request, object_id)
        is_sent = was_confirmed(request) and "show" not in request.POST
        form = MoveForm(request.POST if is_sent else None, order=order)
        if not form.tickets:
            messages.warning(request, _("This order has no valid tickets."))
            return redirect(self._page(order))
        if is_sent and form.is_valid():
            more = form.difference()
            done = run_or_add_error(
                move_tickets,
                form=form,
                order=order,
                actor=actor_of(request),
                moves={ticket: place.pk for ticket, place in form.moves.items()},
                reason=form.cleaned_data["reason"],
            )
            if done:
                self._log(request, order, _("Moved to other seats"), form)
                messages.success(request, _move_message(more, order.currency))
                return redirect(self._page(order))
        return self._move_page(request, order, form)

    def _move_page(self, request: HttpRequest, order: Order, form: MoveForm) -> HttpResponse:
        slug = request.POST.get("show") or request.POST.get("section") or ""
        slug = slug or request.GET.get("section", "") or _section_of(form)
        shown = staff_map(order.performance, slug, moving=order)
        chosen = set(parse_keys(request.POST.getlist(ACTION_CHECKBOX_NAME)))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Move tickets of order %s") % order.reference,
            "opts": self.opts,
            "order": order,
            "form": form,
            "tickets": form.tickets,
            "chosen_tickets": set(parse_keys(request.POST.getlist("tickets"))),
            "seat_map": shown,
            "section": next((slug for slug, _name, is_shown in shown.sections if is_shown), ""),
            "chosen": chosen,
            "elsewhere": [],
            "chosen_name": ACTION_CHECKBOX_NAME,
            "confirmed_name": CONFIRMED,
            "may_change": True,
            "is_list": request.GET.get("view") == "list",
            "back": self._page(order),
        }
        request.current_app = self.admin_site.name
        with timezone.override(order.performance.venue.zone):
            status = 422 if form.is_bound and form.errors else 200
            return render(request, "admin/bookings/move.html", context, status=status)


def _section_of(form: MoveForm) -> str:
    """Return the slug of the section in which the first ticket is."""
    place = Place.objects.select_related("section").get(pk=form.tickets[0].place_id)
    return place.section.slug if place.seat_id else ""


def _move_message(more: Decimal, currency: str) -> Text:
    if more > 0:
        return _("Tickets moved. The new seats cost %s more.") % money(more, currency)
    if more < 0:
        return _(
            "Tickets moved. The new seats cost %s less; you can refund the difference."
        ) % money(-more, currency)
    return _("Tickets moved. The price is the same.")
