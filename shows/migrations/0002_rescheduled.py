"""A performance may be rescheduled, and then offers all money back until a date."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shows', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='performance',
            name='refund_until',
            field=models.DateTimeField(editable=False, null=True, verbose_name='given back in full until'),
        ),
        migrations.AddField(
            model_name='performance',
            name='rescheduled_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='rescheduled'),
        ),
    ]
