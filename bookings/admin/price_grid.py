"""Edit prices of one or many performances in a grid; apply and save price lists."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from bookings.staff_operations.price_grid import save_price_grid
from core.admin.confirmation import (
    ReasonForm,
    ShownForm,
    actor_of,
    confirm,
    was_confirmed,
)
from core.exceptions import Refused
from shows.admin.grid_page import grid_page
from shows.models import Concession, Performance, PriceList
from shows.price_grid import GridForm, TableEdit, differences, grid_of_performance
from shows.price_lists import CannotApplyPriceList, apply_price_list, save_as_price_list
from shows.pricing import PriceChange

MOST = 25  # Performances in one grid.


class PerformancesGridForm(ShownForm, ReasonForm, GridForm):
    """The grid; once tickets are on sale, with a reason and a preview."""

    def __init__(self, data: Any, *, performances: Sequence[Performance]) -> None:
        self.performances = performances
        self.on_sale = any(one.opened_at for one in performances)
        super().__init__(data, tables=[grid_of_performance(one) for one in performances])
        if not self.on_sale:
            del self.fields["reason"], self.fields["shown"]

    @property
    def changed(self) -> list[TableEdit]:
        return [edit for edit in self.edits if edit]


class PriceListChoice(forms.Form):
    """The price list to apply."""

    price_list = forms.ModelChoiceField(
        label=gettext_lazy("price list"),
        queryset=PriceList.objects.all(),
        widget=UnfoldAdminSelectWidget,
    )


class NameForm(forms.Form):
    """The name of a new price list."""

    name = forms.CharField(
        label=gettext_lazy("name"), max_length=80, widget=UnfoldAdminTextInputWidget
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if PriceList.objects.filter(name=name).exists():
            raise forms.ValidationError(_("There is a price list with this name already."))
        return name


class PriceGridPage(admin.ModelAdmin):
    """Mixin of the admin of performances."""

    _performance: Callable[..., Performance]

    @action(
        description=gettext_lazy("Edit prices"),
        url_path="price-grid",
        icon="table",
        permissions=["reprice"],
    )
    def price_grid(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Edit the prices of this performance."""
        performance = self._performance(request, object_id)
        page = reverse("admin:shows_performance_change", args=[performance.pk])
        one = Performance.objects.filter(pk=performance.pk)
        return self._grid(request, one, back=page) or redirect(page)

    @admin.action(description=gettext_lazy("Edit prices"), permissions=["reprice"])
    def edit_prices(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Edit the prices of the selected performances."""
        chosen = Performance.objects.filter(pk__in=list(queryset.values_list("pk", flat=True)))
        back = reverse("admin:shows_performance_changelist")
        return self._grid(request, chosen, back=back, queryset=chosen)

    @action(
        description=gettext_lazy("Save as price list"),
        url_path="save-price-list",
        icon="bookmark_add",
        permissions=["reprice"],
    )
    def save_price_list(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Save the prices of this performance as a price list."""
        performance = self._performance(request, object_id)
        form = NameForm(request.POST if was_confirmed(request) else None)
        if was_confirmed(request) and form.is_valid():
            price_list = save_as_price_list(performance=performance, name=form.cleaned_data["name"])
            messages.success(request, _("Price list saved."))
            return redirect("admin:shows_pricelist_change", price_list.pk)
        return confirm(
            request,
            self,
            title=_("Save the prices of %s as a price list") % performance,
            button=_("Save price list"),
            form=form,
            back=reverse("admin:shows_performance_change", args=[performance.pk]),
        )

    @admin.action(description=gettext_lazy("Apply a price list"), permissions=["reprice"])
    def apply_prices(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Give the selected drafts the prices of a list."""
        performances = list(queryset.select_related("show", "venue"))
        form = PriceListChoice(request.POST if was_confirmed(request) else None)
        if was_confirmed(request) and form.is_valid():
            performances = self._apply(request, performances, form.cleaned_data["price_list"])
            if not performances:
                return None
        return confirm(
            request,
            self,
            title=_("Apply a price list"),
            button=_("Apply price list"),
            text=_(
                "Replaces all prices and concessions of these drafts. Performances on sale are"
                " not changed."
            ),
            form=form,
            items=performances,
            queryset=performances,
        )

    def _apply(
        self, request: HttpRequest, performances: Iterable[Performance], price_list: PriceList
    ) -> list[Performance]:
        """Apply the list to each performance; return those that it does not fit."""
        refused, count = [], 0
        for performance in performances:
            try:
                apply_price_list(price_list=price_list, performance=performance)
            except CannotApplyPriceList as refusal:
                messages.error(request, format_html("{}: {}", performance, str(refusal)))
                refused.append(performance)
                continue
            self.log_change(request, performance, _("Price list applied: %s") % price_list)
            count += 1
        if count:
            message = ngettext("%d draft has new prices.", "%d drafts have new prices.", count)
            messages.success(request, message % count)
        return refused

    def _grid(self, request: HttpRequest, chosen: Any, **more: Any) -> HttpResponse | None:
        """Return the page, or None once the prices are saved."""
        performances = list(_with_prices(chosen))
        if not performances:
            messages.warning(request, _("Only prices of upcoming performances can be changed."))
            return None
        if len(performances) > MOST:
            messages.warning(request, _("Select at most %d performances.") % MOST)
            return None
        data = request.POST if was_confirmed(request) else None
        form = PerformancesGridForm(data, performances=performances)
        is_valid = form.is_bound and form.is_valid()
        if is_valid and not form.changed:
            messages.info(request, _("No prices would change."))
            return None
        shown = differences(form.changed) if is_valid else []
        if is_valid and (not form.on_sale or form.has_shown(shown)):
            if self._save(request, form):
                return None
            shown = []
        return grid_page(
            request,
            self,
            form,
            title=_("Prices"),
            button=_("Save prices") if shown or not form.on_sale else _("Preview"),
            text=_(
                "Prices include the fee. Where a concession’s cell is empty, its price"
                " follows from the list of concessions."
            ),
            differences=shown,
            **more,
        )

    def _save(self, request: HttpRequest, form: PerformancesGridForm) -> bool:
        reason = form.cleaned_data.get("reason", "")
        for edit, performance in zip(form.edits, form.performances, strict=True):
            if not edit:
                continue
            try:
                save_price_grid(
                    performance=performance,
                    changes=_changes(edit, performance),
                    concessions=_concessions(edit),
                    actor=actor_of(request),
                    reason=reason,
                )
            except Refused as refusal:
                form.add_error(None, f"{performance}: {refusal}")
                return False
            text = _("Prices changed: %s") % reason if reason else _("Prices changed.")
            self.log_change(request, performance, text)
        messages.success(request, _("Prices saved."))
        return True


def _with_prices(chosen):
    upcoming = chosen.taking_place().upcoming().select_related("show", "venue", "plan")
    concessions = Concession.objects.select_related("kind")
    return upcoming.prefetch_related("price_categories", Prefetch("concessions", concessions))


def _changes(edit: TableEdit, performance: Performance) -> list[PriceChange]:
    rows = {row.id: row for row in edit.table.categories}
    return [
        PriceChange(
            category_id=pk,
            performance_id=performance.pk,
            name=rows[pk].name,
            currency=performance.currency,
            old_price=rows[pk].price or Decimal(0),
            old_fee=rows[pk].fee,
            price=price,
            fee=fee,
        )
        for pk, (price, fee) in edit.changed_prices.items()
        if price is not None
    ]


def _concessions(edit: TableEdit) -> dict[int, tuple[Any, Any]]:
    old = {row.id: row.prices for row in edit.table.concessions}
    return {pk: (old[pk], new) for pk, new in edit.changed_concessions.items()}
