"""Querysets that are compiled once for a process and run as prepared statements.

    @prepared
    def _open_seats() -> QuerySet[Place]:
        return Place.objects.open_at(Param("now")).filter(seat_id__any=Param("seats"))

    places = _open_seats().all(now=now, seats=[1, 2])

The ORM compiles a query each time it runs and the server plans it each time, which together cost
five times as much as running one of these. Use it for the queries that every purchase runs; for all
others the ORM's price is worth paying.

Values that are not a `Param` become part of the text. The server plans prepared statements without
knowing the parameters, so the states of a partial index's condition and the number of a LIMIT must
be literals. A query whose limit varies is compiled for each limit: make it an argument of the
function.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Generic, ParamSpec, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models import QuerySet
from django.db.models.expressions import Expression
from django.db.models.lookups import BuiltinLookup
from django.db.models.query import FlatValuesListIterable, ModelIterable, get_related_populators
from django.db.transaction import TransactionManagementError
from psycopg import sql

P = ParamSpec("P")
Row = TypeVar("Row")
PLACEHOLDER = re.compile(r"%[s%]")


class Param(Expression):
    """Stand for a value that is passed by this name each time a prepared query runs."""

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


@models.ForeignObject.register_lookup
@models.Field.register_lookup
class IsAny(BuiltinLookup):
    """`field__any=Param("ids")`: the field equals one of the values of a list."""

    lookup_name = "any"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"{lhs} = ANY({rhs})", [*lhs_params, *rhs_params]


class PreparedQuery(Generic[Row]):
    """A compiled queryset. Its rows are what the queryset would give: instances or tuples.

    It supports annotations, `select_related` and `values_list`, but no prefetching.
    """

    def __init__(self, queryset: QuerySet[Any, Row]):
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        text, params = compiler.as_sql()
        self.text = _with_values(text, params)
        self._locks = queryset.query.select_for_update
        self._is_flat = issubclass(queryset._iterable_class, FlatValuesListIterable)
        self._converters = [
            (position, convert, expression)
            for position, (converters, expression) in compiler.get_converters(
                [column[0] for column in compiler.select]
            ).items()
            for convert in converters
        ]
        self._model = None
        if queryset._iterable_class is ModelIterable:
            self._model = compiler.klass_info["model"]
            columns = compiler.klass_info["select_fields"]
            self._fields = slice(columns[0], columns[-1] + 1)
            self._names = [column[0].target.attname for column in compiler.select[self._fields]]
            self._annotations = list(compiler.annotation_col_map.items())
            self._related = get_related_populators(  # type: ignore[call-arg]
                compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS
            )

    def all(self, **values: Any) -> list[Row]:
        """Run the query and return its rows.

        Raises TransactionManagementError for a query that locks rows outside a transaction.
        """
        if self._locks and connection.get_autocommit():
            raise TransactionManagementError("select_for_update cannot be used outside atomic().")
        return [self._row(row) for row in connection.run(self.text, values)]  # type: ignore[attr-defined]

    def first(self, **values: Any) -> Row | None:
        """Run the query and return its first row, or None."""
        rows = self.all(**values)
        return rows[0] if rows else None

    def _row(self, row):
        if self._converters:
            row = list(row)
            for position, convert, expression in self._converters:
                row[position] = convert(row[position], expression, connection)
        if self._model is None:
            return row[0] if self._is_flat else tuple(row)
        found = self._model.from_db(DEFAULT_DB_ALIAS, self._names, row[self._fields])
        for related in self._related:
            related.populate(row, found)
        for name, position in self._annotations:
            setattr(found, name, row[position])
        return found


def prepared(build: Callable[P, QuerySet[Any, Row]]) -> Callable[P, PreparedQuery[Row]]:
    """Turn a function that returns a queryset into one that returns its `PreparedQuery`.

    The query is compiled once for each combination of arguments, which must be hashable and few.
    """

    @lru_cache(maxsize=128)
    def compiled(*args: P.args, **kwargs: P.kwargs) -> PreparedQuery[Row]:
        return PreparedQuery(build(*args, **kwargs))

    setattr(compiled, "__wrapped__", build)  # noqa: B010
    return cast("Callable[P, PreparedQuery[Row]]", compiled)


def _with_values(text: str, params: Iterable[Any]) -> str:
    """Return the text with `%(name)s` for each `Param` and literals for all other values."""
    values = iter(params)

    def written(placeholder):
        if placeholder[0] == "%%":
            return "%%"
        value = next(values)
        if isinstance(value, Param):
            return f"%({value.name})s"
        literal = sql.Literal(value).as_string(connection.connection)
        return literal.replace("%", "%%")

    return PLACEHOLDER.sub(written, text)
