"""Forms of the door."""

import secrets
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.memberships import find_member
from accounts.models import User
from bookings.checkout_fields import DetailsForm
from bookings.models import Order
from bookings.sale.concession_rules import Buyer, is_over, refused_concessions, rule_texts
from bookings.sale.reservations import end_of_day, usual_last_day
from bookings.staff_operations.counter_payments import Method
from core.email_addresses import EmailField
from core.money import check_amount, money
from core.names import translated_name
from core.percentages import format_percent
from organisation.models import Channel
from shows.models import ConcessionType
from shows.terms import ConcessionTerm, Terms, terms_of
from venues.drawing import drawing_of

from .sales import DoorSaleRequest

DOOR = "door"
MAX_RESULTS = 50
ANY = "any"


class ScanForm(forms.Form):
    """One of: the content of a code (or a search text), a ticket that was found, a picture."""

    text = forms.CharField(
        label=gettext_lazy("Code, reference or name"), max_length=400, required=False
    )
    ticket = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    picture = forms.FileField(label=gettext_lazy("Photo of a code"), required=False)
    scan = forms.SlugField(max_length=40, required=False)


class DeviceScanForm(forms.Form):
    """A scan stored on a device. Both times are milliseconds by the device's own clock."""

    text = forms.CharField(max_length=400)
    scan = forms.SlugField(max_length=40)
    door = forms.CharField(max_length=40, required=False)
    scanned_at = forms.IntegerField(required=False, min_value=0, max_value=10**14)
    sent_at = forms.IntegerField(required=False, min_value=0, max_value=10**14)


class DoorForm(forms.Form):
    """The name of this door, recorded with each check-in."""

    door = forms.CharField(label=gettext_lazy("Door name"), max_length=40)


def door_of(request: HttpRequest) -> str:
    """Return the name of this browser's door."""
    return request.session.get(DOOR) or str(_("Main door"))


class SaleForm(forms.Form):
    """What to sell at the door, with the choices of one performance (`terms`).

    Without `may_comp` there are no complimentary tickets.
    """

    what = forms.ChoiceField(label=gettext_lazy("Tickets"), initial=ANY)
    quantity = forms.IntegerField(
        label=gettext_lazy("Quantity"), min_value=1, max_value=MAX_RESULTS, initial=2
    )
    concession = forms.ChoiceField(label=gettext_lazy("Concession"), required=False)
    member = forms.CharField(
        label=gettext_lazy("Member number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("For members’ prices."),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150, required=False)
    email = EmailField(
        label=gettext_lazy("E-mail address for the tickets (optional)"),
        max_length=254,
        required=False,
    )
    comp = forms.BooleanField(label=gettext_lazy("Complimentary"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason (complimentary tickets)"), max_length=200, required=False
    )
    key = forms.SlugField(max_length=24, widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None = None, *, terms: Terms, may_comp: bool = False
    ) -> None:
        super().__init__(data, initial={"key": secrets.token_hex(12)})
        self.terms = terms
        cast(forms.ChoiceField, self.fields["what"]).choices = _choices(terms)
        cast(forms.ChoiceField, self.fields["concession"]).choices = [("", _("none"))] + [
            (str(row.id), _concession_label(row, terms))
            for row in terms.concessions.values()
            if not is_over(row, timezone.now())
        ]
        if not any(row.members_only for row in terms.concessions.values()):
            del self.fields["member"]
        if not may_comp:
            del self.fields["comp"], self.fields["reason"]

    def clean_member(self) -> User | None:
        """Return the account with this member number; refuse one that is not valid today."""
        number = self.cleaned_data["member"]
        member = find_member(number, timezone.now().astimezone(self.terms.zone).date())
        if number and member is None:
            raise forms.ValidationError(_("There is no valid membership with this number."))
        return member

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if data.get("comp") and not data.get("reason"):
            self.add_error("reason", _("Enter a reason for complimentary tickets."))
        elif data.get("concession") and data.get("quantity") and not data.get("comp"):
            self._check_concession(int(data["concession"]), data["quantity"])
        return data

    def _check_concession(self, concession: int, quantity: int) -> None:
        """Refuse a concession that some of the tickets cannot have."""
        term, member = self.terms.concessions[concession], self.cleaned_data.get("member")
        if term.members_only and member is None:
            if "member" not in self.errors:
                self.add_error("member", _("Enter the member number for this price."))
            return
        refused = refused_concessions(
            dict.fromkeys(range(quantity), term),
            quantity=quantity,
            terms=self.terms,
            buyer=Buyer(lambda: member),
            now=timezone.now(),
        )
        for reason in dict.fromkeys(refused.values()):
            self.add_error("concession", reason)

    def sale_request(self) -> DoorSaleRequest:
        """Return what was entered."""
        data = self.cleaned_data
        kind, _colon, rest = data["what"].partition(":")
        return DoorSaleRequest(
            quantity=data["quantity"],
            section=int(rest) if kind == "section" else None,
            category=rest if kind == "category" else None,
            concession=int(data["concession"]) if data["concession"] else None,
            member=data.get("member"),
        )


class PaymentForm(forms.Form):
    """The payment of an order, and the answers to the questions of the checkout."""

    method = forms.ChoiceField(
        label=gettext_lazy("Payment method"),
        choices=Method.choices,
        initial=Method.CASH,
        widget=forms.RadioSelect,
    )
    received = forms.DecimalField(
        label=gettext_lazy("Cash received (optional)"),
        max_digits=9,
        decimal_places=2,
        required=False,
        localize=True,
    )
    admit = forms.BooleanField(label=gettext_lazy("Check in immediately"), required=False)

    def __init__(self, data: QueryDict | None = None, *, order: Order) -> None:
        super().__init__(data)
        self.total, self.currency = order.total, order.currency
        self.answers = DetailsForm(data, initial=dict(order.details), with_own_fields=False)
        places = [line["place"] for line in order.quote]
        self.answers.ask(terms_of(order.performance_id).questions, places)
        for field in self.answers.fields.values():
            # Questions are optional at the door, where others are waiting.
            field.required = False
            field.widget.attrs["autocomplete"] = "off"

    def clean_received(self) -> Decimal | None:
        received: Decimal | None = self.cleaned_data["received"]
        if received is None:
            return None
        check_amount(received, self.currency)
        if received < self.total:
            raise forms.ValidationError(
                _("This is less than the total of %(total)s.")
                % {"total": money(self.total, self.currency)}
            )
        return received

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.answers.is_valid():
            self.add_error(None, _("Correct the marked answers."))
        return data

    def change_due(self) -> Decimal | None:
        """Return the change for the cash received, or None if it was not entered."""
        data = self.cleaned_data
        if data["method"] != Method.CASH or data["received"] is None:
            return None
        return data["received"] - self.total


class PayLaterForm(forms.Form):
    """Until when an order is paid by bank transfer, and who gets the e-mails about it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    email = EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    last_day = forms.DateField(
        label=gettext_lazy("Payable until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: QueryDict | None = None, *, order: Order) -> None:
        self.performance = order.performance
        last_day = usual_last_day(self.performance)
        name = order.name if order.email else ""
        super().__init__(data, initial={"name": name, "email": order.email, "last_day": last_day})

    def payable_until(self) -> datetime:
        """Return the end of the day at the venue, or the start of the show if that is earlier."""
        return end_of_day(self.cleaned_data["last_day"], self.performance)


def _choices(terms: Terms) -> list[tuple[str, str]]:
    """Return the choices: best available, each category, each standing section."""
    drawing = drawing_of(terms.plan_id)
    seated = {seat.category for seat in drawing.seats.values()}
    seats = [
        (f"category:{row.name}", f"{row.name} · {_price_of(row.name, terms)}")
        for row in terms.categories.values()
        if row.name in seated
    ]
    standing = [
        (f"section:{section.id}", f"{section.name} · {_price_of(section.category, terms)}")
        for section in drawing.sections
        if section.kind == "standing"
    ]
    best = [(ANY, _("Best available"))] if seats else []
    return best + seats + standing


def _concession_label(term: ConcessionTerm, terms: Terms) -> str:
    """Return the name with its reduction and rules: “Group (−20%, from 10 tickets)”."""
    value = money(term.value, terms.currency)
    reduction = {
        ConcessionType.Method.PERCENT: f"−{format_percent(term.value)}",
        ConcessionType.Method.AMOUNT: f"−{value}",
    }.get(ConcessionType.Method(term.method), value)
    return f"{translated_name(term.name)} ({', '.join([reduction, *rule_texts(term, terms)])})"


def _price_of(category: str, terms: Terms) -> str:
    """Return the price at the door, whose fees can differ from those of the website."""
    category_id = terms.categories_by_name[category].id
    return money(terms.price_of(category_id, channel=Channel.DOOR)[0], terms.currency)
