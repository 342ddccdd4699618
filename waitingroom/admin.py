"""Waiting rooms in the admin: their settings, and a live page to control the queue."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import BaseFormSet, ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.admin.autocomplete import AutocompletingAdmin
from core.admin.bases import ModelAdmin, TabularInline
from core.admin.confirmation import confirm, was_confirmed
from core.annotations import Text
from core.choice_labels import choice_label

from . import controls
from .admin_forms import LaneForm, LaneFormSet, MessageForm, PaceForm
from .joining import ensure_regular_lane
from .live_view import overview_of
from .models import Lane, WaitingRoom
from .rooms import clear_room_cache

STATE_COLOURS = {
    WaitingRoom.State.OPEN: "success",
    WaitingRoom.State.PAUSED: "warning",
    WaitingRoom.State.CLOSED: "danger",
    WaitingRoom.State.GATHERING: "info",
}
# The operation of each button, and its entry in the log. Those that customers feel at once, and
# that cannot be taken back for them, are confirmed first.
CONTROLS = {
    "open": (controls.open_now, _("Opened the queue.")),
    "pause": (controls.pause, _("Paused the queue.")),
    "resume": (controls.resume, _("Resumed the queue.")),
    "close": (controls.close, _("Closed the queue.")),
}
OPENED = _(
    "Buyers are admitted from now on. If a draw decides the order, it takes place now, among"
    " everyone who has joined. This cannot be undone."
)
CLOSED = _(
    "Nobody can join any more, and nobody who is waiting is admitted, until you open it again."
)


class StepForm(forms.Form):
    """The button that is being confirmed."""

    step = forms.CharField(widget=forms.HiddenInput)


class LaneInline(TabularInline):
    model = Lane
    form = LaneForm
    formset = LaneFormSet
    fields = ["name", "weight", "number_of_codes", "new_codes"]
    readonly_fields = ["number_of_codes"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lane]:
        return super().get_queryset(request).to_join()

    def has_delete_permission(self, request: HttpRequest, obj: WaitingRoom | None = None) -> bool:
        """Keep lanes once the queue has opened."""
        return super().has_delete_permission(request, obj) and not (obj and obj.opened_at)

    @admin.display(description=_("access codes"))
    def number_of_codes(self, lane: Lane) -> int | str:
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
        "lane_policy",
        "shared_networks",
        "commitment",
        "live",
    ]
    readonly_fields = ["commitment", "live"]

    def get_readonly_fields(
        self, request: HttpRequest, obj: WaitingRoom | None = None
    ) -> list[str]:
        return [*self.readonly_fields, "performance"] if obj else self.readonly_fields

    def get_urls(self) -> list[URLPattern]:
        live = path(
            "<int:pk>/live/",
            self.admin_site.admin_view(self.live_view),
            name="waitingroom_waitingroom_live",
        )
        return [live, *super().get_urls()]

    def save_model(
        self, request: HttpRequest, obj: WaitingRoom, form: ModelForm, change: bool
    ) -> None:
        # The queue updates the other fields while the form is open.
        obj.save(update_fields=form.changed_data if change else None)

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: list[BaseFormSet], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        if not any(lane.is_public for lane in form.instance.lanes.all()):
            ensure_regular_lane(form.instance)
        clear_room_cache()

    def live_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the current state of the queue; POST controls it."""
        room = WaitingRoom.objects.select_related("performance__show").filter(pk=pk).first()
        if room is None:
            raise Http404
        if not self.has_view_permission(request, room):
            raise PermissionDenied
        if request.method == "POST":
            if not self.has_change_permission(request, room):
                raise PermissionDenied
            return self._control(request, room)
        context = {
            **self.admin_site.each_context(request),
            "title": str(room),
            "opts": self.opts,
            "view": overview_of(pk),
            "may_control": self.has_change_permission(request, room),
            "pace_form": PaceForm(initial={"capacity": room.capacity, "rate": room.rate}),
            "message_form": MessageForm(initial={"message": room.message}),
            "back": reverse("admin:waitingroom_waitingroom_change", args=[pk]),
        }
        request.current_app = self.admin_site.name
        return render(request, "admin/waitingroom/live.html", context)

    def _control(self, request: HttpRequest, room: WaitingRoom) -> HttpResponse:
        step = request.POST.get("step", "")
        done: Text
        if not was_confirmed(request) and (page := self._ask(request, room, step)):
            return page
        if step in CONTROLS:
            operation, done = CONTROLS[step]
            operation(room=room)
        elif step == "pace" and (pace := PaceForm(request.POST)).is_valid():
            controls.set_pace(room=room, **pace.cleaned_data)
            done = _("Max. concurrent buyers: %(capacity)s. Admissions per minute: %(rate)s.") % {
                "capacity": pace.cleaned_data["capacity"],
                "rate": pace.cleaned_data["rate"] or "∞",
            }
        elif step == "message" and (sent := MessageForm(request.POST)).is_valid():
            controls.announce(
                room=room,
                message=sent.cleaned_data["message"],
                translations=sent.translations(),
            )
            done = _("Message to everyone waiting: “%s”") % sent.cleaned_data["message"]
        else:
            messages.error(request, _("Please check your input."))
            return HttpResponseRedirect(request.path)
        self.log_change(request, room, str(done))
        messages.success(request, done)
        return HttpResponseRedirect(request.path)

    def _ask(self, request: HttpRequest, room: WaitingRoom, step: str) -> HttpResponse | None:
        """Return the page that confirms opening or closing the queue, or None for other buttons."""
        if step == "open" and not room.opened_at:
            title, button, text = _("Open the queue of %s?"), _("Open now"), OPENED
        elif step == "close":
            title, button, text = _("Close the queue of %s?"), _("Close the queue"), CLOSED
        else:
            return None
        return confirm(
            request,
            self,
            title=title % room,
            button=button,
            form=StepForm(initial={"step": step}),
            text=text,
            back=request.path,
        )

    @admin.display(description=_("performance"))
    def title(self, room: WaitingRoom) -> str:
        return choice_label(room.performance)

    @admin.display(description=_("starts"), ordering="performance__starts_at")
    def starts(self, room: WaitingRoom) -> str:
        return room.performance.formatted_start

    @display(description=_("queue"), label=STATE_COLOURS)
    def state(self, room: WaitingRoom) -> tuple[str, Text]:
        return room.state, room.state.label

    @admin.display(description=_("live"))
    def live(self, room: WaitingRoom) -> str:
        if not room.pk:
            return "–"
        address = reverse("admin:waitingroom_waitingroom_live", args=[room.pk])
        return format_html(
            '<a class="font-semibold underline" href="{}">{}</a>', address, _("Live view")
        )

    @admin.display(description=_("draw verification hash"))
    def commitment(self, room: WaitingRoom) -> str:
        return room.commitment if room.pk else "–"
