"""Payments in the admin. They are read-only and change through actions."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import TabularInline
from unfold.decorators import display

from core.admin.confirmation import actor_of
from core.admin.read_only import ReadOnlyAdmin
from core.exceptions import Refused
from core.money import money

from .charges import settle_payment
from .exceptions import PaymentError
from .models import DemoCharge, Payment, ProviderEvent, Refund
from .providers import is_enabled
from .refunds import record_manual_refund, retry_refund

PAYMENT_COLOURS = {"open": "info", "captured": "success", "failed": "warning"}
REFUND_COLOURS = {"queued": "info", "sent": "success", "failed": "danger"}


class ReadOnlyInline(TabularInline):
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RefundInline(ReadOnlyInline):
    model = Refund
    fields = readonly_fields = ["key", "amount", "reason", "status", "failure", "sent_at"]


class ProviderEventInline(ReadOnlyInline):
    model = ProviderEvent
    fields = readonly_fields = ["received_at", "kind", "event_id", "outcome"]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ["purpose", "sum", "state", "provider", "created_at", "captured_at", "failure"]
    list_filter = ["status", "provider", "currency", "created_at"]
    search_fields = ["purpose", "key", "provider_reference", "card"]
    search_help_text = _("Order reference, key, provider’s reference or last digits of the card")
    date_hierarchy = "created_at"
    inlines = [RefundInline, ProviderEventInline]
    actions = ["update_from_provider"]

    @display(description=_("amount"), ordering="amount")
    def sum(self, payment: Payment) -> str:
        return money(payment.amount, payment.currency)

    @display(description=_("status"), ordering="status", label=PAYMENT_COLOURS)
    def state(self, payment: Payment) -> tuple[str, str]:
        return payment.status, payment.get_status_display()

    @admin.action(description=_("Update status from provider"), permissions=["act"])
    def update_from_provider(self, request: HttpRequest, queryset: QuerySet[Payment]) -> None:
        for payment in queryset:
            try:
                settled = settle_payment(payment)
            except PaymentError as error:
                self.message_user(request, f"{payment}: {error}", messages.ERROR)
            else:
                self.message_user(request, f"{settled}: {settled.get_status_display()}")


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = [
        "key",
        "purpose",
        "sum",
        "state",
        "attempts",
        "created_at",
        "sent_at",
        "failure",
    ]
    list_filter = ["status", "created_at"]
    list_select_related = ["payment"]
    search_fields = ["key", "payment__purpose", "payment__key"]
    search_help_text = _("Order reference or key")
    actions = ["retry", "mark_refunded"]

    @display(description=_("for"), ordering="payment__purpose")
    def purpose(self, refund: Refund) -> str:
        return refund.payment.purpose

    @display(description=_("amount"), ordering="amount")
    def sum(self, refund: Refund) -> str:
        return money(refund.amount, refund.payment.currency)

    @display(description=_("status"), ordering="status", label=REFUND_COLOURS)
    def state(self, refund: Refund) -> tuple[str, str]:
        return refund.status, refund.get_status_display()

    @admin.action(description=_("Retry refund"), permissions=["act"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        count = sum(retry_refund(refund) for refund in queryset)
        message = ngettext(
            "%(count)d refund is queued again.",
            "%(count)d refunds are queued again.",
            count,
        )
        self.message_user(request, message % {"count": count})

    @admin.action(description=_("Mark as refunded manually"), permissions=["act"])
    def mark_refunded(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        for refund in queryset:
            try:
                is_recorded = record_manual_refund(refund, by=actor_of(request))
            except Refused as refusal:
                self.message_user(request, f"{refund}: {refusal}", messages.ERROR)
                continue
            if is_recorded:
                self.log_change(request, refund, _("Marked as refunded manually."))
                self.message_user(request, _("%s is marked as refunded.") % refund)
            else:
                message = _("%s requires no action.") % refund
                self.message_user(request, message, messages.WARNING)


@admin.register(ProviderEvent)
class ProviderEventAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "provider", "kind", "payment", "outcome", "event_id"]
    list_filter = ["provider", "kind", "received_at"]
    list_select_related = ["payment"]
    search_fields = ["event_id", "payment__purpose", "payment__key"]


@admin.register(DemoCharge)
class DemoChargeAdmin(ReadOnlyAdmin):
    """The demo bank's records, to compare with. Shown only while the demo provider is enabled."""

    list_display = ["key", "description", "amount", "currency", "status", "refunded", "webhook_at"]
    list_filter = ["status"]
    search_fields = ["key", "description"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(is_enabled("demo") and super().has_view_permission(request, obj))
