"""A performance that was rescheduled remembers when it would have been."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shows', '0005_archiving'),
    ]

    operations = [
        migrations.AddField(
            model_name='performance',
            name='moved_from',
            field=models.DateTimeField(editable=False, null=True, verbose_name='moved from'),
        ),
    ]
