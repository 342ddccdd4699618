import django.contrib.admin.models
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('admin', '0003_logentry_add_action_flag_choices'),
        ('auditlog', '0017_add_actor_email'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FieldChange',
            fields=[
            ],
            options={
                'verbose_name': 'field change',
                'verbose_name_plural': 'change history',
                'ordering': ['-timestamp', '-pk'],
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('auditlog.logentry',),
        ),
        migrations.CreateModel(
            name='StaffAction',
            fields=[
            ],
            options={
                'verbose_name': 'staff action',
                'verbose_name_plural': 'staff activity',
                'ordering': ['-action_time', '-pk'],
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('admin.logentry',),
            managers=[
                ('objects', django.contrib.admin.models.LogEntryManager()),
            ],
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('in', 'logged in'), ('out', 'logged out'), ('failed', 'failed')], max_length=6, verbose_name='action')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True, verbose_name='time')),
                ('typed', models.CharField(blank=True, max_length=254, verbose_name='unknown e-mail')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='network address')),
                ('browser', models.CharField(blank=True, max_length=200, verbose_name='browser')),
                ('reason', models.CharField(blank=True, choices=[('password', 'wrong password'), ('code', 'wrong two-step verification code')], max_length=8, verbose_name='reason')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'sign-in',
                'verbose_name_plural': 'sign-in log',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('user', None), ('typed', ''), _connector='OR'), name='sign_in_is_known_or_unknown')],
            },
        ),
    ]
