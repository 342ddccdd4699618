"""Forms of the admin for shows and performances; `catalogue_write` uses them too."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from core.admin.pictures import PictureField
from core.money import check_amount, check_currency
from core.slugs import SlugFormMixin
from organisation.models import Seller

from .copy_performance import SALES_SETTINGS
from .models import Performance, Show, ShowPicture


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


class ShowPictureForm(forms.ModelForm):
    picture = PictureField(label=gettext_lazy("Picture"))

    class Meta:
        model = ShowPicture
        fields = ["picture", "text", "ordinal"]


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
            *SALES_SETTINGS,
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


class CategoryField(forms.ChoiceField):
    """A category of a seating plan.

    `find_names` is called late: a new performance's plan is only known once its form has been
    validated.
    """

    def __init__(self, *, find_names: Callable[[], list[str]], **options: Any) -> None:
        self.find_names = find_names
        super().__init__(
            choices=lambda: [("", "–"), *((name, name) for name in find_names())],
            widget=UnfoldAdminSelectWidget,
            **options,
        )

    def validate(self, value: Any) -> None:
        if value and value not in self.find_names():
            message = _("The seating plan has no such category. Choose from: %s.")
            raise ValidationError(message % ", ".join(self.find_names()))
        super().validate(value)


class PriceCategoryFormSet(forms.BaseInlineFormSet):
    """Prices of categories that the performance's plan has.

    Its names are chosen, not typed: a draft has a row for each category without a price.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        if instance is not None and instance.pk and instance.opened_at is None:
            names = [category["name"] for category in instance.plan.categories]
            priced = set(instance.price_categories.values_list("name", flat=True))
            missing = [name for name in names if name not in priced]
            kwargs["initial"] = [{"name": name, "ordinal": names.index(name)} for name in missing]
            self.extra = len(missing)
        super().__init__(*args, **kwargs)

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "name" in form.fields:
            label = form.fields["name"].label
            form.fields["name"] = CategoryField(find_names=self._names, label=label)
            # So that the row shows the colour of its category.
            form.instance.name = form.instance.name or form.initial.get("name", "")

    def _names(self) -> list[str]:
        if not self.instance.plan_id:
            return []
        return [category["name"] for category in self.instance.plan.categories]

    def clean(self) -> None:
        super().clean()
        if not self.instance.plan_id:
            return
        for form in self.forms:
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
