from django.db import migrations
from django.db.models.functions import Now


def keep_what_was_refused(apps, schema_editor):
    """Whoever had unticked reminders on the profile goes on without them."""
    alias = schema_editor.connection.alias
    users = apps.get_model("accounts", "User").objects.using(alias)
    consents = apps.get_model("emails", "Consent")
    consents.objects.using(alias).bulk_create(
        [
            consents(user_id=pk, kind="reminder", withdrawn_at=Now(), source="account")
            for pk in users.filter(wants_reminders=False).values_list("pk", flat=True)
        ],
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("emails", "0003_consents_and_urgency"),
        ("accounts", "0003_roles"),
    ]

    operations = [
        migrations.RunPython(keep_what_was_refused, migrations.RunPython.noop),
    ]
