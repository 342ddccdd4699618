"""What the sale adds to the admin of performances: putting on sale, and how the house stands."""

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action

from bookings.exceptions import CannotPutOnSale
from bookings.models import Place
from bookings.staff_operations.put_on_sale import put_on_sale, reasons_against
from core.admin.confirmation import actor_of, confirm, was_confirmed
from core.money import money
from shows.admin.performances import PerformanceAdmin
from shows.terms import clear_cached_terms

from .performance_changes import PerformanceChanges
from .price_changes import PricesPage
from .repeat_performance import RepeatPage
from .seat_map import SeatMapPage
from .tables import table


class SellingPerformanceAdmin(
    SeatMapPage, RepeatPage, PricesPage, PerformanceChanges, PerformanceAdmin
):
    actions = [*PerformanceAdmin.actions, "put_all_on_sale", "change_prices"]
    actions_detail = [
        *(PerformanceAdmin.actions_detail or []),
        "staff_map",
        {
            "title": _("Do"),
            "icon": "bolt",
            "items": [
                "put_on_sale",
                "repeat",
                "reprice",
                "comps",
                "release_accessible",
                "reschedule",
                "cancel_performance",
            ],
        },
    ]
    fieldsets = [
        *PerformanceAdmin.fieldsets,
        (_("The house"), {"fields": ["house", "giving_back"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "house", "giving_back"]

    @admin.display(description=_("places"))
    def house(self, performance):
        """How many places of each section are free, kept, sold and blocked."""
        if performance.opened_at is None:
            return _("There are none yet: putting it on sale makes them.")
        rows = _counts(performance)
        total = [sum(row[column] for row in rows) for column in range(2, 6)]
        counts = table(
            [_("section"), _("category"), _("free"), _("kept"), _("sold"), _("blocked")],
            [*rows, [_("together"), "", *total]],
        )
        places = reverse("admin:bookings_place_changelist")
        return format_html(
            '{}<p class="mt-3"><a class="text-link" href="{}?performance__id__exact={}">{}</a></p>',
            counts,
            places,
            performance.pk,
            _("See and block places"),
        )

    @action(
        description=_("Put on sale"),
        url_path="put-on-sale",
        icon="sell",
        permissions=["change"],
    )
    def put_on_sale(self, request, object_id):
        """Make the places and publish the performance, after showing what will be sold."""
        performance = self.get_object(request, object_id)
        if performance is None:
            raise Http404
        page = reverse("admin:shows_performance_change", args=[performance.pk])
        if performance.opened_at:
            messages.info(request, _("It has been put on sale already."))
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
            words=_("Its seating plan and categories are fixed then. Prices can still change."),
            items=_offered(performance),
        )

    @admin.action(description=_("Put on sale"), permissions=["change"])
    def put_all_on_sale(self, request, queryset):
        """Put the chosen performances on sale, each for itself, after asking."""
        if not was_confirmed(request):
            return confirm(
                request,
                self,
                title=_("Put these on sale?"),
                button=_("Put on sale"),
                items=[str(performance) for performance in queryset],
                queryset=queryset,
            )
        for performance in queryset:
            self._open(request, performance)
        return None

    def _open(self, request, performance):
        try:
            opened = put_on_sale(performance=performance, actor=actor_of(request))
        except CannotPutOnSale as refusal:
            words = format_html("{}: {}", performance, refusal)
            self.message_user(request, words, messages.ERROR)
            return
        clear_cached_terms(performance.pk)
        self.log_change(request, opened, _("Put on sale."))
        words = ngettext("%d place is there.", "%d places are there.", opened.places_total)
        told = format_html("{}: {}", opened, words % opened.places_total)
        self.message_user(request, told, messages.SUCCESS)


def _counts(performance):
    """One row for each section and category, in the order of the plan."""
    places = Place.objects.filter(performance=performance)
    groups = places.order_by("section__ordinal", "price_category__ordinal").counted_by(
        "section__name", "price_category__name"
    )
    return [list(group) for group in groups]


def _offered(performance):
    """What would be sold: each category with its price."""
    categories = performance.price_categories.order_by("ordinal", "pk")
    return [f"{one.name}: {money(one.price, performance.currency)}" for one in categories]
