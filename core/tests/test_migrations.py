"""Migrations keep the code before them working, so that an upgrade can be rolled back."""

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

OURS = {
    "accounts", "api", "bookings", "core", "door", "emails", "exports", "finance", "organisation",
    "payments", "shows", "staff_activity", "venues", "waitingroom",
}  # fmt: skip


REMOVES = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.DeleteModel,
    migrations.AlterModelTable,
)


def breaks_older_code(operation):
    """Whether code from before the operation fails after it.

    It names no new column, so the database must fill it. It still reads what is removed, so columns
    go one release after the code that reads them.
    """
    if isinstance(operation, migrations.AddField):
        field = operation.field
        fills = field.null or field.many_to_many or field.db_default is not NOT_PROVIDED
        return not fills
    return isinstance(operation, REMOVES)


def _is_of_new_table(operation, migration):
    """Whether the same migration creates the table, which older code does not know."""
    created = {each.name_lower for each in migration.operations if hasattr(each, "managers")}
    return getattr(operation, "model_name_lower", None) in created


def test_an_upgrade_can_be_rolled_back():
    loader = MigrationLoader(None)
    later = [
        migration
        for (app, _name), migration in loader.disk_migrations.items()
        if app in OURS and not migration.initial
    ]
    assert not [
        f"{migration}: {operation.describe()}"
        for migration in later
        for operation in migration.operations
        if breaks_older_code(operation) and not _is_of_new_table(operation, migration)
    ]


@pytest.mark.parametrize(
    ("field", "refused"),
    [
        (models.IntegerField(default=0), True),
        (models.IntegerField(db_default=0), False),
        (models.IntegerField(null=True), False),
    ],
)
def test_a_column_that_older_code_cannot_fill_is_refused(field, refused):
    assert breaks_older_code(migrations.AddField("order", "gift", field)) is refused


def test_what_older_code_reads_is_not_removed():
    assert breaks_older_code(migrations.RemoveField("order", "name"))
    assert not breaks_older_code(migrations.AddIndex("order", models.Index("name", name="by_name")))


def test_every_app_starts_with_one_initial_migration():
    loader = MigrationLoader(None)
    first = {app for app, name in loader.disk_migrations if name == "0001_initial"}
    assert first >= OURS
