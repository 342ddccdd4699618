"""Calling a performance off and giving it another time, each asked for on a page of its own."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from bookings.exceptions import NoSuchPlace
from bookings.models import Hold, Order
from bookings.staff_operations.comps import issue_comps
from bookings.staff_operations.performance_cancellation import cancel_performance, progress_of
from bookings.staff_operations.place_search import find_place
from bookings.staff_operations.rescheduling import reschedule
from core.admin.confirmation import OnceForm, ReasonForm, actor_of, confirm, was_confirmed
from core.datetime_fields import ExactDateTimeField
from core.email_addresses import EmailField
from core.money import money

from .errors import run_or_add_error


class RescheduleForm(ReasonForm):
    """The new time, on the clock of the venue, and until when tickets may be given back."""

    starts_at = ExactDateTimeField(label=_("starts"))
    doors_at = ExactDateTimeField(label=_("doors"), required=False)
    refund_until = ExactDateTimeField(
        label=_("money back until"),
        required=False,
        help_text=_("Until then holders may give tickets back for all that they paid."),
    )
    field_order = ["starts_at", "doors_at", "refund_until", "reason"]


class CompForm(OnceForm):
    """Who gets which places for nothing."""

    name = forms.CharField(label=_("name"), max_length=150, widget=UnfoldAdminTextInputWidget)
    email = EmailField(label=_("e-mail address"), widget=UnfoldAdminTextInputWidget)
    places = forms.CharField(
        label=_("places"),
        max_length=2000,
        widget=UnfoldAdminTextareaWidget,
        help_text=_("One to a line, such as “Stalls F 12”. Blocked places may be given as well."),
    )
    field_order = ["name", "email", "places", "reason"]

    def __init__(self, data, *, performance):
        super().__init__(data)
        self.performance = performance

    def clean_places(self):
        lines = [line for line in self.cleaned_data["places"].splitlines() if line.strip()]
        found = []
        try:
            for line in lines:
                found.append(find_place(self.performance, line, besides=found).pk)
            return found
        except NoSuchPlace as refusal:
            raise forms.ValidationError(str(refusal)) from None


class PerformanceChanges:
    """A part of the admin of performances."""

    @display(description=_("money back"))
    def giving_back(self, performance):
        """How far giving back has come, for one that has been called off."""
        if performance.pk is None or performance.takes_place:
            return "–"
        progress = progress_of(performance)
        words = _("%(done)d of %(total)d orders given back") % {
            "done": progress.done,
            "total": progress.total,
        }
        return format_html(
            '<progress class="house-progress" max="{}" value="{}" aria-hidden="true">'
            "</progress> {}",
            progress.total or 1,
            progress.done if progress.total else 1,
            words,
        )

    @action(
        description=_("Cancel the performance"),
        url_path="call-off",
        icon="event_busy",
        permissions=["change"],
    )
    def cancel_performance(self, request, object_id):
        """Call the performance off, after showing what it means for how many."""
        performance = self._performance(request, object_id)
        page = reverse("admin:shows_performance_change", args=[performance.pk])
        if not performance.takes_place:
            messages.info(request, _("It has been cancelled already."))
            return redirect(page)
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        if (
            was_confirmed(request)
            and form.is_valid()
            and self._call_off(request, performance, form)
        ):
            return redirect(page)
        return confirm(
            request,
            self,
            title=_("Cancel %s?") % performance,
            button=_("Cancel the performance"),
            form=form,
            words=_("This cannot be undone. The sale stops at once."),
            items=_meant_by_calling_off(performance),
            back=page,
        )

    @action(
        description=_("Reschedule"),
        url_path="reschedule",
        icon="event_repeat",
        permissions=["change"],
    )
    def reschedule(self, request, object_id):
        """Give the performance another time, and tell everybody who holds tickets."""
        performance = self._performance(request, object_id)
        page = reverse("admin:shows_performance_change", args=[performance.pk])
        with timezone.override(performance.venue.zone):
            form = RescheduleForm(
                request.POST if was_confirmed(request) else None,
                initial={"starts_at": performance.starts_at, "doors_at": performance.doors_at},
            )
            if (
                was_confirmed(request)
                and form.is_valid()
                and self._reschedule(request, performance, form)
            ):
                return redirect(page)
            count = Order.objects.paid().filter(performance=performance).count()
            words = ngettext(
                "%d order keeps its tickets, and its customer is told by letter.",
                "%d orders keep their tickets, and their customers are told by letter.",
                count,
            )
            return confirm(
                request,
                self,
                title=_("Reschedule %s") % performance,
                button=_("Reschedule"),
                form=form,
                words=words % count,
                items=[_("Times are those of the venue, in %s.") % performance.venue.city],
                back=page,
            )

    @action(
        description=_("Give complimentary tickets"),
        url_path="comps",
        icon="card_giftcard",
        permissions=["sell"],
    )
    def comps(self, request, object_id):
        """Give places away, as an order that costs nothing."""
        performance = self._performance(request, object_id)
        form = CompForm(request.POST if was_confirmed(request) else None, performance=performance)
        page = reverse("admin:shows_performance_change", args=[performance.pk])
        if was_confirmed(request) and form.is_valid():
            order = self._give(request, performance, form)
            if order:
                return redirect("admin:bookings_order_change", order.pk)
        return confirm(
            request,
            self,
            title=_("Complimentary tickets for %s") % performance,
            button=_("Give the tickets"),
            form=form,
            back=page,
        )

    def has_sell_permission(self, request, object_id=None):
        """Whoever may change orders may make one."""
        return request.user.has_perm("bookings.change_order")

    def _call_off(self, request, performance, form):
        done = run_or_add_error(
            cancel_performance,
            form=form,
            performance=performance,
            actor=actor_of(request),
            **form.cleaned_data,
        )
        if done:
            reason = form.cleaned_data["reason"]
            self.log_change(request, performance, _("Cancelled: %s") % reason)
            messages.success(request, _("Cancelled. Money goes back and everybody is told."))
        return done

    def _reschedule(self, request, performance, form):
        done = run_or_add_error(
            reschedule,
            form=form,
            performance=performance,
            actor=actor_of(request),
            **form.cleaned_data,
        )
        if done:
            starts = date_format(timezone.localtime(done.starts_at), "j M Y, H:i")
            self.log_change(request, done, _("Rescheduled to %s.") % starts)
            messages.success(request, _("It now starts at %s.") % starts)
        return done

    def _give(self, request, performance, form):
        fields = dict(form.cleaned_data)
        order = run_or_add_error(
            issue_comps,
            form=form,
            beside="places",
            performance=performance,
            place_ids=fields.pop("places"),
            actor=actor_of(request),
            **fields,
        )
        if order:
            self.log_change(request, performance, _("Complimentary tickets: %s") % order.reference)
            messages.success(request, _("Given. The tickets go to %s.") % order.email)
        return order

    def _performance(self, request, object_id):
        performance = self.get_object(request, object_id)
        if performance is None:
            raise Http404
        return performance


def _meant_by_calling_off(performance):
    orders = list(Order.objects.paid().filter(performance=performance).only("total", "quantity"))
    tickets = sum(order.quantity for order in orders)
    baskets = Hold.objects.live().filter(performance=performance).count()
    return [
        ngettext(
            "%(n)d order with %(tickets)d tickets is cancelled, and its customer told.",
            "%(n)d orders with %(tickets)d tickets are cancelled, and their customers told.",
            len(orders),
        )
        % {"n": len(orders), "tickets": tickets},
        _("What was paid goes back: at most %s.")
        % money(sum(order.total for order in orders), performance.currency),
        ngettext("%d basket is emptied.", "%d baskets are emptied.", baskets) % baskets,
    ]
