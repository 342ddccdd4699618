"""The waiting rooms in the admin: settings in a form, the queue itself live, beside its buttons."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from core.admin.autocomplete import AutocompletingAdmin

from . import controls
from .admin_forms import LaneForm, LaneFormSet, MessageForm, PaceForm
from .lanes import ensure_regular_lane
from .live_view import view_of
from .models import Lane, WaitingRoom
from .rooms import forget_rooms

STATE_COLOURS = {
    WaitingRoom.State.OPEN: "success",
    WaitingRoom.State.PAUSED: "warning",
    WaitingRoom.State.CLOSED: "danger",
    WaitingRoom.State.GATHERING: "info",
}
# What each button does, and what the log says of it.
STEPS = {
    "open": (controls.open_now, _("Opened the queue.")),
    "pause": (controls.pause, _("Paused the queue.")),
    "resume": (controls.resume, _("Let the queue go on.")),
    "close": (controls.close, _("Closed the queue.")),
}


class LaneInline(TabularInline):
    model = Lane
    form = LaneForm
    formset = LaneFormSet
    fields = ["name", "weight", "number_of_codes", "new_codes"]
    readonly_fields = ["number_of_codes"]
    extra = 0

    def has_delete_permission(self, request, obj=None):
        """Once people stand in them, lanes stay."""
        return super().has_delete_permission(request, obj) and not (obj and obj.opened_at)

    @admin.display(description=_("codes"))
    def number_of_codes(self, lane):
        return len(lane.codes) if lane.pk else "–"


@admin.register(WaitingRoom)
class WaitingRoomAdmin(AutocompletingAdmin, ModelAdmin):
    list_display = ["title", "starts", "mode", "state", "capacity", "live"]
    list_filter = ["mode"]
    list_select_related = ["performance__show", "performance__venue"]
    search_fields = ["performance__show__title", "performance__venue__name"]
    autocomplete_fields = ["performance"]
    inlines = [LaneInline]
    fields = [
        "performance",
        "mode",
        "capacity",
        "pass_minutes",
        "rate",
        "shared_networks",
        "proof",
        "live",
    ]
    readonly_fields = ["proof", "live"]

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, "performance"] if obj else self.readonly_fields

    def get_urls(self):
        live = path(
            "<int:pk>/live/",
            self.admin_site.admin_view(self.live_view),
            name="waitingroom_waitingroom_live",
        )
        return [live, *super().get_urls()]

    def save_model(self, request, obj, form, change):
        # Whatever was not typed belongs to the queue, which moves on meanwhile.
        obj.save(update_fields=form.changed_data if change else None)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if not any(lane.is_for_everybody for lane in form.instance.lanes.all()):
            ensure_regular_lane(form.instance)
        forget_rooms()

    def live_view(self, request, pk):
        """Show the queue as it is now; POST steers it."""
        room = WaitingRoom.objects.select_related("performance__show").filter(pk=pk).first()
        if room is None:
            raise Http404
        if not self.has_view_permission(request, room):
            raise PermissionDenied
        if request.method == "POST":
            if not self.has_change_permission(request, room):
                raise PermissionDenied
            return self._steer(request, room)
        context = {
            **self.admin_site.each_context(request),
            "title": str(room),
            "opts": self.opts,
            "view": view_of(pk),
            "may_steer": self.has_change_permission(request, room),
            "pace_form": PaceForm(initial={"capacity": room.capacity, "rate": room.rate}),
            "message_form": MessageForm(initial={"message": room.message}),
            "back": reverse("admin:waitingroom_waitingroom_change", args=[pk]),
        }
        request.current_app = self.admin_site.name
        return render(request, "admin/waitingroom/live.html", context)

    def _steer(self, request, room):
        step = request.POST.get("step", "")
        told = _("This cannot be done.")
        if step in STEPS:
            operation, told = STEPS[step]
            operation(room=room)
        elif step == "pace" and (form := PaceForm(request.POST)).is_valid():
            controls.set_pace(room=room, **form.cleaned_data)
            told = _("At most %(capacity)s at once, and %(rate)s a minute.") % {
                "capacity": form.cleaned_data["capacity"],
                "rate": form.cleaned_data["rate"] or "∞",
            }
        elif step == "message" and (form := MessageForm(request.POST)).is_valid():
            controls.announce(room=room, message=form.cleaned_data["message"])
            told = _("Told everybody who waits: “%s”") % form.cleaned_data["message"]
        else:
            messages.error(request, told)
            return HttpResponseRedirect(request.path)
        self.log_change(request, room, str(told))
        messages.success(request, told)
        return HttpResponseRedirect(request.path)

    @admin.display(description=_("performance"))
    def title(self, room):
        return str(room.performance)

    @admin.display(description=_("starts"), ordering="performance__starts_at")
    def starts(self, room):
        return room.performance.formatted_start

    @display(description=_("queue"), label=STATE_COLOURS)
    def state(self, room):
        return room.state, room.state.label

    @admin.display(description=_("live"))
    def live(self, room):
        if not room.pk:
            return "–"
        address = reverse("admin:waitingroom_waitingroom_live", args=[room.pk])
        return format_html(
            '<a class="font-semibold underline" href="{}">{}</a>', address, _("Watch")
        )

    @admin.display(description=_("fingerprint of the draw"))
    def proof(self, room):
        return room.commitment if room.pk else "–"
