"""Bank statements in the admin: import them, and decide about unmatched transfers."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextInputWidget

from bookings.admin.actors import ActorsAdmin
from bookings.models import Order
from core.admin.bases import ReadOnlyAdmin
from core.admin.confirmation import (
    IRREVERSIBLE,
    ReasonForm,
    actor_of,
    run_or_add_error,
    was_confirmed,
)
from core.exceptions import Refused
from core.money import money
from payments.exceptions import PaymentError
from payments.models import Payout

from ..bank.importing import MAX_BYTES, import_statement
from ..bank.matching import assign_transfer, ignore_transfer, return_transfer
from ..bank.part_payments import accept_transfer
from ..models import BankStatement, BankTransfer
from ..reconciliation.bank_lines import match_by_hand, unmatch
from .bank_lines import BankLineAdmin


class StatementForm(forms.Form):
    """A file from the bank."""

    file = forms.FileField(
        label=gettext_lazy("file"),
        max_length=200,
        help_text=gettext_lazy("CAMT.053 (XML) or MT940, at most 5 MB."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xml,.sta,.mt940,.940,.txt"}),
    )


class AssignForm(forms.Form):
    """The order that a transfer pays."""

    reference = forms.CharField(
        label=gettext_lazy("order"), max_length=12, widget=UnfoldAdminTextInputWidget
    )

    def clean_reference(self) -> Order:
        reference = self.cleaned_data["reference"].strip().upper()
        order = Order.objects.filter(reference=reference).first()
        if order is None:
            raise forms.ValidationError(_("No order has this reference."))
        return order


class PayoutForm(forms.Form):
    """The payout that a transfer is."""

    payout = forms.CharField(
        label=gettext_lazy("payout"),
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("The provider’s reference, such as po_1Q2w3E or 1234567.2611.01."),
    )

    def clean_payout(self) -> Payout:
        reference = self.cleaned_data["payout"].strip()
        found = Payout.objects.filter(
            Q(provider_reference=reference) | Q(bank_reference=reference)
        ).first()
        if found is None:
            raise forms.ValidationError(_("No payout has this reference."))
        return found


@admin.register(BankStatement)
class BankStatementAdmin(ActorsAdmin, ReadOnlyAdmin):
    actor_field = "imported_by"
    list_display = [
        *["file_name", "file_format", "who", "imported_at"],
        *["found", "transfers_new", "debits_new"],
    ]
    date_hierarchy = "imported_at"
    search_fields = ["file_name"]
    actions_list = ["import_file"]

    @display(description=gettext_lazy("imported by"), ordering="imported_by")
    def who(self, statement: BankStatement) -> str:
        return self.actor_name(statement)

    @display(description=gettext_lazy("transfers"), ordering="transfers_total")
    def found(self, statement: BankStatement) -> int:
        return statement.transfers_total

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("finance.add_bankstatement"))

    @action(
        description=gettext_lazy("Import bank statement"),
        url_path="import",
        permissions=["import"],
    )
    def import_file(self, request: HttpRequest) -> HttpResponse:
        """Read a file from the bank, and match its transfers with orders."""
        is_post = request.method == "POST"
        form = StatementForm(request.POST, request.FILES) if is_post else StatementForm()
        if is_post and form.is_valid():
            file = form.cleaned_data["file"]
            statement = run_or_add_error(
                import_statement,
                form=form,
                beside="file",
                file_name=file.name,
                content=file.read(MAX_BYTES + 1),
                imported_by=actor_of(request),
            )
            if statement:
                _report(request, statement)
                return redirect("admin:finance_banktransfer_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import bank statement"),
            "opts": self.opts,
            "form": form,
        }
        status = 422 if form.is_bound else 200
        return render(request, "admin/finance/import_statement.html", context, status=status)


@admin.register(BankTransfer)
class BankTransferAdmin(BankLineAdmin):
    list_display = ["booked_on", "sum", "payer", "text", "state", "problem", "order", "who"]
    list_filter = ["status", "problem", "booked_on"]
    search_fields = ["payer", "text", "order", "payer_iban"]
    search_help_text = gettext_lazy("Payer, text, order reference or IBAN")
    fields = [
        *["status", "problem", "booked_on", "sum", "surplus", "payer", "payer_iban", "text"],
        *["order", "payout", "reason", "who", "decided_at"],
        *["bank_reference", "account", "statement"],
    ]
    offered = dict.fromkeys(
        ["new", "to_do"], ["assign", "accept_difference", "choose_payout", "send_back", "ignore"]
    ) | {"payout": ["undo_payout"]}
    actions_detail = [*offered["to_do"], *offered["payout"]]

    @action(
        description=gettext_lazy("Assign to order"),
        url_path="assign",
        permissions=["act"],
        attrs=IRREVERSIBLE,
    )
    def assign(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Pay an order with the transfer, whose amount must be the order's."""
        transfer = self.get_line(request, object_id)
        form, order = _pay_order(request, transfer, assign_transfer)
        if order:
            self.log_change(request, transfer, _("Assigned to order %s") % order)
            _report_order(request, order)
            return redirect(self.page_of(transfer))
        text = _("The order is paid, and its tickets are e-mailed.")
        return self.ask(request, transfer, _("Assign %s to an order"), form, text, _("Assign"))

    @action(
        description=gettext_lazy("Accept another amount"),
        url_path="accept",
        permissions=["act"],
        attrs=IRREVERSIBLE,
    )
    def accept_difference(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Accept the transfer for an order that costs more or less."""
        transfer = self.get_line(request, object_id)
        form, order = _pay_order(request, transfer, accept_transfer)
        if order:
            self.log_change(request, transfer, _("Accepted for order %s") % order)
            _report_accepted(request, order)
            return redirect(self.page_of(transfer))
        text = _(
            "If it is less than what is due, the order stays reserved, and the customer is asked"
            " for the rest. If it is more, the order is paid, and the difference is added to the"
            " refunds that you have to transfer."
        )
        title = _("Accept %s for an order")
        return self.ask(request, transfer, title, form, text, _("Accept"))

    @action(
        description=gettext_lazy("Assign to payout"), url_path="assign-payout", permissions=["act"]
    )
    def choose_payout(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Record that the transfer is a payout of a payment provider."""
        transfer = self.get_line(request, object_id)
        form = PayoutForm(request.POST if was_confirmed(request) else None)
        if was_confirmed(request) and form.is_valid():
            payout = form.cleaned_data["payout"]
            matched = _run(
                match_by_hand,
                form=form,
                transfer=transfer,
                payout=payout,
                decided_by=actor_of(request),
            )
            if matched:
                self.log_change(request, transfer, _("Assigned to payout %s") % payout)
                messages.success(request, _("The transfer is matched with the payout."))
                return redirect(self.page_of(transfer))
        text = _("If the amounts differ, the difference becomes a task.")
        return self.ask(request, transfer, _("Assign %s to a payout"), form, text, _("Assign"))

    @action(
        description=gettext_lazy("Undo assignment to payout"),
        url_path="undo-payout",
        permissions=["act"],
    )
    def undo_payout(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Undo the match with a payout, after confirmation."""
        transfer = self.get_line(request, object_id)
        if was_confirmed(request):
            if unmatch(transfer=transfer):
                self.log_change(request, transfer, _("No longer assigned to a payout"))
                messages.success(request, _("The transfer is to be decided again."))
            else:
                messages.warning(request, _("The transfer is not assigned to a payout."))
            return redirect(self.page_of(transfer))
        text = _("The transfer is to be decided again, and the payout lacks its bank line.")
        title = _("Undo the assignment of %s")
        return self.ask(request, transfer, title, forms.Form(), text, _("Undo assignment"))

    @action(
        description=gettext_lazy("Send back"),
        url_path="send-back",
        permissions=["act"],
        attrs=IRREVERSIBLE,
    )
    def send_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Record the money as received, with a refund of all of it to transfer."""
        transfer = self.get_line(request, object_id)
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        if was_confirmed(request) and form.is_valid():
            payment = _run(
                return_transfer,
                form=form,
                transfer=transfer,
                decided_by=actor_of(request),
                reason=form.cleaned_data["reason"],
            )
            if payment:
                reason = form.cleaned_data["reason"]
                self.log_change(request, transfer, _("Sent back: %s") % reason)
                messages.success(
                    request,
                    _("Transfer the money back, then mark the refund as refunded manually."),
                )
                return redirect(self.page_of(transfer))
        text = _("A refund of the whole amount is added to the refunds that you have to transfer.")
        return self.ask(request, transfer, _("Send %s back"), form, text, _("Send back"))

    @action(
        description=gettext_lazy("Ignore"),
        url_path="ignore",
        permissions=["act"],
        attrs=IRREVERSIBLE,
    )
    def ignore(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Record that the transfer pays no order."""
        transfer = self.get_line(request, object_id)
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        if was_confirmed(request) and form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                ignore_transfer(transfer=transfer, decided_by=actor_of(request), reason=reason)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                self.log_change(request, transfer, _("Ignored: %s") % reason)
                return redirect(self.page_of(transfer))
        text = _("For money that has nothing to do with orders.")
        return self.ask(request, transfer, _("Ignore %s"), form, text, _("Ignore"))


def _pay_order(
    request: HttpRequest, transfer: BankTransfer, operation: Any
) -> tuple[AssignForm, Order | None]:
    """Run the operation with the chosen order. Return the form, and the order if it ran."""
    initial = {"reference": transfer.order}
    form = AssignForm(request.POST if was_confirmed(request) else None, initial=initial)
    if not was_confirmed(request) or not form.is_valid():
        return form, None
    order = form.cleaned_data["reference"]
    by = actor_of(request)
    return form, _run(operation, form=form, transfer=transfer, order=order, decided_by=by)


def _run(operation: Any, *, form: forms.Form, **arguments: Any) -> Any:
    """Run it and return its result; if it is refused, add the error to the form."""
    try:
        return run_or_add_error(operation, form=form, **arguments)
    except PaymentError as error:
        form.add_error(None, str(error))
        return None


def _report(request: HttpRequest, statement: BankStatement) -> None:
    count = statement.transfers_new
    text = ngettext("%(count)d new transfer.", "%(count)d new transfers.", count)
    messages.success(request, text % {"count": count})
    left = BankTransfer.objects.undecided().count()
    if left:
        text = ngettext("%(count)d transfer to decide.", "%(count)d transfers to decide.", left)
        messages.warning(request, text % {"count": left})


def _report_accepted(request: HttpRequest, order: Order) -> None:
    if order.is_reserved:
        text = _("Accepted. The customer will be asked for the remaining %s.")
        messages.success(request, text % money(order.amount_due, order.currency))
    else:
        _report_order(request, order)


def _report_order(request: HttpRequest, order: Order) -> None:
    if order.is_confirmed:
        messages.success(request, _("Paid. The customer will be e-mailed the tickets."))
    else:
        text = _("The seats had been sold. Send the money back: see the refund of this order.")
        messages.warning(request, text)
