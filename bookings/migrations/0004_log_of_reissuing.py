"""The log can say that tickets were reissued."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0003_index_log_by_hold")]

    operations = [
        migrations.AlterField(
            model_name="entry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("hold", "held"),
                    ("extend", "extended"),
                    ("release", "released"),
                    ("lapse", "lapsed"),
                    ("order", "ordered"),
                    ("sale", "sold"),
                    ("payment", "payment"),
                    ("refund", "refund"),
                    ("cancel", "cancelled"),
                    ("block", "blocked"),
                    ("unblock", "unblocked"),
                    ("open", "put on sale"),
                    ("check_in", "checked in"),
                    ("reissue", "reissued"),
                ],
                max_length=8,
                verbose_name="kind",
            ),
        ),
    ]
