"""Model instances from hand-written SQL, for the few queries that every purchase runs.

The ORM compiles a query each time it is run, which takes five times as long as running one of
these. Everywhere else that price is worth paying.
"""

from functools import cache

from django.db import connection


def fetch(model, query, values):
    """Run a SELECT of all the model's columns (see `columns_of`); return instances."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows = cursor.fetchall()
    names, converters = _shape_of(model)
    return [model.from_db(connection.alias, names, _converted(row, converters)) for row in rows]


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
