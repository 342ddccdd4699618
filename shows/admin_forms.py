"""Forms of the admin for shows and performances; `catalogue_write` uses them too."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget

from core.admin.pictures import PictureField
from core.money import check_amount, check_currency
from core.slugs import SlugFormMixin
from organisation.models import Seller

from .models import Performance, Show


class ShowForm(SlugFormMixin, forms.ModelForm):
    """A show. `new_poster` is saved by `set_poster`, never as it was uploaded."""

    named_by = "title"
    new_poster = PictureField(
        label=gettext_lazy("New poster"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=gettext_lazy(
            "JPEG, PNG or WebP. Recommended: portrait, 5 by 7, at least 900 pixels wide."
        ),
    )

    class Meta:
        model = Show
        fields = [
            "title",
            "slug",
            "artists",
            "tags",
            "description",
            "promoter",
            "seller",
            "is_published",
            "is_unlisted",
            "duration",
            "age_rating",
        ]

    def clean_seller(self) -> Seller | None:
        """Default to the only seller; with several, one must be chosen."""
        seller = self.cleaned_data["seller"]
        if seller is None:
            sellers = list(Seller.objects.order_by("pk")[:2])
            if len(sellers) > 1:
                raise ValidationError(_("Select the seller of this show."))
            seller = sellers[0] if sellers else None
        if self.instance.seller_is_locked() and seller != self.instance.seller:
            raise ValidationError(
                _("Tickets of this show are on sale. Its seller can no longer change.")
            )
        return seller


class NamedForm(SlugFormMixin, forms.ModelForm):
    """An artist or a genre."""


class PerformanceForm(forms.ModelForm):
    class Meta:
        model = Performance
        fields = [
            "show",
            "venue",
            "plan",
            "starts_at",
            "doors_at",
            "on_sale_from",
            "on_sale_until",
            "currency",
            "customer_limit",
            "cancel_until_hours",
            "keep_fee",
            "keep_order_fee",
            "transfer_days",
            "allow_single_gaps",
            "accessible_released",
        ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        plan, venue = data.get("plan"), data.get("venue")
        if plan and venue and plan.venue_id != venue.pk:
            self.add_error("plan", _("This seating plan belongs to %s.") % plan.venue)
        begins, ends = data.get("on_sale_from"), data.get("on_sale_until")
        starts, doors = data.get("starts_at"), data.get("doors_at")
        if begins and ends and ends <= begins:
            self.add_error("on_sale_until", _("The sale must end after it begins."))
        if begins and starts and not ends and starts <= begins:
            self.add_error("on_sale_from", _("The sale must begin before the performance starts."))
        if starts and doors and doors > starts:
            self.add_error("doors_at", _("Doors must open before the performance starts."))
        return data

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"].upper()
        check_currency(currency)
        return currency


class PriceCategoryFormSet(forms.BaseInlineFormSet):
    """Prices of categories that the performance's plan has."""

    def clean(self) -> None:
        super().clean()
        if not self.instance.plan_id:
            return
        known = [category["name"] for category in self.instance.plan.categories]
        for form in self.forms:
            name = form.cleaned_data.get("name") if hasattr(form, "cleaned_data") else None
            if name and name not in known:
                message = _("The seating plan has no such category. Choose from: %s.")
                message %= ", ".join(known)
                form.add_error("name", message)
            _check_amounts(form, ("price", "fee"), self.instance.currency)


class PerformanceFeesFormSet(forms.BaseInlineFormSet):
    """Fees in the currency of the performance."""

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            _check_amounts(form, ("ticket_fee", "order_fee"), self.instance.currency)


def _check_amounts(form: forms.ModelForm, fields: Iterable[str], currency: str) -> None:
    """Check the decimals of the amounts against the currency entered for the performance."""
    for field in fields:
        amount = getattr(form, "cleaned_data", {}).get(field)
        if amount is not None and field not in form.errors:
            try:
                check_amount(amount, currency)
            except ValidationError as error:
                form.add_error(field, error)


class PriceCategoryForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        price, fee = data.get("price"), data.get("fee")
        if price is not None and fee is not None and not 0 <= fee <= price:
            self.add_error("fee", _("The booking fee cannot be more than the price."))
        return data
