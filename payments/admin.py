"""Money in the admin: to be found and read. It moves only through actions."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import TabularInline
from unfold.decorators import display

from core.admin.read_only import ReadOnlyAdmin
from core.money import money

from .charges import settle_payment
from .exceptions import PaymentError
from .models import DemoCharge, Payment, ProviderEvent, Refund
from .providers import is_enabled
from .refunds import record_manual_refund, retry_refund

PAYMENT_COLOURS = {"open": "info", "captured": "success", "failed": "warning"}
REFUND_COLOURS = {"asked": "info", "sent": "success", "failed": "danger"}


class ReadOnlyInline(TabularInline):
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
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
    search_help_text = _("Order reference, key, the provider's reference, or end of the card")
    date_hierarchy = "created_at"
    inlines = [RefundInline, ProviderEventInline]
    actions = ["ask_again"]

    @display(description=_("amount"), ordering="amount")
    def sum(self, payment):
        return money(payment.amount, payment.currency)

    @display(description=_("status"), ordering="status", label=PAYMENT_COLOURS)
    def state(self, payment):
        return payment.status, payment.get_status_display()

    @admin.action(description=_("Ask the provider again"), permissions=["act"])
    def ask_again(self, request, queryset):
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
    actions = ["retry", "given_back"]

    @display(description=_("for"), ordering="payment__purpose")
    def purpose(self, refund):
        return refund.payment.purpose

    @display(description=_("amount"), ordering="amount")
    def sum(self, refund):
        return money(refund.amount, refund.payment.currency)

    @display(description=_("status"), ordering="status", label=REFUND_COLOURS)
    def state(self, refund):
        return refund.status, refund.get_status_display()

    @admin.action(description=_("Try again to refund"), permissions=["act"])
    def retry(self, request, queryset):
        count = sum(retry_refund(refund) for refund in queryset)
        words = ngettext(
            "%(count)d refund will be tried again.",
            "%(count)d refunds will be tried again.",
            count,
        )
        self.message_user(request, words % {"count": count})

    @admin.action(description=_("Note as given back by hand"), permissions=["act"])
    def given_back(self, request, queryset):
        for refund in queryset:
            if record_manual_refund(refund):
                self.log_change(request, refund, _("Given back by hand."))
                self.message_user(request, _("%s is noted as given back.") % refund)
            else:
                words = _("%s does not wait for a hand.") % refund
                self.message_user(request, words, messages.WARNING)


@admin.register(ProviderEvent)
class ProviderEventAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "provider", "kind", "payment", "outcome", "event_id"]
    list_filter = ["provider", "kind", "received_at"]
    list_select_related = ["payment"]
    search_fields = ["event_id", "payment__purpose", "payment__key"]


@admin.register(DemoCharge)
class DemoChargeAdmin(ReadOnlyAdmin):
    """The demo bank's books, to compare ours with. Shown only while the provider is enabled."""

    list_display = ["key", "description", "amount", "currency", "status", "refunded", "tell_at"]
    list_filter = ["status"]
    search_fields = ["key", "description"]

    def has_view_permission(self, request, obj=None):
        return is_enabled("demo") and super().has_view_permission(request, obj)
