from django.db import migrations

ROLES = ["Manager", "Box office", "Door", "Finance"]


def make_roles(apps, schema_editor):
    """Their permissions follow after each `migrate`: see `accounts.roles.fill_roles`."""
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name in ROLES:
        groups.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_approve_permission"),
    ]

    operations = [
        migrations.RunPython(make_roles, migrations.RunPython.noop),
    ]
