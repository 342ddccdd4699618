"""Apply price lists to drafts, and save the prices of a performance as a list."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.exceptions import Refused
from core.money import amount_text, coin
from venues.models import SeatingPlan

from .models import (
    Concession,
    ListedCategory,
    ListedConcession,
    Performance,
    PriceCategory,
    PriceList,
)
from .search import index_show
from .terms import clear_cached_terms, concession_term


class CannotApplyPriceList(Refused):
    """The price list does not fit the performance; `reason` is a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


def add_price_list(*, price_list: PriceList, plan: SeatingPlan) -> PriceList:
    """Save a new price list with the categories of a seating plan, whose prices are empty."""
    with transaction.atomic():
        price_list.save()
        ListedCategory.objects.bulk_create(
            ListedCategory(price_list=price_list, name=category["name"], ordinal=ordinal)
            for ordinal, category in enumerate(plan.categories)
        )
    return price_list


def save_as_price_list(*, performance: Performance, name: str) -> PriceList:
    """Return a new price list with the performance's prices.

    Values of concessions that differ from the general list become prices by category.
    """
    categories = list(performance.price_categories.all())
    with transaction.atomic():
        price_list = PriceList.objects.create(name=name, currency=performance.currency)
        ListedCategory.objects.bulk_create(
            ListedCategory(
                price_list=price_list,
                name=row.name,
                price=row.price,
                fee=row.fee,
                ordinal=row.ordinal,
            )
            for row in categories
        )
        ListedConcession.objects.bulk_create(
            ListedConcession(
                price_list=price_list,
                kind=row.kind,
                prices=_own_prices(row, categories, performance),
                ordinal=row.ordinal,
            )
            for row in performance.concessions.select_related("kind")
            if row.kind is not None
        )
    return price_list


def apply_price_list(*, price_list: PriceList, performance: Performance) -> Performance:
    """Give a draft the prices and concessions of the list, in place of its own.

    Categories of the list that the performance's plan does not have are left out. Locks the
    performance. Raises `CannotApplyPriceList` if it is on sale, has another currency, or has a
    category that the list does not price.
    """
    with transaction.atomic():
        locked = Performance.objects.select_for_update(no_key=True, of=("self",))
        performance = locked.select_related("show", "venue", "plan").get(pk=performance.pk)
        listed = {row.name: row for row in price_list.categories.all()}
        names = [category["name"] for category in performance.plan.categories]
        _check(performance, price_list, listed, names)
        for name in names:
            row = listed[name]
            assert row.price is not None  # Checked above.
            PriceCategory.objects.update_or_create(
                performance=performance,
                name=name,
                defaults={"price": row.price, "fee": row.fee, "ordinal": row.ordinal},
            )
        performance.price_categories.exclude(name__in=names).delete()
        _apply_concessions(performance, price_list, names)
        index_show(performance.show)
    clear_cached_terms(performance.pk)
    return performance


def _check(performance, price_list, listed, names):
    if performance.opened_at is not None:
        raise CannotApplyPriceList(_("It is on sale already. Change its prices in the grid."))
    if performance.currency != price_list.currency:
        raise CannotApplyPriceList(
            _("Its currency is %(own)s, that of the price list is %(listed)s.")
            % {"own": performance.currency, "listed": price_list.currency}
        )
    missing = [name for name in names if name not in listed or listed[name].price is None]
    if missing:
        message = _("The price list has no price for: %s.")
        raise CannotApplyPriceList(message % ", ".join(missing))


def _apply_concessions(performance, price_list, names):
    rows = list(price_list.concessions.select_related("kind"))
    for row in rows:
        prices = {name: price for name, price in row.prices.items() if name in names}
        values = {"kind": row.kind, "percent_off": None, "amount": None, "prices": prices}
        Concession.objects.update_or_create(
            performance=performance,
            name=row.kind.name,
            defaults=values | {"ordinal": row.ordinal},
        )
    kept = [row.kind.name for row in rows]
    performance.concessions.exclude(name__in=kept).delete()


def _own_prices(row, categories, performance):
    """Return the prices by category of a concession whose value is not that of the list."""
    if row.own_value is None:
        return row.prices
    term, unit = concession_term(row, performance), coin(performance.currency)
    return {
        one.name: amount_text(term.price_from(one.price, one.name, unit), performance.currency)
        for one in categories
    }
