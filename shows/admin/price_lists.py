"""Price lists in the admin."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from core.admin.bases import ModelAdmin, TabularInline
from core.admin.confirmation import was_confirmed
from core.money import amount_text, check_currency
from shows.models import ListedCategory, ListedConcession, PriceList
from shows.price_grid import GridForm, grid_of_list
from shows.price_lists import add_price_list
from venues.models import SeatingPlan

from .grid_page import grid_page


class PriceListForm(forms.ModelForm):
    """A new list takes its categories from a seating plan."""

    plan = forms.ModelChoiceField(
        label=gettext_lazy("seating plan"),
        queryset=SeatingPlan.objects.current().select_related("venue").order_by("venue", "name"),
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("The price list gets its categories."),
    )

    class Meta:
        model = PriceList
        fields = ["name", "currency"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["plan"]

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].upper()
        check_currency(currency)
        return currency


class ListedConcessionInline(TabularInline):
    model = ListedConcession
    fields = ["kind", "ordinal"]
    extra = 0


class PriceListAdmin(ModelAdmin):
    """Name, currency and concessions; the prices are in the grid."""

    form = PriceListForm
    list_display = ["name", "currency"]
    search_fields = ["name"]
    inlines = [ListedConcessionInline]
    actions_detail = ["price_grid"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ["name", "currency"] if obj else ["name", "currency", "plan"]
        return [(None, {"fields": fields})]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            add_price_list(price_list=obj, plan=form.cleaned_data["plan"])

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to the prices."""
        messages.success(request, _("Price list saved. Now enter its prices."))
        return redirect("admin:shows_pricelist_price_grid", obj.pk)

    @action(
        description=gettext_lazy("Edit prices"),
        url_path="price-grid",
        icon="table",
        permissions=["edit_prices"],
    )
    def price_grid(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Edit the prices of the list."""
        price_list = self.get_object(request, object_id)
        if not isinstance(price_list, PriceList):
            raise Http404
        page = reverse("admin:shows_pricelist_change", args=[price_list.pk])
        data = request.POST if was_confirmed(request) else None
        form = GridForm(data, tables=[grid_of_list(price_list)])
        if form.is_bound and form.is_valid():
            _save(price_list, form)
            self.log_change(request, price_list, _("Prices changed."))
            messages.success(request, _("Prices saved."))
            return redirect(page)
        return grid_page(
            request,
            self,
            form,
            title=_("Prices of %s") % price_list,
            button=_("Save prices"),
            text=_(
                "Prices include the fee. Where a concession’s cell is empty, its price"
                " follows from the list of concessions."
            ),
            back=page,
        )

    def has_edit_prices_permission(
        self, request: HttpRequest, object_id: str | None = None
    ) -> bool:
        return self.has_change_permission(request)


@transaction.atomic
def _save(price_list: PriceList, form: GridForm) -> None:
    [edit] = form.edits
    for pk, (price, fee) in edit.changed_prices.items():
        ListedCategory.objects.filter(price_list=price_list, pk=pk).update(price=price, fee=fee)
    for pk, prices in edit.changed_concessions.items():
        texts = {name: amount_text(price, price_list.currency) for name, price in prices.items()}
        ListedConcession.objects.filter(price_list=price_list, pk=pk).update(prices=texts)
