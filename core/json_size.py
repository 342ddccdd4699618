"""A limit to what a JSON column may hold, kept by the database.

Every JSON column has one (`core/tests/test_json_size.py`), far above what the code writes into
it. Whoever finds a way to make it grow is refused, instead of slowing every later request down.
"""

from django.db.models import CheckConstraint, F, Func, IntegerField
from django.db.models.lookups import LessThanOrEqual

KB, MB = 1024, 1024 * 1024


class StoredBytes(Func):
    """How many bytes a value takes in the database."""

    function = "pg_column_size"
    output_field = IntegerField()


def json_fits(field, *, most, name):
    """Return a CHECK that the JSON of a field takes at most so many bytes."""
    return CheckConstraint(condition=LessThanOrEqual(StoredBytes(F(field)), most), name=name)
