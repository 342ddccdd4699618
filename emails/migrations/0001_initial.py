import core.json_size
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('post_office', '0014_alter_email_recipient_delivery_status_and_more'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EmailSecrets',
            fields=[
                ('email', models.OneToOneField(db_index=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='post_office.email')),
                ('sealed', models.TextField(editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='OptOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='since')),
            ],
            options={
                'verbose_name': 'opt-out',
                'verbose_name_plural': 'opt-outs',
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('email', 'kind'), name='one_opt_out_by_address_and_kind'), models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='opt_out_email_is_lower_case')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('given_at', models.DateTimeField(blank=True, null=True, verbose_name='given')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('source', models.CharField(choices=[('sign_up', 'when signing up'), ('account', 'on the page of the account'), ('follow', 'by following'), ('letter', 'by the link in a letter'), ('guest', 'before there was an account'), ('program', 'through the API')], max_length=8, verbose_name='said')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'ordering': ['kind', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='one_consent_by_account_and_kind'), models.CheckConstraint(condition=models.Q(('given_at__isnull', False), ('withdrawn_at__isnull', False), _connector='OR'), name='consent_is_given_or_withdrawn'), models.CheckConstraint(condition=models.Q(('given_at', None), ('withdrawn_at', None), ('withdrawn_at__gte', models.F('given_at')), _connector='OR'), name='consent_is_given_before_it_is_withdrawn')],
            },
        ),
        migrations.CreateModel(
            name='OutboxEmail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('key', models.CharField(max_length=120, unique=True, verbose_name='key')),
                ('to', models.EmailField(max_length=254, verbose_name='to')),
                ('language', models.CharField(default='en', max_length=10, verbose_name='language')),
                ('about', models.JSONField(default=dict, verbose_name='about')),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='due')),
                ('urgency', models.PositiveSmallIntegerField(choices=[(0, 'News'), (1, 'Service'), (2, 'Tickets')], db_default=1, default=1, verbose_name='urgency')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('failure', models.CharField(blank=True, max_length=300, verbose_name='failure')),
                ('written_at', models.DateTimeField(blank=True, null=True, verbose_name='written')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='owed since')),
                ('email', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='letter', to='post_office.email')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='emails', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'letter',
                'verbose_name_plural': 'emails',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('written_at', None)), fields=['urgency', 'due_at'], name='outbox_due_by_urgency')],
                'constraints': [models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('about')), 65536), name='letter_about_has_a_limit')],
            },
        ),
    ]
