import core.json_size
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import payments.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='DemoCharge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32, unique=True)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=11)),
                ('currency', models.CharField(max_length=3)),
                ('description', models.CharField(max_length=200)),
                ('return_url', models.CharField(max_length=300)),
                ('status', models.CharField(choices=[('open', 'open'), ('paid', 'paid'), ('declined', 'declined')], default='open', max_length=10)),
                ('refunded', models.DecimalField(decimal_places=2, default=0, max_digits=11)),
                ('refunds', models.JSONField(blank=True, default=dict)),
                ('webhook_at', models.DateTimeField(blank=True, null=True)),
                ('webhook_count', models.PositiveSmallIntegerField(default=1)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': 'demo charge',
                'verbose_name_plural': 'demo charges',
                'indexes': [models.Index(condition=models.Q(('webhook_at__isnull', False)), fields=['webhook_at'], name='demo_charge_webhook_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('refunded__gte', 0), ('refunded__lte', models.F('amount'))), name='demo_refunds_stay_within_the_charge'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('refunds')), 262144), name='demo_refunds_have_a_limit')],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=payments.models.new_key, editable=False, max_length=32, unique=True)),
                ('purpose', models.CharField(db_index=True, max_length=40, verbose_name='for')),
                ('provider', models.CharField(max_length=20, verbose_name='provider')),
                ('provider_reference', models.CharField(blank=True, max_length=100, verbose_name="provider's reference")),
                ('card', models.CharField(blank=True, db_default='', default='', max_length=4, verbose_name='card')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=11, verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('description', models.CharField(max_length=200, verbose_name='description')),
                ('return_url', models.CharField(max_length=300)),
                ('status', models.CharField(choices=[('open', 'open'), ('captured', 'captured'), ('failed', 'failed')], default='open', max_length=10, verbose_name='status')),
                ('failure', models.CharField(blank=True, max_length=200, verbose_name='failure')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created')),
                ('captured_at', models.DateTimeField(editable=False, null=True, verbose_name='captured')),
                ('next_poll_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': 'payment',
                'verbose_name_plural': 'payments',
                'ordering': ['-created_at'],
                'indexes': [models.Index(condition=models.Q(('status', 'open')), fields=['next_poll_at'], name='payment_open_to_poll'), models.Index(condition=models.Q(('card', ''), _negated=True), fields=['card'], name='payment_by_card'), models.Index(django.db.models.functions.text.Upper(django.db.models.functions.text.Right('provider_reference', 4)), name='payment_by_end_of_reference')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payment_is_positive'), models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('purpose',), name='one_open_payment_for_a_purpose'), models.CheckConstraint(condition=models.Q(models.Q(('captured_at__isnull', False), ('status', 'captured')), models.Q(models.Q(('status', 'captured'), _negated=True), ('captured_at', None)), _connector='OR'), name='captured_payment_has_its_time')],
            },
        ),
        migrations.CreateModel(
            name='ProviderEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=20, verbose_name='provider')),
                ('event_id', models.CharField(max_length=100, verbose_name='event')),
                ('kind', models.CharField(max_length=40, verbose_name='kind')),
                ('body', models.JSONField(verbose_name='body')),
                ('outcome', models.CharField(blank=True, max_length=200, verbose_name='outcome')),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='received')),
                ('payment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='payments.payment')),
            ],
            options={
                'verbose_name': 'provider event',
                'verbose_name_plural': 'provider events',
                'ordering': ['-received_at'],
                'constraints': [models.UniqueConstraint(fields=('provider', 'event_id'), name='event_is_applied_once'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('body')), 2097152), name='provider_event_body_has_a_limit')],
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=80, unique=True)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=11, verbose_name='amount')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('status', models.CharField(choices=[('queued', 'queued'), ('sent', 'sent'), ('failed', 'action required')], default='queued', max_length=10, verbose_name='status')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('failure', models.CharField(blank=True, max_length=200, verbose_name='failure')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created')),
                ('try_after', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('sent_at', models.DateTimeField(editable=False, null=True, verbose_name='sent')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payments.payment')),
            ],
            options={
                'verbose_name': 'refund',
                'verbose_name_plural': 'refunds',
                'ordering': ['-created_at'],
                'indexes': [models.Index(condition=models.Q(('status', 'queued')), fields=['try_after'], name='queued_refund_by_next_try')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='refund_is_positive'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('status', 'sent')), models.Q(models.Q(('status', 'sent'), _negated=True), ('sent_at', None)), _connector='OR'), name='sent_refund_has_its_time')],
            },
        ),
    ]
