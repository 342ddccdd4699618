"""How staff write down shows and performances."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget

from core.money import check_amount, check_currency
from core.slugs import SlugFormMixin
from venues.forms import PictureField

from .models import Performance, Show


class ShowForm(SlugFormMixin, forms.ModelForm):
    """A show; `new_poster` is hung by `set_poster`, never written to the field as it came."""

    named_by = "title"
    new_poster = PictureField(
        label=gettext_lazy("New poster"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=gettext_lazy(
            "JPEG, PNG or WebP, best upright and 5 by 7, 900 pixels wide or more."
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
            "is_published",
            "is_unlisted",
            "duration",
            "age_rating",
        ]


class NamedForm(SlugFormMixin, forms.ModelForm):
    """An artist or a tag."""


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
            "allow_single_gaps",
            "accessible_released",
        ]

    def clean(self):
        data = super().clean()
        plan, venue = data.get("plan"), data.get("venue")
        if plan and venue and plan.venue_id != venue.pk:
            self.add_error("plan", _("This is a plan of %s.") % plan.venue)
        begins, ends = data.get("on_sale_from"), data.get("on_sale_until")
        starts, doors = data.get("starts_at"), data.get("doors_at")
        if begins and ends and ends <= begins:
            self.add_error("on_sale_until", _("The sale would end before it begins."))
        if begins and starts and not ends and starts <= begins:
            self.add_error("on_sale_from", _("This is after the start."))
        if starts and doors and doors > starts:
            self.add_error("doors_at", _("Doors open before the start, not after it."))
        return data

    def clean_currency(self):
        currency = self.cleaned_data["currency"].upper()
        check_currency(currency)
        return currency


class PriceCategoryFormSet(forms.BaseInlineFormSet):
    """Prices for the categories of the performance's plan, and for no others."""

    def clean(self):
        super().clean()
        if not self.instance.plan_id:
            return
        known = [category["name"] for category in self.instance.plan.categories]
        for form in self.forms:
            name = form.cleaned_data.get("name") if hasattr(form, "cleaned_data") else None
            if name and name not in known:
                message = _("The plan has no such category. It has: %s.") % ", ".join(known)
                form.add_error("name", message)
            self._check_amounts(form)

    def _check_amounts(self, form):
        """Amounts have the decimals of the currency that the performance has or is getting."""
        for field in ("price", "fee"):
            amount = getattr(form, "cleaned_data", {}).get(field)
            if amount is not None and field not in form.errors:
                try:
                    check_amount(amount, self.instance.currency)
                except ValidationError as error:
                    form.add_error(field, error)


class PriceCategoryForm(forms.ModelForm):
    def clean(self):
        data = super().clean()
        price, fee = data.get("price"), data.get("fee")
        if price is not None and fee is not None and not 0 <= fee <= price:
            self.add_error("fee", _("The fee is a part of the price."))
        return data
