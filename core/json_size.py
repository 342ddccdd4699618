"""Size limits of JSON columns, enforced by the database.

Every JSON column has one (`core/tests/test_json_size.py`), far above what the code writes, against
input that makes a row grow without limit.
"""

from django.db.models import CheckConstraint, F, Func, IntegerField
from django.db.models.lookups import LessThanOrEqual

KB, MB = 1024, 1024 * 1024


class StoredBytes(Func):
    """The number of bytes that a value takes in the database."""

    function = "pg_column_size"
    output_field = IntegerField()


def json_fits(field: str, *, most: int, name: str) -> CheckConstraint:
    """Return a CHECK constraint: the JSON of the field takes at most `most` bytes."""
    return CheckConstraint(condition=LessThanOrEqual(StoredBytes(F(field)), most), name=name)
