"""The forms of a sale at the door: what to sell, and its payment."""

import secrets
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Order
from bookings.sale.concession_rules import Buyer, is_over, refused_concessions, rule_texts
from bookings.sale.reservations import end_of_day, usual_last_day
from bookings.staff_operations.counter_payments import Method
from core.email_addresses import EmailField
from core.money import check_amount, money
from organisation.models import Channel
from shows.models import ConcessionType
from shows.terms import ConcessionTerm, Terms
from venues.drawing import drawing_of

from .sales import DoorSaleRequest

MAX_RESULTS = 50
ANY = "any"


class SaleForm(forms.Form):
    """What to sell at the door, with the choices of one performance (`terms`).

    Without `may_comp` there are no complimentary tickets.
    """

    what = forms.ChoiceField(label=gettext_lazy("Tickets"), initial=ANY)
    quantity = forms.IntegerField(
        label=gettext_lazy("Quantity"), min_value=1, max_value=MAX_RESULTS, initial=2
    )
    concession = forms.ChoiceField(label=gettext_lazy("Concession"), required=False)
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
            if not row.members_only and not is_over(row, timezone.now())
        ]
        if not may_comp:
            del self.fields["comp"], self.fields["reason"]

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
        refused = refused_concessions(
            dict.fromkeys(range(quantity), self.terms.concessions[concession]),
            quantity=quantity,
            terms=self.terms,
            buyer=Buyer(lambda: None),
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
        )


class PaymentForm(forms.Form):
    """The payment of a sale: `total`, in `currency`."""

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

    def __init__(self, data: QueryDict | None = None, *, total: Decimal, currency: str) -> None:
        super().__init__(data)
        self.total, self.currency = total, currency

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
    """Return the name with its reduction and rules: “Group (−20 %, from 10 tickets)”."""
    value = money(term.value, terms.currency)
    reduction = {
        ConcessionType.Method.PERCENT: f"−{term.value.normalize():f} %",
        ConcessionType.Method.AMOUNT: f"−{value}",
    }.get(ConcessionType.Method(term.method), value)
    return f"{term.name} ({', '.join([reduction, *rule_texts(term, terms)])})"


def _price_of(category: str, terms: Terms) -> str:
    """Return the price at the door, whose fees can differ from those of the website."""
    category_id = terms.categories_by_name[category].id
    return money(terms.price_of(category_id, channel=Channel.DOOR)[0], terms.currency)
