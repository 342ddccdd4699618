"""The grid of prices by category and concession: its cells, and what an edit of them changes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.money import amount_text, check_amount, coin, money

from .map_colors import color_of
from .models import Performance, PriceList
from .pricing import HIGHEST
from .terms import concession_term


@dataclass(frozen=True)
class GridCategory:
    """A row of a table: a price category with its full price, None where none is set."""

    id: int
    name: str
    price: Decimal | None
    fee: Decimal
    color: str = ""


@dataclass(frozen=True)
class GridConcession:
    """A column: a concession, its own prices by category name, and those it has without them."""

    id: int
    name: str
    prices: Mapping[str, Decimal]
    calculated: Mapping[str, Decimal]


@dataclass(frozen=True)
class GridTable:
    """The prices of one performance or price list. `key` is unique in a grid."""

    key: str
    title: str
    currency: str
    categories: Sequence[GridCategory]
    concessions: Sequence[GridConcession]
    needs_prices: bool = True


@dataclass
class TableEdit:
    """What was entered for a table: all its prices and fees, and own prices of concessions."""

    table: GridTable
    prices: dict[int, tuple[Decimal | None, Decimal]] = field(default_factory=dict)
    concessions: dict[int, dict[str, Decimal]] = field(default_factory=dict)

    @property
    def changed_prices(self) -> dict[int, tuple[Decimal | None, Decimal]]:
        old = {row.id: (row.price, row.fee) for row in self.table.categories}
        return {pk: new for pk, new in self.prices.items() if new != old[pk]}

    @property
    def changed_concessions(self) -> dict[int, dict[str, Decimal]]:
        old = {row.id: dict(row.prices) for row in self.table.concessions}
        return {pk: new for pk, new in self.concessions.items() if new != old[pk]}

    def __bool__(self) -> bool:
        return bool(self.changed_prices or self.changed_concessions)


class AmountField(forms.CharField):
    """An amount as people type or paste it: "12.50", "12,50", "€ 1.250,00"."""

    def __init__(self, **options: Any) -> None:
        attrs = {"class": "price-cell", "inputmode": "decimal", "autocomplete": "off"}
        super().__init__(max_length=24, widget=forms.TextInput(attrs=attrs), **options)

    def clean(self, value: Any) -> Decimal | None:
        entered = super().clean(value)
        if not entered:
            return None
        text = re.sub(r"[^\d.,-]", "", entered)
        whole, mark, decimals = text.rpartition("," if text.rfind(",") > text.rfind(".") else ".")
        if mark and len(decimals) <= 2:
            text = f"{re.sub('[.,]', '', whole)}.{decimals}"
        else:
            text = re.sub("[.,]", "", text)
        try:
            amount = Decimal(text)
        except InvalidOperation:
            raise ValidationError(_("Enter an amount, such as 12.50.")) from None
        if not 0 <= amount <= HIGHEST:
            raise ValidationError(_("Enter an amount, such as 12.50."))
        return amount


class GridForm(forms.Form):
    """The cells of some tables. A concession's empty cell has the price of its own rule."""

    def __init__(self, data: Any = None, *, tables: Sequence[GridTable]) -> None:
        super().__init__(data)
        self.tables = tables
        self.edits = [TableEdit(table) for table in tables]
        for table in tables:
            for category in table.categories:
                self._add_fields(table, category)

    def _add_fields(self, table, category):
        price, fee, concessions = cell_names(table, category)
        where = {"table": table.title, "category": category.name}
        full = _("%(category)s, full price, %(table)s") % where
        self._add(price, full, category.price, table, is_required=table.needs_prices)
        self._add(fee, _("%(category)s, booking fee, %(table)s") % where, category.fee, table)
        for concession, name in concessions:
            label = _("%(category)s, %(concession)s, %(table)s")
            self._add(
                name,
                label % (where | {"concession": concession.name}),
                concession.prices.get(category.name),
                table,
                calculated=concession.calculated.get(category.name),
            )

    def _add(self, name, label, value, table, *, is_required=False, calculated=None):
        initial = "" if value is None else amount_text(value, table.currency)
        cell = AmountField(label=label, required=is_required, initial=initial)
        cell.widget.attrs["aria-label"] = label
        if calculated is not None:
            cell.widget.attrs["placeholder"] = amount_text(calculated, table.currency)
        self.fields[name] = cell

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for edit in self.edits:
            for category in edit.table.categories:
                self._read(edit, category, data)
        return data

    def _read(self, edit, category, data):
        price_name, fee_name, concessions = cell_names(edit.table, category)
        names = [price_name, fee_name, *(name for _concession, name in concessions)]
        for name in names:
            self._check_decimals(name, edit.table.currency)
        price, fee = data.get(price_name), data.get(fee_name) or Decimal(0)
        if price is not None and fee > price:
            self.add_error(fee_name, _("The booking fee cannot be more than the price."))
        edit.prices[category.id] = price, fee
        for concession, name in concessions:
            own = data.get(name)
            if own is not None and price is not None and own > price:
                self.add_error(name, _("This is more than the full price."))
            if own is not None:
                edit.concessions.setdefault(concession.id, {})[category.name] = own
            else:
                edit.concessions.setdefault(concession.id, {})

    def _check_decimals(self, name, currency):
        amount = self.cleaned_data.get(name)
        if amount is None:
            return
        try:
            check_amount(amount, currency)
        except ValidationError as error:
            self.add_error(name, error)

    def rows(self) -> list[dict[str, Any]]:
        """Return the tables with their bound fields, for the template."""
        return [
            {
                "table": table,
                "rows": [
                    {"category": category, "cells": [self[name] for name in _flat(table, category)]}
                    for category in table.categories
                ],
            }
            for table in self.tables
        ]


def cell_names(
    table: GridTable, category: GridCategory
) -> tuple[str, str, list[tuple[GridConcession, str]]]:
    """Return the names of a row's fields: price, fee, and each concession's."""
    start = f"{table.key}-{category.id}"
    concessions = [(one, f"{start}-c{one.id}") for one in table.concessions]
    return f"{start}-price", f"{start}-fee", concessions


def _flat(table, category):
    price, fee, concessions = cell_names(table, category)
    return [price, fee, *(name for _concession, name in concessions)]


def grid_of_performance(performance: Performance) -> GridTable:
    """Return the table of a performance. Needs `price_categories` and `concessions__kind`."""
    rows = list(performance.price_categories.all())
    plan, unit = performance.plan.categories, coin(performance.currency)
    concessions = []
    for row in performance.concessions.all():
        term = concession_term(row, performance)
        rule = {
            one.name: term.price_from(one.price, "", unit) for one in rows if one.price is not None
        }
        concessions.append(GridConcession(row.pk, row.name, term.prices, rule))
    return GridTable(
        key=f"p{performance.pk}",
        title=str(performance),
        currency=performance.currency,
        categories=[
            GridCategory(row.pk, row.name, row.price, row.fee, color_of(plan, row.name))
            for row in rows
        ],
        concessions=concessions,
    )


def grid_of_list(price_list: PriceList) -> GridTable:
    """Return the table of a price list. Two queries."""
    return GridTable(
        key=f"l{price_list.pk}",
        title=price_list.name,
        currency=price_list.currency,
        categories=[
            GridCategory(row.pk, row.name, row.price, row.fee)
            for row in price_list.categories.all()
        ],
        concessions=[
            GridConcession(
                row.pk,
                row.kind.name,
                {name: Decimal(price) for name, price in row.prices.items()},
                {},
            )
            for row in price_list.concessions.select_related("kind")
        ],
        needs_prices=False,
    )


def differences(edits: Iterable[TableEdit]) -> list[list[str]]:
    """Return rows for people: title, category, price, old and new amount."""
    rows = []
    for edit in edits:
        table = edit.table
        names = {row.id: row for row in table.categories}
        for pk, (price, fee) in edit.changed_prices.items():
            old = names[pk]
            pairs = [(_("Full price"), old.price, price), (_("booking fee"), old.fee, fee)]
            rows += [
                [table.title, old.name, what, _shown(before, table), _shown(after, table)]
                for what, before, after in pairs
                if before != after
            ]
        columns = {row.id: row for row in table.concessions}
        for pk, prices in edit.changed_concessions.items():
            old_prices = columns[pk].prices
            for name in dict.fromkeys([*old_prices, *prices]):
                before, after = old_prices.get(name), prices.get(name)
                if before != after:
                    what = [table.title, name, columns[pk].name]
                    rows.append([*what, _shown(before, table), _shown(after, table)])
    return rows


def _shown(amount, table):
    return _("by its rule") if amount is None else money(amount, table.currency)
