"""Money sent from the bank account in the admin: match debits with refunds and payouts."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from core.admin.confirmation import actor_of, run_or_add_error, was_confirmed

from ..models import BankDebit
from ..reconciliation.debits import match_debit_by_hand, unmatch_debit
from .bank_lines import BankLineAdmin


class DebitForm(forms.Form):
    """The refund of an order, or the payout, that a debit is matched with."""

    reference = forms.CharField(
        label=gettext_lazy("order or payout"),
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("The order’s reference, or the provider’s reference of the payout."),
    )

    def clean_reference(self) -> str:
        return str(self.cleaned_data["reference"]).strip()


@admin.register(BankDebit)
class BankDebitAdmin(BankLineAdmin):
    sign = -1
    list_display = ["booked_on", "sum", "payee", "text", "state", "what", "who"]
    list_filter = ["status", "booked_on"]
    list_select_related = ["refund__payment", "payout"]
    search_fields = ["payee", "text", "payee_iban", "refund__payment__purpose"]
    search_help_text = gettext_lazy("Payee, text, IBAN or order reference")
    fields = [
        *["status", "booked_on", "sum", "payee", "payee_iban", "text", "what", "who", "decided_at"],
        *["bank_reference", "account", "statement"],
    ]
    offered = dict.fromkeys(["new", "to_do", "other"], ["assign"]) | dict.fromkeys(
        ["refund", "payout"], ["undo"]
    )
    actions_detail = ["assign", "undo"]

    @display(description=gettext_lazy("order or payout"))
    def what(self, debit: BankDebit) -> str:
        if debit.refund:
            return debit.refund.payment.purpose
        return debit.payout.provider_reference if debit.payout else ""

    @action(description=gettext_lazy("Assign"), url_path="assign", permissions=["act"])
    def assign(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Record which refund or payout the debit is."""
        debit = self.get_line(request, object_id)
        form = DebitForm(request.POST if was_confirmed(request) else None)
        if was_confirmed(request) and form.is_valid():
            reference = form.cleaned_data["reference"]
            matched = run_or_add_error(
                match_debit_by_hand,
                form=form,
                beside="reference",
                debit=debit,
                reference=reference,
                decided_by=actor_of(request),
            )
            if matched:
                self.log_change(request, debit, _("Assigned to %s") % reference)
                messages.success(request, _("The debit is assigned."))
                return redirect(self.page_of(debit))
        text = _("A refund must be marked as refunded, and have exactly this amount.")
        return self.ask(request, debit, _("Assign %s"), form, text, _("Assign"))

    @action(description=gettext_lazy("Undo assignment"), url_path="undo", permissions=["act"])
    def undo(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Undo a match, after confirmation."""
        debit = self.get_line(request, object_id)
        if was_confirmed(request):
            if unmatch_debit(debit=debit):
                self.log_change(request, debit, _("No longer assigned"))
                messages.success(request, _("The debit is to be decided again."))
            else:
                messages.warning(request, _("The debit is not assigned."))
            return redirect(self.page_of(debit))
        text = _("The debit is to be decided again, and its refund or payout lacks a bank line.")
        title = _("Undo the assignment of %s")
        return self.ask(request, debit, title, forms.Form(), text, _("Undo assignment"))
