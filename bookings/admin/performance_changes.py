"""Actions on a performance in the admin: cancel, reschedule, issue complimentary tickets."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
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
from core.admin.confirmation import (
    IRREVERSIBLE,
    OnceForm,
    actor_of,
    confirm,
    run_or_add_error,
    was_confirmed,
)
from core.datetime_fields import ExactDateTimeField
from core.email_addresses import EmailField
from core.money import money
from shows.models import Performance

from .ticket_holder_texts import ReasonWithTextForm


class RescheduleForm(ReasonWithTextForm):
    """The new time in venue local time, and the deadline for refunds."""

    starts_at = ExactDateTimeField(label=_("starts"))
    doors_at = ExactDateTimeField(label=_("doors"), required=False)
    refund_until = ExactDateTimeField(
        label=_("refunds until"),
        required=False,
        help_text=_("Until then customers can cancel for a full refund."),
    )
    field_order = ["starts_at", "doors_at", "refund_until", "reason"]


class CompForm(OnceForm):
    """The recipient and the seats of complimentary tickets."""

    name = forms.CharField(label=_("name"), max_length=150, widget=UnfoldAdminTextInputWidget)
    email = EmailField(label=_("e-mail address"), widget=UnfoldAdminTextInputWidget)
    places = forms.CharField(
        label=_("seats"),
        max_length=2000,
        widget=UnfoldAdminTextareaWidget,
        help_text=_("One per line, such as “Stalls F 12”. Blocked seats can be used too."),
    )
    field_order = ["name", "email", "places", "reason"]

    def __init__(self, data: Any, *, performance: Performance) -> None:
        super().__init__(data)
        self.performance = performance

    def clean_places(self) -> list[Any]:
        lines = [line for line in self.cleaned_data["places"].splitlines() if line.strip()]
        found: list[Any] = []
        try:
            for line in lines:
                found.append(find_place(self.performance, line, excluding=found).pk)
            return found
        except NoSuchPlace as refusal:
            raise forms.ValidationError(str(refusal)) from None


class PerformanceChanges(admin.ModelAdmin):
    """Mixin of the admin of performances."""

    @display(description=_("refunds"))
    def refund_progress(self, performance: Performance) -> Any:
        """Show the progress of the refunds of a cancelled performance."""
        if performance.pk is None or performance.takes_place:
            return "–"
        progress = progress_of(performance)
        message = _("%(done)d of %(total)d orders refunded") % {
            "done": progress.done,
            "total": progress.total,
        }
        return format_html(
            '<progress class="progress-bar" max="{}" value="{}" aria-hidden="true"></progress> {}',
            progress.total or 1,
            progress.done if progress.total else 1,
            message,
        )

    @action(
        description=_("Cancel performance"),
        url_path="cancel",
        icon="event_busy",
        permissions=["change"],
        attrs=IRREVERSIBLE,
    )
    def cancel_performance(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Cancel the performance, after showing how many customers are affected."""
        performance = self._performance(request, object_id)
        page = reverse("admin:shows_performance_change", args=[performance.pk])
        if not performance.takes_place:
            messages.info(request, _("This performance is already cancelled."))
            return redirect(page)
        form = ReasonWithTextForm(request.POST if was_confirmed(request) else None)
        if (
            was_confirmed(request)
            and form.is_valid()
            and self._cancel_performance(request, performance, form)
        ):
            return redirect(page)
        return confirm(
            request,
            self,
            title=_("Cancel %s?") % performance,
            button=_("Cancel performance"),
            form=form,
            text=_("This cannot be undone. Sales stop immediately."),
            items=_consequences(performance),
            back=page,
        )

    @action(
        description=_("Reschedule"),
        url_path="reschedule",
        icon="event_repeat",
        permissions=["change"],
        attrs=IRREVERSIBLE,
    )
    def reschedule(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Move the performance to another time, and e-mail its customers."""
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
            message = ngettext(
                "The tickets of %d order stay valid; its customer will be e-mailed.",
                "The tickets of %d orders stay valid; their customers will be e-mailed.",
                count,
            )
            return confirm(
                request,
                self,
                title=_("Reschedule %s") % performance,
                button=_("Reschedule"),
                form=form,
                text=message % count,
                items=[_("Venue local time (%s).") % performance.venue.city],
                back=page,
            )

    @action(
        description=_("Issue complimentary tickets"),
        url_path="comps",
        icon="card_giftcard",
        permissions=["sell"],
    )
    def comps(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Issue complimentary tickets as a free order."""
        performance = self._performance(request, object_id)
        form = CompForm(request.POST if was_confirmed(request) else None, performance=performance)
        page = reverse("admin:shows_performance_change", args=[performance.pk])
        if was_confirmed(request) and form.is_valid():
            order = self._issue_comps(request, performance, form)
            if order:
                return redirect("admin:bookings_order_change", order.pk)
        return confirm(
            request,
            self,
            title=_("Complimentary tickets for %s") % performance,
            button=_("Issue tickets"),
            form=form,
            back=page,
        )

    def has_sell_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Allow staff who can change orders."""
        return request.user.has_perm("bookings.change_order")

    def _cancel_performance(
        self, request: HttpRequest, performance: Performance, form: Any
    ) -> Performance | None:
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
            messages.success(
                request, _("Performance cancelled. Customers will be refunded and e-mailed.")
            )
        return done

    def _reschedule(
        self, request: HttpRequest, performance: Performance, form: Any
    ) -> Performance | None:
        done = run_or_add_error(
            reschedule,
            form=form,
            performance=performance,
            actor=actor_of(request),
            **form.cleaned_data,
        )
        if done:
            starts = date_format(timezone.localtime(done.starts_at), "DATETIME_FORMAT")
            self.log_change(request, done, _("Rescheduled to %s.") % starts)
            messages.success(request, _("Rescheduled to %s.") % starts)
        return done

    def _issue_comps(
        self, request: HttpRequest, performance: Performance, form: Any
    ) -> Order | None:
        fields = dict(form.cleaned_data)
        order = run_or_add_error(
            issue_comps,
            form=form,
            beside="places",
            performance=performance,
            place_ids=fields.pop("places"),
            request_key=fields.pop("request_key"),
            actor=actor_of(request),
            **fields,
        )
        if order:
            self.log_change(request, performance, _("Complimentary tickets: %s") % order.reference)
            messages.success(request, _("Tickets issued. They will be sent to %s.") % order.email)
        return order

    def _performance(self, request: HttpRequest, object_id: str) -> Performance:
        performance = self.get_object(request, object_id)
        if performance is None:
            raise Http404
        return performance


def _consequences(performance: Performance) -> list[Any]:
    orders = list(Order.objects.paid().filter(performance=performance).only("total", "quantity"))
    tickets = sum(order.quantity for order in orders)
    baskets = Hold.objects.live().filter(performance=performance).count()
    total = sum((order.total for order in orders), Decimal(0))
    return [
        ngettext(
            "%(n)d order with %(tickets)d tickets will be cancelled and its customer e-mailed.",
            "%(n)d orders with %(tickets)d tickets will be cancelled and their customers e-mailed.",
            len(orders),
        )
        % {"n": len(orders), "tickets": tickets},
        _("Refunds: up to %s.") % money(total, performance.currency),
        ngettext("%d basket will be emptied.", "%d baskets will be emptied.", baskets) % baskets,
    ]
