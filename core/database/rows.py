"""Run hand-written SQL as prepared statements, and build model instances from the rows.

It is for the few statements of a purchase that querysets cannot express, such as one statement that
writes several tables. Reads and locks are prepared querysets: see `core.database.prepared`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)
Values = Mapping[str, Any] | Sequence[Any]


def fetch(model: type[M], query: str, values: Values) -> list[M]:
    """Run a SELECT of all the model's columns (see `columns_of`); return instances."""
    return [instance(model, row) for row in run(query, values)]


def instance(model: type[M], row: Sequence[Any]) -> M:
    """Return the instance of a row of all the model's columns, in the order of `columns_of`."""
    names, converters = _shape_of(model)
    return model.from_db(connection.alias, names, _converted(row, converters))


def run(statement: str, values: Values) -> list[Any]:
    """Run a statement and return its rows, if any. The text must be the same for all `values`.

    The server infers the type of each value from the text; see `DatabaseWrapper.run`.
    """
    rows: list[Any] = connection.run(statement, values)  # type: ignore[attr-defined]
    return rows


def columns_of(model: type[Model]) -> str:
    """Return the model's columns for a SELECT, in the order of its fields."""
    fields = model._meta.concrete_fields
    return ", ".join(f'{model._meta.db_table}."{field.column}"' for field in fields)


@cache
def _shape_of(model: type[Model]) -> tuple[list[str], list[tuple[int, Callable[..., Any]]]]:
    fields = model._meta.concrete_fields
    converters = [
        (position, field.from_db_value)
        for position, field in enumerate(fields)
        if hasattr(field, "from_db_value")
    ]
    return [field.attname for field in fields], converters


def _converted(
    row: Sequence[Any], converters: list[tuple[int, Callable[..., Any]]]
) -> Sequence[Any]:
    if not converters:
        return row
    values = list(row)
    for position, convert in converters:
        values[position] = convert(values[position], None, connection)
    return values
