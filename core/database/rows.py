"""Hand-written SQL, and model instances from it, for the few statements that every purchase runs.

The ORM compiles a query each time it is run, and the server plans it each time, which together take
five times as long as running one of these: they are prepared once for each connection. Everywhere
else that price is worth paying.
"""

from functools import cache

from django.db import connection


def fetch(model, query, values):
    """Run a SELECT of all the model's columns (see `columns_of`); return instances."""
    return [instance(model, row) for row in run(query, values)]


def instance(model, row):
    """Return the instance that has the row: all the model's columns, as `columns_of` has them."""
    names, converters = _shape_of(model)
    return model.from_db(connection.alias, names, _converted(row, converters))


def run(statement, values):
    """Run a statement, always the same text with other `values`; return its rows, if it has any.

    The server decides the type of a value by where it stands; see `DatabaseWrapper.run`.
    """
    return connection.run(statement, values)


def columns_of(model):
    """Return the model's columns as they stand in a SELECT, in the order of its fields."""
    fields = model._meta.concrete_fields
    return ", ".join(f'{model._meta.db_table}."{field.column}"' for field in fields)


@cache
def _shape_of(model):
    fields = model._meta.concrete_fields
    converters = [
        (position, field.from_db_value)
        for position, field in enumerate(fields)
        if hasattr(field, "from_db_value")
    ]
    return [field.attname for field in fields], converters


def _converted(row, converters):
    if not converters:
        return row
    row = list(row)
    for position, convert in converters:
        row[position] = convert(row[position], None, connection)
    return row
