"""Change prices of many performances at once, after a preview of old and new prices."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
)

from bookings.staff_operations.price_changes import change_prices
from core.admin.confirmation import (
    ReasonForm,
    ShownForm,
    actor_of,
    confirm,
    run_or_add_error,
    was_confirmed,
)
from core.money import check_amount, money
from shows.admin.shows import ShowAdmin
from shows.models import Performance, PriceCategory
from shows.pricing import HIGHEST, InvalidPrices, PriceChange, PriceOperation, new_prices

from .insights import InsightsAction
from .tables import table

STEPS = ["0.01", "0.05", "0.10", "0.50", "1.00", "5.00", "10.00"]


class PricesForm(ShownForm, ReasonForm):
    """The categories, the change of their prices, and how the fee changes with it."""

    categories = forms.MultipleChoiceField(
        label=gettext_lazy("categories"), widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    way = forms.ChoiceField(
        label=gettext_lazy("prices"), choices=PriceOperation.choices, widget=UnfoldAdminSelectWidget
    )
    number = forms.DecimalField(
        label=gettext_lazy("amount or percentage"),
        min_value=-HIGHEST,
        max_value=HIGHEST,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01"}),
        help_text=gettext_lazy("Negative to lower prices. Prices include the fee."),
    )
    step = forms.TypedChoiceField(
        label=gettext_lazy("round to"),
        coerce=Decimal,
        choices=[(step, step) for step in STEPS],
        widget=UnfoldAdminSelectWidget,
    )
    fee_follows = forms.TypedChoiceField(
        label=gettext_lazy("fee included"),
        coerce=lambda value: value == "yes",
        choices=[
            ("", gettext_lazy("unchanged")),
            ("yes", gettext_lazy("changes with the price")),
        ],
        required=False,
        empty_value=False,  # type: ignore[arg-type]
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ["categories", "way", "number", "step", "fee_follows", "reason", "shown"]

    def __init__(self, data: Any, *, performances: Iterable[Performance]) -> None:
        self.prices = list(
            PriceCategory.objects.filter(performance__in=performances)
            .select_related("performance__show", "performance__venue")
            .order_by("performance__starts_at", "performance_id", "ordinal", "pk")
        )
        self.changes: list[PriceChange] = []
        names = list(dict.fromkeys(category.name for category in self.prices))
        super().__init__(data)
        cast(forms.ChoiceField, self.fields["categories"]).choices = [
            (name, name) for name in names
        ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if not {"categories", "way", "number", "step", "fee_follows"} <= data.keys():
            return data
        chosen = [one for one in self.prices if one.name in data["categories"]]
        currencies = {one.performance.currency for one in chosen}
        if len(currencies) > 1 and data["way"] != PriceOperation.PERCENT:
            self.add_error("way", _("These prices are in different currencies."))
            return data
        if data["way"] != PriceOperation.PERCENT and currencies:
            try:
                check_amount(data["number"], *currencies)
            except forms.ValidationError as error:
                self.add_error("number", error)
                return data
        terms = {name: data[name] for name in ("way", "number", "step", "fee_follows")}
        try:
            self.changes = new_prices(chosen, **terms)
        except InvalidPrices as refusal:
            self.add_error("number", refusal.faults)
        else:
            if not self.changes:
                self.add_error("number", _("No prices would change."))
        return data


class PriceChangePage(admin.ModelAdmin):
    """The page that changes prices, for the admins of performances and shows."""

    def has_reprice_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("shows.change_performance")

    def _reprice(self, request: HttpRequest, chosen: Any, **more: Any) -> HttpResponse | None:
        """Return the page, or None once the prices are changed.

        If some performances are refused, the page is shown again for those.
        """
        performances = list(chosen.taking_place().upcoming().select_related("show", "venue"))
        if not performances:
            messages.warning(request, _("Only prices of upcoming performances can be changed."))
            return None
        form = PricesForm(
            request.POST if was_confirmed(request) else None, performances=performances
        )
        if was_confirmed(request) and form.is_valid() and form.has_shown(form.changes):
            performances = self._change(request, performances, form)
            if not performances:
                return None
            more["queryset"] = performances
        shown = form.is_bound and form.is_valid()
        return confirm(
            request,
            self,
            title=_("Change prices"),
            button=_("Change prices") if shown else _("Preview"),
            form=form,
            text=_(
                "Applies to new purchases. Sold tickets keep their price; customers with a basket"
                " have to confirm the new price."
            ),
            items=_named(performances),
            outcome=_side_by_side(form) if shown else "",
            **more,
        )

    def _change(
        self, request: HttpRequest, performances: Iterable[Performance], form: Any
    ) -> list[Performance]:
        """Change the prices by performance; return those for which it was refused."""
        count, refused, reason = 0, [], form.cleaned_data["reason"]
        for performance in performances:
            changes = [one for one in form.changes if one.performance_id == performance.pk]
            if not changes:
                continue
            done = run_or_add_error(
                change_prices,
                form=form,
                performance=performance,
                changes=changes,
                actor=actor_of(request),
                reason=reason,
            )
            if done is None:
                refused.append(performance)
                continue
            self.log_change(request, performance, _("Prices changed: %s") % reason)
            count += len(done)
        if count:
            message = ngettext("%d price changed.", "%d prices changed.", count)
            messages.success(request, message % count)
        return refused


class PricesPage(PriceChangePage):
    """Mixin of the admin of performances."""

    _performance: Callable[..., Performance]

    @action(
        description=gettext_lazy("Change prices"),
        url_path="reprice",
        icon="price_change",
        permissions=["reprice"],
    )
    def reprice(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Change prices of this performance."""
        performance = self._performance(request, object_id)
        page = reverse("admin:shows_performance_change", args=[performance.pk])
        one = Performance.objects.filter(pk=performance.pk)
        return self._reprice(request, one, back=page) or redirect(page)

    @admin.action(description=gettext_lazy("Change prices"), permissions=["reprice"])
    def change_prices(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Change prices of the selected performances."""
        chosen = Performance.objects.filter(pk__in=list(queryset.values_list("pk", flat=True)))
        return self._reprice(request, chosen, queryset=chosen)


class SellingShowAdmin(InsightsAction, PriceChangePage, ShowAdmin):
    """The admin of shows, with prices of all upcoming performances at once."""

    actions_detail = [*(ShowAdmin.actions_detail or []), "insights", "reprice"]

    @action(
        description=gettext_lazy("Change prices"),
        url_path="reprice",
        icon="price_change",
        permissions=["reprice"],
    )
    def reprice(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Change prices of all upcoming performances of this show."""
        show = self.get_object(request, unquote(object_id))
        if show is None:
            raise Http404
        page = reverse("admin:shows_show_change", args=[show.pk])
        chosen, more = show.performances.all(), dict[str, Any]()
        if left := request.POST.getlist(ACTION_CHECKBOX_NAME):  # The others are done.
            left = [one.pk for one in chosen if str(one.pk) in left]
            chosen = more["queryset"] = chosen.filter(pk__in=left)
        return self._reprice(request, chosen, back=page, **more) or redirect(page)


def _named(performances: Sequence[Performance]) -> list[str]:
    names = [str(performance) for performance in performances[:20]]
    more = len(performances) - len(names)
    return [*names, ngettext("and %d more", "and %d more", more) % more] if more else names


def _side_by_side(form: Any) -> str:
    by_pk = {category.performance_id: category.performance for category in form.prices}
    rows = table(
        [_("performance"), _("category"), _("old price"), _("new price"), _("fee included")],
        (
            [
                str(by_pk[change.performance_id]),
                change.name,
                money(change.old_price, change.currency),
                money(change.price, change.currency),
                _fee(change),
            ]
            for change in form.changes
        ),
    )
    return format_html("<h2>{}</h2>{}", _("Old and new prices"), rows)


def _fee(change: PriceChange) -> str:
    old, new = (money(fee, change.currency) for fee in (change.old_fee, change.fee))
    return new if old == new else f"{old} → {new}"
