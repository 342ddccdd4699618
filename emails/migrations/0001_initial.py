import core.json_size
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import emails.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EmailTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('subject', models.CharField(blank=True, max_length=200, verbose_name='subject')),
                ('introduction', models.TextField(blank=True, max_length=5000, verbose_name='introduction')),
                ('body', models.TextField(blank=True, db_default='', max_length=10000, verbose_name='text')),
                ('error', models.CharField(blank=True, db_default='', editable=False, max_length=300, verbose_name='error')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
            ],
            options={
                'verbose_name': 'e-mail template',
                'verbose_name_plural': 'e-mail templates',
                'ordering': ['kind', 'language'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'language'), name='one_template_by_kind_and_language')],
            },
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
            name='OutboxEmail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('key', models.CharField(max_length=120, unique=True, verbose_name='key')),
                ('to', models.EmailField(max_length=254, verbose_name='to')),
                ('language', models.CharField(default='en', max_length=10, verbose_name='language')),
                ('about', models.JSONField(default=dict, verbose_name='about')),
                ('urgency', models.PositiveSmallIntegerField(choices=[(0, 'News'), (1, 'Service'), (2, 'Tickets')], db_default=1, default=1, verbose_name='urgency')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created')),
                ('state', models.CharField(choices=[('queued', 'queued'), ('rendered', 'rendered'), ('sent', 'sent'), ('failed', 'failed'), ('skipped', 'skipped')], db_default='queued', default='queued', max_length=8, verbose_name='state')),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='due')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('error', models.CharField(blank=True, db_default='', max_length=500, verbose_name='error')),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('rendered_at', models.DateTimeField(blank=True, null=True, verbose_name='rendered')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('sender', models.CharField(blank=True, db_default='', max_length=254, verbose_name='from')),
                ('other_recipients', models.JSONField(blank=True, null=True, verbose_name='other recipients')),
                ('subject', models.CharField(blank=True, db_default='', max_length=990, verbose_name='subject')),
                ('text', models.TextField(blank=True, db_default='', verbose_name='text')),
                ('html', models.TextField(blank=True, db_default='', verbose_name='HTML')),
                ('headers', models.JSONField(blank=True, null=True, verbose_name='headers')),
                ('message_id', models.CharField(blank=True, db_default='', max_length=255, verbose_name='Message-ID')),
                ('sealed_secrets', models.TextField(db_default='', editable=False)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='emails', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'e-mail',
                'verbose_name_plural': 'e-mails',
                'ordering': ['-created_at', '-pk'],
                'indexes': [
                    models.Index(condition=models.Q(('state', 'queued')), fields=['urgency', 'due_at'], name='email_queued_by_urgency'),
                    models.Index(condition=models.Q(('state', 'rendered')), fields=['urgency', 'due_at'], name='email_rendered_by_urgency'),
                    models.Index(condition=models.Q(('state', 'sent')), fields=['sent_at'], name='email_sent'),
                    models.Index(condition=models.Q(('state', 'failed')), fields=['id'], name='email_failed'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('about')), 65536), name='email_about_has_a_limit'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('headers')), 65536), name='email_headers_have_a_limit'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('other_recipients')), 65536), name='email_recipients_have_a_limit'),
                    models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at', None)), _connector='OR'), name='sent_email_has_its_time'),
                ],
            },
        ),
        migrations.CreateModel(
            name='EmailAttachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255)),
                ('mimetype', models.CharField(max_length=255)),
                ('file', models.FileField(storage=emails.models.attachment_storage, upload_to=emails.models.attachment_path)),
                ('email', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='emails.outboxemail')),
            ],
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('given_at', models.DateTimeField(blank=True, null=True, verbose_name='given')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('source', models.CharField(choices=[('sign_up', 'sign-up form'), ('account', 'account settings'), ('follow', 'following a show or artist'), ('email', 'link in an e-mail'), ('guest', 'as a guest, before signing up'), ('api', 'API')], max_length=8, verbose_name='source')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'ordering': ['kind', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='one_consent_by_account_and_kind'), models.CheckConstraint(condition=models.Q(('given_at__isnull', False), ('withdrawn_at__isnull', False), _connector='OR'), name='consent_is_given_or_withdrawn'), models.CheckConstraint(condition=models.Q(('given_at', None), ('withdrawn_at', None), ('withdrawn_at__gte', models.F('given_at')), _connector='OR'), name='consent_is_given_before_it_is_withdrawn')],
            },
        ),
    ]
