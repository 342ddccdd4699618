"""What staff do for a customer on the telephone: money back, other places, a note."""

from decimal import Decimal

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from bookings.aftersale.partial_refunds import TooMuch, refund_amount
from bookings.aftersale.refunds import refundable_balance
from bookings.aftersale.reissue import reissue_tickets
from bookings.exceptions import NoSuchPlace
from bookings.staff_operations.order_notes import add_note
from bookings.staff_operations.place_search import find_place
from bookings.staff_operations.ticket_moves import difference, move_tickets
from core.admin.confirmation import OnceForm, ReasonForm, actor_of, confirm, was_confirmed
from core.money import check_amount, coin, money

from .errors import run_or_add_error


class GiveBackForm(OnceForm):
    """How much of an order's money to send back."""

    amount = forms.DecimalField(
        label=_("amount"),
        min_value=Decimal("0.01"),
        max_digits=11,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget,
    )
    field_order = ["amount", "reason"]

    def __init__(self, data, *, currency):
        super().__init__(data)
        self.currency = currency
        smallest = coin(currency)
        self.fields["amount"].widget.attrs |= {"step": str(smallest), "min": str(smallest)}

    def clean_amount(self):
        check_amount(self.cleaned_data["amount"], self.currency)
        return self.cleaned_data["amount"]


class MoveForm(ReasonForm):
    """For each ticket the place that it is to have; those left empty stay."""

    def __init__(self, data, *, order):
        super().__init__(data)
        self.order = order
        self.tickets = list(order.tickets.valid().order_by("place_id"))
        for ticket in self.tickets:
            self.fields[f"ticket_{ticket.pk}"] = forms.CharField(
                label=_("Instead of %s") % ticket.label,
                required=False,
                max_length=160,
                widget=UnfoldAdminTextInputWidget,
                help_text=_("Section, row and seat, such as “Stalls F 12”. Empty: it stays."),
            )
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def clean(self):
        data = super().clean()
        self.moves = {}
        for ticket in self.tickets:
            name = f"ticket_{ticket.pk}"
            if not data.get(name):
                continue
            try:
                self.moves[ticket.pk] = find_place(
                    self.order.performance,
                    data[name],
                    besides=[place.pk for place in self.moves.values()],
                )
            except NoSuchPlace as refusal:
                self.add_error(name, str(refusal))
        if not self.moves and not self.errors:
            raise forms.ValidationError(_("Please say where at least one of them is to go."))
        return data

    def difference(self):
        """What the new places cost more than was paid for the old ones."""
        by_pk = {ticket.pk: ticket for ticket in self.tickets}
        return sum(difference(by_pk[pk], place) for pk, place in self.moves.items())


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("note"),
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget,
        help_text=_("For staff only. The log keeps what it was before."),
    )


class OrderActions:
    """A part of the admin of orders."""

    @action(
        description=_("Send money back"),
        url_path="give-back",
        icon="currency_exchange",
        permissions=["act"],
    )
    def give_back(self, request, object_id):
        """Send a part of the money back; the tickets stay as they are."""
        order = self._order(request, object_id)
        form = GiveBackForm(
            request.POST if was_confirmed(request) else None, currency=order.currency
        )
        left = refundable_balance(order)
        if not left and not was_confirmed(request):
            messages.warning(request, str(TooMuch(left, order.currency)))
            return redirect(self._page(order))
        if was_confirmed(request) and form.is_valid():
            sent = run_or_add_error(
                refund_amount,
                form=form,
                beside="amount",
                order=order,
                actor=actor_of(request),
                **form.cleaned_data,
            )
            if sent:
                amount = money(sent, order.currency)
                self._write_down(request, order, _("Sent %s back") % amount, form)
                messages.success(request, _("%s is on its way. The customer is told.") % amount)
                return redirect(self._page(order))
        most = money(left, order.currency)
        words = _("The tickets stay valid. At most %s can go back.") % most
        return self._ask(request, order, _("Send money of order %s back"), form, words, _("Send"))

    @action(
        description=_("Move to other places"),
        url_path="move",
        icon="swap_horiz",
        permissions=["act"],
    )
    def move(self, request, object_id):
        """Move tickets to other places of the performance; the price that was paid stays."""
        order = self._order(request, object_id)
        form = MoveForm(request.POST if was_confirmed(request) else None, order=order)
        if not form.tickets:
            messages.warning(request, _("This order has no valid tickets."))
            return redirect(self._page(order))
        if was_confirmed(request) and form.is_valid():
            more = form.difference()
            done = run_or_add_error(
                move_tickets,
                form=form,
                order=order,
                actor=actor_of(request),
                moves={ticket: place.pk for ticket, place in form.moves.items()},
                reason=form.cleaned_data["reason"],
            )
            if done:
                self._write_down(request, order, _("Moved to other places"), form)
                messages.success(request, _told_of_move(more, order.currency))
                return redirect(self._page(order))
        words = _("What was paid stays. The tickets get new codes, and the customer new papers.")
        return self._ask(request, order, _("Move the tickets of order %s"), form, words, _("Move"))

    @action(
        description=_("Reissue the tickets"),
        url_path="reissue",
        icon="qr_code_2",
        permissions=["act"],
    )
    def reissue(self, request, object_id):
        """Give the tickets new codes: a letter or a telephone has got into the wrong hands."""
        order = self._order(request, object_id)
        form = ReasonForm(request.POST if was_confirmed(request) else None)
        if was_confirmed(request) and form.is_valid():
            done = run_or_add_error(
                reissue_tickets,
                form=form,
                order=order,
                actor=actor_of(request),
                **form.cleaned_data,
            )
            if done:
                self._write_down(request, order, _("Reissued the tickets"), form)
                messages.success(request, _("Reissued. The old codes open nothing any more."))
                return redirect(self._page(order))
        words = _("All valid tickets get new codes, and the customer new papers by letter.")
        title = _("Reissue the tickets of order %s")
        return self._ask(request, order, title, form, words, _("Reissue"))

    @action(description=_("Write a note"), url_path="note", icon="edit_note", permissions=["act"])
    def write_note(self, request, object_id):
        """Keep a note about the order, for colleagues."""
        order = self._order(request, object_id)
        form = NoteForm(
            request.POST if was_confirmed(request) else None, initial={"note": order.note}
        )
        if was_confirmed(request) and form.is_valid():
            add_note(order=order, note=form.cleaned_data["note"], actor=actor_of(request))
            return redirect(self._page(order))
        return self._ask(request, order, _("Note about order %s"), form, "", _("Keep"))

    def _ask(self, request, order, title, form, words, button):
        return confirm(
            request,
            self,
            title=title % order.reference,
            button=button,
            form=form,
            words=words,
            back=self._page(order),
        )

    def _write_down(self, request, order, what, form):
        self.log_change(request, order, f"{what}: {form.cleaned_data['reason']}")


def _told_of_move(more, currency):
    if more > 0:
        return _("Moved. The new places would have cost %s more.") % money(more, currency)
    if more < 0:
        return _("Moved. The new places cost %s less; send that back if you wish.") % money(
            -more, currency
        )
    return _("Moved. The new places cost the same.")
