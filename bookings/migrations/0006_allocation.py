"""Places kept for guests, under a name and until a date."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0005_log_of_what_staff_do'),
        ('shows', '0002_rescheduled'),
    ]

    operations = [
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('release_at', models.DateTimeField(blank=True, help_text='Empty: kept until somebody decides.', null=True, verbose_name='back on sale')),
                ('released_at', models.DateTimeField(editable=False, null=True, verbose_name='released')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='made')),
                ('performance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='shows.performance')),
            ],
            options={
                'verbose_name': 'allocation',
                'verbose_name_plural': 'allocations',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='AllocatedPlace',
            fields=[
                ('place', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='allocated', serialize=False, to='bookings.place')),
                ('allocation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='bookings.allocation')),
            ],
            options={
                'verbose_name': 'allocated place',
                'verbose_name_plural': 'allocated places',
            },
        ),
        migrations.AddIndex(
            model_name='allocation',
            index=models.Index(condition=models.Q(('release_at__isnull', False), ('released_at', None)), fields=['release_at'], name='allocation_to_release'),
        ),
    ]
