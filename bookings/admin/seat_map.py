"""The map of the house: who sits where, and what staff take off sale, keep, or put back."""

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from bookings.models import Place
from bookings.sale.quotes import place_label
from bookings.seatmap.staff_map import staff_map
from bookings.staff_operations.allocations import allocate_places
from bookings.staff_operations.blocking import block_places, unblock_places
from core.admin.confirmation import ReasonForm, actor_of, confirm, was_confirmed
from core.datetime_fields import ExactDateTimeField
from shows.terms import clear_cached_terms
from venues.drawing import drawing_of

from .errors import run_or_add_error

LISTED = 40  # Places that the asking page names; of more it says how many.


class HoldSeatsForm(ReasonForm):
    """For whom places are kept, and until when."""

    name = forms.CharField(label=_("kept for"), max_length=80, widget=UnfoldAdminTextInputWidget)
    release_at = ExactDateTimeField(
        label=_("back on sale"),
        required=False,
        help_text=_("On the clock of the venue. Empty: kept until somebody decides."),
    )
    field_order = ["name", "release_at", "reason"]


# What the buttons do: the form that is asked for, the operation, title and button.
STEPS = {
    "block": (ReasonForm, block_places, _("Take these places off sale?"), _("Block")),
    "unblock": (ReasonForm, unblock_places, _("Put these places back on sale?"), _("Unblock")),
    "keep": (HoldSeatsForm, allocate_places, _("Keep these places?"), _("Keep")),
}


class SeatMapPage:
    """A part of the admin of performances."""

    def get_urls(self):
        page = path(
            "<int:pk>/house/",
            self.admin_site.admin_view(self.house_view),
            name="shows_performance_house",
        )
        return [page, *super().get_urls()]

    @action(
        description=_("Map of the house"), url_path="map", icon="event_seat", permissions=["house"]
    )
    def staff_map(self, request, object_id):
        return HttpResponseRedirect(reverse("admin:shows_performance_house", args=[object_id]))

    @action(
        description=_("Release wheelchair spaces"),
        url_path="release-accessible",
        icon="accessible",
        permissions=["change"],
    )
    def release_accessible(self, request, object_id):
        """Let everybody have the wheelchair spaces that nobody has asked for."""
        performance = self._performance(request, object_id)
        page = reverse("admin:shows_performance_change", args=[performance.pk])
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        if not was_confirmed(request) or not form.is_valid():
            return confirm(
                request,
                self,
                title=_("Release the wheelchair spaces of %s to everybody?") % performance,
                button=_("Release"),
                form=form,
                words=_("Anybody may then buy them, and their companions’ seats."),
                back=page,
            )
        performance.accessible_released = True
        performance.save(update_fields=["accessible_released"])
        clear_cached_terms(performance.pk)
        self.log_change(
            request, performance, _("Released wheelchair spaces: %s") % form.cleaned_data["reason"]
        )
        messages.success(request, _("Everybody may have them now."))
        return HttpResponseRedirect(page)

    def has_house_permission(self, request, object_id=None):
        return request.user.has_perm("bookings.view_place")

    def house_view(self, request, pk):
        """Show the house; POST asks for, and then does, what was chosen."""
        performance = self._performance(request, str(pk))
        if not self.has_house_permission(request):
            raise PermissionDenied
        with timezone.override(performance.venue.zone):
            if request.method == "POST":
                return self._step(request, performance)
            return self._map(request, performance)

    def _map(self, request, performance):
        context = {
            **self.admin_site.each_context(request),
            "title": str(performance),
            "opts": self.opts,
            "performance": performance,
            "house": staff_map(performance, request.GET.get("section", "")),
            "may_change": request.user.has_perm("bookings.change_place"),
            "may_see_orders": request.user.has_perm("bookings.view_order"),
            "chosen_name": ACTION_CHECKBOX_NAME,
            "allocations": performance.allocations.current(),
        }
        request.current_app = self.admin_site.name
        return render(request, "admin/bookings/seat_map.html", context)

    def _step(self, request, performance):
        if not request.user.has_perm("bookings.change_place"):
            raise PermissionDenied
        page = f"{request.path}?{request.GET.urlencode()}".rstrip("?")
        step = request.POST.get("action", "")
        places = _chosen(request, performance)
        if step not in STEPS or not places:
            messages.warning(request, _("Please choose at least one place."))
            return HttpResponseRedirect(page)
        make_form, operation, title, button = STEPS[step]
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
            if done is not None:
                words = ngettext("%d place was changed.", "%d places were changed.", len(places))
                messages.success(request, words % len(places))
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


def _chosen(request, performance):
    """The places that were ticked, and as many standing ones as were asked for."""
    ids = [int(one) for one in request.POST.getlist(ACTION_CHECKBOX_NAME) if one.isdecimal()]
    places = Place.objects.filter(performance=performance).order_by("pk")
    chosen = list(places.filter(pk__in=ids))
    wanted = request.POST.get("action")
    for name, text in request.POST.items():
        section = name.removeprefix("standing-")
        if name == section or not (section.isdecimal() and text.isdecimal()):
            continue
        standing = places.standing().filter(section=int(section))
        standing = standing.blocked() if wanted == "unblock" else standing.open_at()
        chosen += standing[: int(text[:5])]
    return chosen


def _named(places, performance):
    drawing = drawing_of(performance.plan_id)
    names = [place_label(place, drawing) for place in places[:LISTED]]
    more = len(places) - len(names)
    return [*names, ngettext("and %d more", "and %d more", more) % more] if more else names
