import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import waitingroom.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('shows', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='WaitingRoom',
            fields=[
                ('performance', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='waiting_room', serialize=False, to='shows.performance', verbose_name='performance')),
                ('mode', models.CharField(choices=[('off', 'off'), ('always', 'always'), ('automatic', 'automatic when full')], default='always', max_length=9, verbose_name='mode')),
                ('capacity', models.PositiveIntegerField(default=200, help_text='Lowered automatically while holding seats is slow.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000)], verbose_name='max. concurrent buyers')),
                ('pass_minutes', models.PositiveSmallIntegerField(default=10, help_text='Minutes to buy after being admitted.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='session length')),
                ('rate', models.PositiveIntegerField(blank=True, help_text='Leave empty for no limit.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='admissions per minute')),
                ('lane_policy', models.CharField(choices=[('weighted', 'by weight'), ('strict', 'strict: greatest weight first')], db_default='weighted', default='weighted', help_text='Strict: a lane is admitted only if no lane with a higher weight has visitors.', max_length=8, verbose_name='lane policy')),
                ('message', models.CharField(blank=True, default='', max_length=300, verbose_name='message to everyone waiting')),
                ('shared_networks', models.TextField(blank=True, default='', help_text='A campus or your own Wi-Fi, such as 192.0.2.0/24. One per line.', verbose_name='shared networks')),
                ('is_paused', models.BooleanField(default=False, editable=False)),
                ('opened_at', models.DateTimeField(editable=False, null=True)),
                ('closed_at', models.DateTimeField(editable=False, null=True)),
                ('seed', models.CharField(default=waitingroom.models.new_seed, editable=False, max_length=64)),
                ('processed_at', models.DateTimeField(editable=False, null=True)),
                ('last_admission_at', models.DateTimeField(editable=False, null=True)),
                ('rate_credit', models.FloatField(db_default=0.0, default=0.0, editable=False)),
                ('capacity_share', models.FloatField(default=1.0, editable=False)),
                ('show_up_rate', models.FloatField(default=1.0, editable=False)),
                ('average_visit', models.FloatField(default=0.0, editable=False)),
                ('virtual_time', models.FloatField(default=0.0, editable=False)),
            ],
            options={
                'verbose_name': 'waiting room',
                'verbose_name_plural': 'waiting rooms',
                'ordering': ['-performance__starts_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('capacity__gte', 1), ('pass_minutes__gte', 1)), name='room_admits_someone'), models.CheckConstraint(condition=models.Q(('capacity_share__gt', 0), ('capacity_share__lte', 1), ('show_up_rate__gt', 0), ('show_up_rate__lte', 1)), name='room_shares_are_fractions')],
            },
        ),
        migrations.CreateModel(
            name='Lane',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('weight', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='weight')),
                ('codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), blank=True, default=list, editable=False, size=None)),
                ('issued_to', models.PositiveBigIntegerField(default=0, editable=False)),
                ('seen', models.PositiveBigIntegerField(default=0, editable=False)),
                ('generation', models.PositiveIntegerField(default=0, editable=False)),
                ('draw_size', models.PositiveBigIntegerField(default=0, editable=False)),
                ('draw_cutoff', models.PositiveBigIntegerField(default=0, editable=False)),
                ('serving', models.PositiveBigIntegerField(default=0, editable=False)),
                ('virtual_finish', models.FloatField(default=0.0, editable=False)),
                ('returns_to', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='returning', to='waitingroom.lane')),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lanes', to='waitingroom.waitingroom')),
            ],
            options={
                'verbose_name': 'lane',
                'verbose_name_plural': 'lanes',
                'ordering': ['-weight', 'pk'],
                'constraints': [
                    models.UniqueConstraint(fields=('room', 'name'), name='lane_is_unique_in_room'),
                    models.CheckConstraint(condition=models.Q(('weight__gte', 1)), name='lane_has_a_weight'),
                ],
            },
        ),
        migrations.CreateModel(
            name='AdmissionBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('up_to', models.PositiveBigIntegerField()),
                ('size', models.PositiveIntegerField()),
                ('arrived', models.PositiveIntegerField(default=0)),
                ('admitted_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('lane', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='admissions', to='waitingroom.lane')),
            ],
            options={
                'verbose_name': 'admission',
                'verbose_name_plural': 'admissions',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['lane', 'admitted_at'], name='admission_by_time')],
                'constraints': [models.UniqueConstraint(fields=('lane', 'up_to'), name='position_is_admitted_once')],
            },
        ),
        migrations.CreateModel(
            name='Pass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visitor', models.CharField(max_length=40)),
                ('number', models.PositiveBigIntegerField(blank=True, null=True)),
                ('entered_at', models.DateTimeField(verbose_name='admitted')),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('ended_early', models.BooleanField(default=False)),
                ('extended_at', models.DateTimeField(editable=False, null=True, verbose_name='extended')),
                ('return_number', models.PositiveBigIntegerField(editable=False, null=True)),
                ('return_of', models.PositiveBigIntegerField(editable=False, null=True)),
                ('household', models.CharField(blank=True, db_default='', default='', editable=False, max_length=32)),
                ('lane', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='waitingroom.lane')),
                ('performance', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='passes', to='shows.performance')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='passes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'pass',
                'verbose_name_plural': 'passes',
                'ordering': ['-entered_at'],
                'indexes': [models.Index(fields=['performance', 'expires_at'], name='pass_by_expiry'), models.Index(condition=models.Q(('household', ''), _negated=True), fields=['performance', 'household'], name='pass_by_household')],
                'constraints': [models.UniqueConstraint(fields=('performance', 'visitor'), name='one_pass_by_visitor_and_performance'), models.CheckConstraint(condition=models.Q(('expires_at__gte', models.F('entered_at'))), name='pass_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('return_number', None), ('return_of', None)), models.Q(('return_number__isnull', False), ('return_of__isnull', False)), _connector='OR'), name='pass_returns_with_two_numbers')],
            },
        ),
        migrations.CreateModel(
            name='TurnAlert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visitor', models.CharField(max_length=40)),
                ('email', models.EmailField(max_length=254)),
                ('language', models.CharField(max_length=10)),
                ('number', models.PositiveBigIntegerField()),
                ('draw_id', models.CharField(blank=True, max_length=20)),
                ('position', models.PositiveBigIntegerField(null=True)),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('lane', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='waitingroom.lane')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='turn_alerts', to=settings.AUTH_USER_MODEL)),
                ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turn_alerts', to='waitingroom.waitingroom')),
            ],
            options={
                'verbose_name': 'e-mail before a turn',
                'verbose_name_plural': 'e-mails before turns',
                'indexes': [models.Index(condition=models.Q(('confirmed_at__isnull', False), ('sent_at', None)), fields=['lane', 'position'], name='turn_alert_to_send')],
                'constraints': [models.UniqueConstraint(fields=('room', 'visitor'), name='one_turn_alert_by_visitor_and_room'), models.CheckConstraint(condition=models.Q(('sent_at', None), ('confirmed_at__isnull', False), _connector='OR'), name='turn_alert_is_sent_to_confirmed_addresses')],
            },
        ),
    ]
