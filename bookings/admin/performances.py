"""Admin of performances with the sale: put on sale, availability, actions."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from bookings.exceptions import CannotPutOnSale
from bookings.models import Place
from bookings.staff_operations.price_changes import change_edited_prices
from bookings.staff_operations.put_on_sale import FIXED_ON_SALE, put_on_sale, reasons_against
from core.admin.confirmation import actor_of, confirm, was_confirmed
from core.money import money
from core.percentages import format_percent
from core.tax import TaxRates
from shows.admin.performance_templates import SaveTemplatePage
from shows.admin.performances import PerformanceAdmin
from shows.models import Performance, PriceCategory
from shows.terms import clear_cached_terms, terms_of

from .counter.pages import CounterPages
from .insights import InsightsAction
from .messages import MessagePages
from .performance_changes import PerformanceChanges
from .plan_corrections import PlanCorrectionPage
from .price_changes import PricesPage
from .price_grid import PriceGridPage
from .repeat_performance import RepeatPage
from .seat_map import SeatMapPage
from .tables import table


class SellingPerformanceAdmin(
    CounterPages,
    MessagePages,
    SeatMapPage,
    InsightsAction,
    RepeatPage,
    SaveTemplatePage,
    PriceGridPage,
    PricesPage,
    PlanCorrectionPage,
    PerformanceChanges,
    PerformanceAdmin,
):
    actions = [
        *PerformanceAdmin.actions,
        "put_all_on_sale",
        "change_prices",
        "edit_prices",
        "apply_prices",
        "message_chosen",
    ]
    actions_detail = [
        *(PerformanceAdmin.actions_detail or []),
        "sell",
        "staff_map",
        "door_lists",
        {
            "title": _("Actions"),
            "icon": "bolt",
            "items": [
                "put_on_sale",
                "repeat",
                "price_grid",
                "reprice",
                "save_price_list",
                "save_template",
                "insights",
                "message",
                "comps",
                "correct_plan",
                "release_accessible",
                "reschedule",
                "cancel_performance",
            ],
        },
    ]
    fieldsets = [
        *PerformanceAdmin.fieldsets,
        (_("Availability"), {"fields": ["availability", "refund_progress"]}),
    ]

    def save_formset(
        self, request: HttpRequest, form: ModelForm, formset: BaseInlineFormSet, change: bool
    ) -> None:
        """Change prices on sale by their operation, which logs them, before the rest is saved."""
        performance = form.instance
        if formset.model is PriceCategory and performance.opened_at:
            edited = [row.instance for row in formset.initial_forms if row.has_changed()]
            change_edited_prices(performance=performance, edited=edited, actor=actor_of(request))
        super().save_formset(request, form, formset, change)

    def get_readonly_fields(self, request: HttpRequest, obj: Any | None = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), "availability", "refund_progress"]

    @admin.display(description=_("seats"))
    def availability(self, performance: Performance) -> Any:
        """Show how many seats of each section are available, on hold, sold and blocked."""
        if performance.opened_at is None:
            return _("Seats are created when you put it on sale")
        rows = _counts(performance)
        total = [sum(row[column] for row in rows) for column in range(2, 6)]
        counts = table(
            [_("section"), _("category"), _("available"), _("on hold"), _("sold"), _("blocked")],
            [*rows, [_("total"), "", *total]],
        )
        places = reverse("admin:bookings_place_changelist")
        return format_html(
            '{}<p class="mt-3"><a class="text-link" href="{}?performance__id__exact={}">{}</a></p>',
            counts,
            places,
            performance.pk,
            _("View and block seats"),
        )

    @action(
        description=_("Put on sale"),
        url_path="put-on-sale",
        icon="sell",
        permissions=["change"],
    )
    def put_on_sale(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Create the seats and publish the performance, after showing the prices."""
        performance = self.get_object(request, object_id)
        if performance is None:
            raise Http404
        page = reverse("admin:shows_performance_change", args=[performance.pk])
        if performance.opened_at:
            messages.info(request, _("This performance is already on sale."))
            return redirect(page)
        if was_confirmed(request):
            self._open(request, performance)
            return redirect(page)
        if reasons := reasons_against(performance):
            for reason in reasons:
                messages.error(request, reason)
            return redirect(page)
        return confirm(
            request,
            self,
            title=_("Put %s on sale?") % performance,
            button=_("Put on sale"),
            text=FIXED_ON_SALE,
            items=_offered(performance),
        )

    @admin.action(description=_("Put on sale"), permissions=["change"])
    def put_all_on_sale(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Put the selected performances on sale, each separately, after confirmation."""
        if not was_confirmed(request):
            return confirm(
                request,
                self,
                title=_("Put these performances on sale?"),
                button=_("Put on sale"),
                items=[str(performance) for performance in queryset],
                queryset=queryset,
            )
        for performance in queryset:
            self._open(request, performance)
        return None

    def _open(self, request: HttpRequest, performance: Performance) -> None:
        try:
            opened = put_on_sale(performance=performance, actor=actor_of(request))
        except CannotPutOnSale as refusal:
            error = format_html("{}: {}", performance, refusal)
            self.message_user(request, error, messages.ERROR)
            return
        clear_cached_terms(performance.pk)
        self.log_change(request, opened, _("Put on sale."))
        message = ngettext("%d seat created", "%d seats created", opened.places_total)
        message = format_html("{}: {}", opened, message % opened.places_total)
        self.message_user(request, message, messages.SUCCESS)


def _counts(performance: Performance) -> list[list[Any]]:
    """Return a row for each section and category, in the order of the plan."""
    places = Place.objects.filter(performance=performance)
    groups = places.order_by("section__ordinal", "price_category__ordinal").counted_by(
        "section__name", "price_category__name"
    )
    return [list(group) for group in groups]


def _offered(performance: Performance) -> list[str]:
    """Return each category with its price and tax rates, and a warning where no tax is set."""
    terms = terms_of(performance.pk, fresh=True)
    rates = {one.id: terms.tax_of(one.id) for one in terms.categories.values()}
    offered = [
        f"{one.name}: {money(one.price, performance.currency)}{_tax(rates[one.id])}"
        for one in terms.categories.values()
    ]
    if any(one == TaxRates() for one in rates.values()):
        offered.append(gettext("No VAT is set for the venue. Receipts will not show any."))
    return offered


def _tax(rates: TaxRates) -> str:
    if rates == TaxRates():
        return ""
    return gettext(", VAT %(ticket)s, on the fee %(fee)s") % {
        "ticket": format_percent(rates.ticket),
        "fee": format_percent(rates.fee),
    }
