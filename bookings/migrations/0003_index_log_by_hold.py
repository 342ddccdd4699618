from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0002_hot_tables_and_append_only_log"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("hold__isnull", False), ("order", "")),
                fields=["hold"],
                name="entry_by_hold",
            ),
        ),
    ]
