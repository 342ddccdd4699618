"""The forms of a sale at the counter or by phone: what to sell, and for whom and how it is paid."""

import secrets
from collections.abc import Iterable
from datetime import datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from accounts.memberships import find_member
from accounts.models import User
from bookings.checkout_fields import DetailsForm
from bookings.invoice_details import InvoiceForm
from bookings.models import COUNTER_CHANNELS
from bookings.sale.payment_options import can_pay_online
from bookings.sale.reservations import takes_transfers
from bookings.staff_operations.counter_payments import Method
from core.email_addresses import EmailField
from core.money import check_amount, money
from organisation.current import current_organisation
from organisation.language import offered_languages
from organisation.models import Channel
from shows.models import Performance
from shows.terms import Terms, terms_of
from venues.drawing import drawing_of

MAX_BEST = 100
HOURS = [2, 24, 72]  # For which a link to pay can be valid.
USUAL_HOURS = 24
USUAL_DAYS = timedelta(days=14)  # To pay an invoice.
LAST_END = timedelta(days=2)  # Invoices are due so long before the start.
# Browsers would offer the clerk's own data.
NOT_FILLED_IN = {"autocomplete": "off"}


class Payment(models.TextChoices):
    """How a sale is paid."""

    CASH = Method.CASH.value, Method.CASH.label
    TERMINAL = Method.TERMINAL.value, Method.TERMINAL.label
    LINK = "link", gettext_lazy("Link by e-mail")
    INVOICE = "invoice", gettext_lazy("Pay later by bank transfer")
    FREE = "free", gettext_lazy("Complimentary")


class SellForm(forms.Form):
    """What to sell beside the seats chosen on the map, and where the sale is made."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Sold"), widget=forms.RadioSelect, required=False
    )
    best = forms.IntegerField(
        label=gettext_lazy("Best available seats"),
        min_value=1,
        max_value=MAX_BEST,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    area = forms.ChoiceField(
        label=gettext_lazy("Area"), required=False, widget=UnfoldAdminSelectWidget
    )
    accessible = forms.BooleanField(
        label=gettext_lazy("With a wheelchair space"), required=False, widget=UnfoldBooleanWidget
    )
    key = forms.SlugField(max_length=24, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, terms: Terms, channel: str) -> None:
        super().__init__(data, initial={"key": secrets.token_hex(12), "channel": channel})
        cast(forms.ChoiceField, self.fields["channel"]).choices = [
            (Channel.COUNTER.value, _("at the counter")),
            (Channel.PHONE.value, _("by phone")),
        ]
        seated = {seat.category for seat in drawing_of(terms.plan_id).seats.values()}
        prices = {
            one.name: money(terms.price_of(one.id, None, channel)[0], terms.currency)
            for one in terms.categories.values()
            if one.name in seated
        }
        cast(forms.ChoiceField, self.fields["area"]).choices = [("", _("Any area"))] + [
            (name, f"{name}, {price}") for name, price in prices.items()
        ]

    def chosen_channel(self, usual: str) -> str:
        """Return the channel that was chosen, else `usual`."""
        sent = self.data.get("channel", "")
        return sent if sent in COUNTER_CHANNELS else usual


class CheckoutForm(forms.Form):
    """The customer of a sale and how it is paid: `total`, in `currency`."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=150,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs=NOT_FILLED_IN),
        help_text=gettext_lazy("Type a part of the name or address to find earlier customers."),
    )
    email = EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        required=False,
        widget=UnfoldAdminEmailInputWidget(attrs=NOT_FILLED_IN),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the e-mails"),
        choices=offered_languages,
        widget=UnfoldAdminSelectWidget,
    )
    member = forms.CharField(
        label=gettext_lazy("Member number"),
        max_length=40,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs=NOT_FILLED_IN),
        help_text=gettext_lazy("For members’ prices. Update the total after entering it."),
    )
    method = forms.ChoiceField(
        label=gettext_lazy("Payment"),
        choices=Payment.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how it is paid.")},
    )
    received = forms.DecimalField(
        label=gettext_lazy("Cash received"),
        max_digits=9,
        decimal_places=2,
        required=False,
        localize=True,
        widget=UnfoldAdminDecimalFieldWidget(attrs=NOT_FILLED_IN),
    )
    hours = forms.TypedChoiceField(
        label=gettext_lazy("The seats stay reserved for"),
        coerce=int,
        empty_value=str(USUAL_HOURS),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    last_day = forms.DateField(
        label=gettext_lazy("Payable until"), required=False, widget=UnfoldAdminDateWidget
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs=NOT_FILLED_IN),
    )
    quote = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        performance: Performance,
        total: Decimal,
        places: Iterable[int] = (),
        initial: dict[str, Any] | None = None,
    ) -> None:
        """Offer only what is possible: a link needs online payments, a transfer a bank account."""
        self.performance, self.total = performance, total
        self.zone: tzinfo = performance.venue.zone
        usual = {
            "language": current_organisation().language,
            "hours": USUAL_HOURS,
            "last_day": self._usual_day(),
        }
        super().__init__(data, initial=usual | (initial or {}))
        offered = {
            Payment.LINK.value: can_pay_online(total),
            Payment.INVOICE.value: takes_transfers(performance),
        }
        cast(forms.ChoiceField, self.fields["method"]).choices = [
            choice for choice in Payment.choices if offered.get(choice[0], True)
        ]
        cast(forms.ChoiceField, self.fields["hours"]).choices = [
            (hours, _hours_text(hours)) for hours in HOURS
        ]
        self.answers = DetailsForm(data, initial=initial, with_own_fields=False)
        self.answers.ask(terms_of(performance.pk).questions, places)
        for field in self.answers.fields.values():
            # Questions are optional: the customer may not want to answer on the phone.
            field.required = False
            field.widget.attrs |= {"class": "counter-input", **NOT_FILLED_IN}
        self.invoice = InvoiceForm(data, country=performance.venue.country)
        for field in self.invoice.fields.values():
            field.widget.attrs |= {"class": "counter-input", **NOT_FILLED_IN}
        if len(offered_languages()) == 1:
            self.fields["language"].widget = forms.HiddenInput()

    def clean_member(self) -> User | None:
        number = self.cleaned_data["member"]
        member = find_member(number, timezone.now().astimezone(self.zone).date())
        if number and member is None:
            raise forms.ValidationError(_("There is no valid membership with this number."))
        return member

    def clean_received(self) -> Decimal | None:
        received: Decimal | None = self.cleaned_data["received"]
        if received is None or self.data.get("method") != Payment.CASH:
            return None
        check_amount(received, self.performance.currency)
        if received < self.total:
            raise forms.ValidationError(
                _("This is less than the total of %(total)s.")
                % {"total": money(self.total, self.performance.currency)}
            )
        return received

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        method = data.get("method")
        if not self.answers.is_valid():
            self.add_error(None, _("Correct the marked answers."))
        if method == Payment.FREE and not data.get("reason"):
            self.add_error("reason", _("Enter a reason for complimentary tickets."))
        if method in (Payment.LINK, Payment.INVOICE):
            if not data.get("email") and "email" not in self.errors:
                self.add_error("email", _("Enter the address that gets the e-mail."))
            if not data.get("name"):
                self.add_error("name", _("Enter the customer's name."))
        if method == Payment.INVOICE and not data.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", _("Enter until when it can be paid."))
        if method == Payment.INVOICE and self.wants_invoice and not self.invoice.is_valid():
            self.add_error(None, _("Complete the address of the invoice."))
        return data

    @property
    def wants_invoice(self) -> bool:
        """Return whether a company or an address for an invoice was typed."""
        typed = self.invoice.typed()
        return any(value for name, value in typed.items() if name != "country")

    def invoice_details(self) -> dict[str, str] | None:
        """Return who the invoice is made out to, if one was requested."""
        if self.cleaned_data["method"] != Payment.INVOICE or not self.wants_invoice:
            return None
        return self.invoice.details()

    def payable_until(self) -> datetime:
        """Return until when the order is paid, at most until the start of the show."""
        data = self.cleaned_data
        if data["method"] == Payment.LINK:
            end = timezone.now() + timedelta(hours=int(data["hours"]))
        else:
            end = datetime.combine(data["last_day"], time(23, 59), tzinfo=self.zone)
        return min(end, self.performance.starts_at)

    def change_due(self) -> Decimal | None:
        """Return the change for the cash received, or None if it was not entered."""
        received = self.cleaned_data["received"]
        return None if received is None else received - self.total

    def _usual_day(self) -> Any:
        today = timezone.now().astimezone(self.zone).date()
        last = (self.performance.starts_at - LAST_END).astimezone(self.zone).date()
        return max(today, min(today + USUAL_DAYS, last))


def _hours_text(hours: int) -> str:
    if hours % 24:
        return _("%(hours)d hours") % {"hours": hours}
    return _("1 day") if hours == 24 else _("%(days)d days") % {"days": hours // 24}
