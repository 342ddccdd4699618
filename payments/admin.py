"""Payments in the admin. They are read-only and change through actions.

Payouts are in `finance.admin.payouts`, which explains them.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from core.admin.bases import ReadOnlyAdmin, TabularInline
from core.admin.confirmation import actor_of, confirm_first, irreversible
from core.exceptions import Refused
from core.money import money

from .charges import settle_payment
from .exceptions import PaymentError
from .models import DemoCharge, Dispute, Payment, ProviderEvent, Refund
from .providers import is_enabled
from .refunds import record_manual_refund, retry_refund, withdraw_refund

PAYMENT_COLOURS = {
    "open": "info",
    "pending": "info",
    "captured": "success",
    "failed": "warning",
    "expired": "warning",
}
REFUND_COLOURS = {
    "queued": "info",
    "sent": "success",
    "succeeded": "success",
    "failed": "danger",
    "withdrawn": "warning",
}
DISPUTE_COLOURS = {
    "inquiry": "warning",
    "open": "danger",
    "submitted": "info",
    "won": "success",
    "lost": "danger",
    "closed": "success",
}


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


class DisputeInline(ReadOnlyInline):
    model = Dispute
    fields = readonly_fields = ["provider_reference", "amount", "reason", "status", "act_by"]


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
    inlines = [RefundInline, DisputeInline, ProviderEventInline]
    actions = ["update_from_provider"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in super().get_fields(request, obj) if name != "page_url"]

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
        "act_by",
        "failure",
    ]
    list_filter = ["status", "made_at_provider", "created_at"]
    list_select_related = ["payment"]
    search_fields = ["key", "payment__purpose", "payment__key"]
    search_help_text = _("Order reference or key")
    actions = ["retry", "mark_refunded", "withdraw"]

    @display(description=_("for"), ordering="payment__purpose")
    def purpose(self, refund: Refund) -> str:
        return refund.payment.purpose

    @display(description=_("amount"), ordering="amount")
    def sum(self, refund: Refund) -> str:
        return money(refund.amount, refund.payment.currency)

    @display(description=_("status"), ordering="status", label=REFUND_COLOURS)
    def state(self, refund: Refund) -> tuple[str, str]:
        return refund.status, refund.get_status_display()

    def _described(self, refund: Refund) -> str:
        parts = [self.purpose(refund), self.sum(refund), refund.get_status_display()]
        return " · ".join(map(str, parts))

    @admin.action(description=_("Retry refund"), permissions=["act"])
    @confirm_first(
        title=_("Retry these refunds?"),
        button=_("Retry refund"),
        text=_(
            "The payment provider is asked once more to send the money. Only failed"
            " refunds are retried."
        ),
        describe=_described,
    )
    def retry(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        """Queue the failed ones of the refunds again."""
        count = sum(retry_refund(refund) for refund in queryset)
        message = ngettext(
            "%(count)d refund is queued again.",
            "%(count)d refunds are queued again.",
            count,
        )
        self.message_user(request, message % {"count": count})

    @irreversible
    @admin.action(description=_("Mark as refunded manually"), permissions=["act"])
    @confirm_first(
        title=_("Mark these refunds as refunded manually?"),
        button=_("Mark as refunded manually"),
        text=_(
            "Only if you have sent the money yourself: the provider sends nothing more."
            " Only failed refunds can be marked. This cannot be undone."
        ),
        describe=_described,
    )
    def mark_refunded(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        """Record that staff have sent the money."""
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

    @irreversible
    @admin.action(description=_("Withdraw refund"), permissions=["act"])
    @confirm_first(
        title=_("Withdraw these refunds?"),
        button=_("Withdraw refund"),
        text=_(
            "No money is refunded. Only failed refunds can be withdrawn. This cannot be undone."
        ),
        describe=_described,
    )
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Refund]) -> None:
        """Record that the failed ones are not refunded at all."""
        for refund in queryset:
            if withdraw_refund(refund):
                self.log_change(request, refund, _("Withdrawn."))
                self.message_user(request, _("%s is withdrawn. No money is refunded.") % refund)
            else:
                message = _("%s requires no action.") % refund
                self.message_user(request, message, messages.WARNING)


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    """Disputes are answered in the provider's dashboard."""

    list_display = ["purpose", "sum", "state", "reason", "act_by", "created_at", "closed_at"]
    list_filter = ["status", "created_at"]
    list_select_related = ["payment"]
    search_fields = ["payment__purpose", "provider_reference"]
    search_help_text = _("Order reference or provider’s reference")

    @display(description=_("for"), ordering="payment__purpose")
    def purpose(self, dispute: Dispute) -> str:
        return dispute.payment.purpose

    @display(description=_("amount"), ordering="amount")
    def sum(self, dispute: Dispute) -> str:
        return money(dispute.amount, dispute.payment.currency)

    @display(description=_("status"), ordering="status", label=DISPUTE_COLOURS)
    def state(self, dispute: Dispute) -> tuple[str, str]:
        return dispute.status, dispute.get_status_display()


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
