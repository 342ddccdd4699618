import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('bookings', '0001_initial'),
        ('shows', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('door', models.CharField(max_length=40, verbose_name='entrance')),
                ('scan', models.CharField(editable=False, max_length=40, null=True, unique=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='checked in')),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='received')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked in by')),
                ('performance', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='check_ins', to='shows.performance')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='check_ins', to='bookings.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'check-in',
                'verbose_name_plural': 'check-ins',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['performance', '-id'], name='check_in_by_performance')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('ticket',), name='one_live_check_in_for_a_ticket'), models.CheckConstraint(condition=models.Q(('undone_at', None), ('undone_at__gte', models.F('at')), _connector='OR'), name='check_in_is_undone_after_it_was_made'), models.CheckConstraint(condition=models.Q(('received_at__gte', models.F('at'))), name='check_in_is_received_after_it_was_made')],
            },
        ),
    ]
