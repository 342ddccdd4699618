"""Every JSON column has a size limit in the database."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from accounts.models import User
from emails.models import OutboxEmail

pytestmark = pytest.mark.django_db

OURS = User._meta.app_config.path.rpartition("/")[0]
CHECKS = """
SELECT pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'c' AND conrelid = %s::regclass AND convalidated
"""


def json_columns():
    """Return (model, field) for each JSON column of the project's own models."""
    return [
        (model, field)
        for model in apps.get_models()
        if apps.get_app_config(model._meta.app_label).path.startswith(OURS + "/")
        and "site-packages" not in apps.get_app_config(model._meta.app_label).path
        and not model._meta.proxy
        for field in model._meta.concrete_fields
        if isinstance(field, models.JSONField)
    ]


@pytest.mark.parametrize(
    ("model", "field"), json_columns(), ids=[str(field) for _model, field in json_columns()]
)
def test_every_json_column_has_a_limit(model, field):
    with connection.cursor() as cursor:
        cursor.execute(CHECKS, [model._meta.db_table])
        found = [row[0] for row in cursor.fetchall()]
    assert any(f"pg_column_size({field.column}) <=" in check for check in found), found


def test_there_are_json_columns_to_check():
    assert {"bookings", "emails", "payments", "venues", "api"} <= {
        model._meta.app_label for model, _field in json_columns()
    }


def test_the_database_rejects_larger_values():
    fits = {str(number): "x" * 100 for number in range(500)}
    OutboxEmail.objects.create(kind="k", key="fits", to="a@example.org", about=fits)
    grown = fits | {str(number): "x" * 100 for number in range(1000)}
    with pytest.raises(IntegrityError, match="email_about_has_a_limit"), transaction.atomic():
        OutboxEmail.objects.create(kind="k", key="grown", to="a@example.org", about=grown)
    with pytest.raises(IntegrityError, match="email_about_has_a_limit"), transaction.atomic():
        OutboxEmail.objects.filter(key="fits").update(about=grown)
    # An existing row can still be changed as long as it does not grow.
    assert OutboxEmail.objects.filter(key="fits").update(attempts=1) == 1
