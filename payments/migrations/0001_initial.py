import core.json_size
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import payments.models.payments
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider_reference', models.CharField(max_length=100, verbose_name="provider's reference")),
                ('amount', models.DecimalField(decimal_places=2, max_digits=11, verbose_name='amount')),
                ('reason', models.CharField(blank=True, max_length=60, verbose_name='reason')),
                ('status', models.CharField(choices=[('inquiry', 'inquiry'), ('open', 'open'), ('submitted', 'under review'), ('won', 'won'), ('lost', 'lost'), ('closed', 'closed')], max_length=10, verbose_name='status')),
                ('takes_money', models.BooleanField(db_default=False, default=False)),
                ('act_by', models.DateTimeField(editable=False, null=True, verbose_name='act by')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='opened')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed')),
            ],
            options={
                'verbose_name': 'dispute',
                'verbose_name_plural': 'disputes',
                'ordering': ['-created_at'],
                'indexes': [
                    models.Index(condition=models.Q(('status__in', ['inquiry', 'open'])), fields=['act_by'], name='dispute_to_answer'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='dispute_is_positive'),
                    models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('status__in', ['won', 'lost', 'closed'])), models.Q(('closed_at', None), ('status__in', ['inquiry', 'open', 'submitted'])), _connector='OR'), name='closed_dispute_has_its_time'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=payments.models.payments.new_key, editable=False, max_length=32, unique=True)),
                ('purpose', models.CharField(db_index=True, max_length=40, verbose_name='for')),
                ('provider', models.CharField(max_length=20, verbose_name='provider')),
                ('provider_reference', models.CharField(blank=True, max_length=100, verbose_name="provider's reference")),
                ('page_reference', models.CharField(blank=True, db_default='', default='', max_length=255)),
                ('page_url', models.TextField(blank=True, db_default='', default='', editable=False)),
                ('card', models.CharField(blank=True, db_default='', default='', max_length=4, verbose_name='card')),
                ('method', models.CharField(blank=True, db_default='', default='', max_length=30, verbose_name='method')),
                ('taken_by', models.CharField(blank=True, db_default='', default='', editable=False, max_length=40, verbose_name='taken by')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=11, verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('description', models.CharField(max_length=200, verbose_name='description')),
                ('return_url', models.CharField(max_length=300)),
                ('status', models.CharField(choices=[('open', 'open'), ('pending', 'being processed'), ('captured', 'captured'), ('failed', 'failed'), ('expired', 'expired')], default='open', max_length=10, verbose_name='status')),
                ('failure', models.CharField(blank=True, max_length=200, verbose_name='failure')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created')),
                ('captured_at', models.DateTimeField(editable=False, null=True, verbose_name='captured')),
                ('next_poll_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': 'payment',
                'verbose_name_plural': 'payments',
                'ordering': ['-created_at'],
                'indexes': [
                    models.Index(condition=models.Q(('status__in', ['open', 'pending'])), fields=['next_poll_at'], name='payment_unfinished_to_poll'),
                    models.Index(condition=models.Q(('card', ''), _negated=True), fields=['card'], name='payment_by_card'),
                    models.Index(django.db.models.functions.text.Upper(django.db.models.functions.text.Right('provider_reference', 4)), name='payment_by_end_of_reference'),
                    models.Index(condition=models.Q(('provider_reference', ''), _negated=True), fields=['provider_reference'], name='payment_by_reference'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payment_is_positive'),
                    models.UniqueConstraint(condition=models.Q(('status__in', ['open', 'pending'])), fields=('purpose',), name='one_unfinished_payment_for_a_purpose'),
                    models.CheckConstraint(condition=models.Q(models.Q(('captured_at__isnull', False), ('status', 'captured')), models.Q(models.Q(('status', 'captured'), _negated=True), ('captured_at', None)), _connector='OR'), name='captured_payment_has_its_time'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Payout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=20, verbose_name='provider')),
                ('provider_reference', models.CharField(max_length=100, verbose_name="provider's reference")),
                ('status', models.CharField(choices=[('pending', 'pending'), ('paid', 'paid'), ('failed', 'failed')], max_length=10, verbose_name='status')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=13, verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('bank_reference', models.CharField(blank=True, db_default='', default='', max_length=100, verbose_name='reference on the bank statement')),
                ('arrives_on', models.DateField(null=True, verbose_name='arrives')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('fetched_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('is_complete', models.BooleanField(db_default=False, default=False, verbose_name='complete')),
            ],
            options={
                'verbose_name': 'payout',
                'verbose_name_plural': 'payouts',
                'ordering': ['-created_at'],
                'constraints': [
                    models.UniqueConstraint(fields=('provider', 'provider_reference'), name='one_payout_for_a_reference'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PayoutLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider_reference', models.CharField(max_length=100, verbose_name="provider's reference")),
                ('kind', models.CharField(choices=[('payment', 'payment'), ('refund', 'refund'), ('dispute', 'dispute'), ('fee', 'fee'), ('returned', 'returned payout'), ('other', 'other')], max_length=10, verbose_name='kind')),
                ('payment_reference', models.CharField(blank=True, db_default='', default='', max_length=100)),
                ('refund_reference', models.CharField(blank=True, db_default='', default='', max_length=100)),
                ('dispute_reference', models.CharField(blank=True, db_default='', default='', max_length=100)),
                ('gross', models.DecimalField(decimal_places=2, max_digits=13, verbose_name='gross')),
                ('fee', models.DecimalField(decimal_places=2, default=0, max_digits=13, verbose_name='fee')),
                ('net', models.DecimalField(decimal_places=2, max_digits=13, verbose_name='net')),
                ('description', models.CharField(blank=True, max_length=200, verbose_name='description')),
                ('created_at', models.DateTimeField(verbose_name='time')),
            ],
            options={
                'verbose_name': 'line of a payout',
                'verbose_name_plural': 'lines of a payout',
                'ordering': ['created_at', 'pk'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('net', django.db.models.expressions.CombinedExpression(models.F('gross'), '-', models.F('fee')))), name='payout_line_adds_up'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ProviderChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(blank=True, max_length=20, verbose_name='provider')),
                ('methods', models.JSONField(blank=True, default=dict, verbose_name='payment methods')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
            ],
            options={
                'verbose_name': 'payment provider',
                'verbose_name_plural': 'payment provider',
                'constraints': [models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('methods')), 4096), name='provider_methods_have_a_limit')],
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
            ],
            options={
                'verbose_name': 'provider webhook',
                'verbose_name_plural': 'provider webhooks',
                'ordering': ['-received_at'],
                'constraints': [
                    models.UniqueConstraint(fields=('provider', 'event_id'), name='event_is_applied_once'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('body')), 2097152), name='provider_event_body_has_a_limit'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ProviderKeys',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=20, unique=True, verbose_name='provider')),
                ('secret_key', models.TextField()),
                ('webhook_secrets', models.TextField(blank=True)),
                ('access_token', models.TextField(blank=True, db_default='', default='')),
                ('key_hint', models.CharField(max_length=40, verbose_name='secret key')),
                ('checked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='checked')),
            ],
            options={
                'verbose_name': 'keys of a payment provider',
                'verbose_name_plural': 'provider keys',
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=80, unique=True)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=11, verbose_name='amount')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('status', models.CharField(choices=[('queued', 'queued'), ('sent', 'sent'), ('succeeded', 'refunded'), ('failed', 'action required'), ('withdrawn', 'withdrawn')], default='queued', max_length=10, verbose_name='status')),
                ('provider_reference', models.CharField(blank=True, db_default='', default='', max_length=100, verbose_name="provider's reference")),
                ('made_at_provider', models.BooleanField(db_default=False, default=False, verbose_name='made at the provider')),
                ('failures', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('failure', models.CharField(blank=True, max_length=200, verbose_name='failure')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created')),
                ('try_after', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('sent_at', models.DateTimeField(editable=False, null=True, verbose_name='sent')),
                ('act_by', models.DateTimeField(editable=False, null=True, verbose_name='act by')),
                ('paid_out_by', models.CharField(blank=True, db_default='', default='', editable=False, max_length=40, verbose_name='paid out by')),
            ],
            options={
                'verbose_name': 'refund',
                'verbose_name_plural': 'refunds',
                'ordering': ['-created_at'],
                'indexes': [
                    models.Index(condition=models.Q(('status', 'queued')), fields=['try_after'], name='queued_refund_by_next_try'),
                    models.Index(condition=models.Q(('status', 'sent')), fields=['try_after'], name='sent_refund_by_next_poll'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='refund_is_positive'),
                    models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('status__in', ['sent', 'succeeded'])), models.Q(('sent_at', None), ('status', 'queued')), ('status__in', ['failed', 'withdrawn']), _connector='OR'), name='refund_has_its_time'),
                ],
            },
        ),
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
            name='PageClosing',
            fields=[
                ('payment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='payments.payment')),
                ('attempts', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('try_after', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'pay page to close',
                'verbose_name_plural': 'pay pages to close',
            },
        ),
        migrations.AddField(
            model_name='dispute',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='payments.payment'),
        ),
        migrations.AddField(
            model_name='payoutline',
            name='dispute',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payout_lines', to='payments.dispute'),
        ),
        migrations.AddField(
            model_name='payoutline',
            name='payment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payout_lines', to='payments.payment'),
        ),
        migrations.AddField(
            model_name='payoutline',
            name='payout',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='payments.payout'),
        ),
        migrations.AddField(
            model_name='payoutline',
            name='returned_payout',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='payments.payout'),
        ),
        migrations.AddField(
            model_name='providerevent',
            name='payment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='payments.payment'),
        ),
        migrations.AddField(
            model_name='refund',
            name='payment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='payments.payment'),
        ),
        migrations.AddField(
            model_name='payoutline',
            name='refund',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payout_lines', to='payments.refund'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.UniqueConstraint(fields=('payment', 'provider_reference'), name='one_dispute_for_a_reference'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(condition=models.Q(('provider_reference', ''), _negated=True), fields=('payment', 'provider_reference'), name='one_refund_for_a_reference'),
        ),
        migrations.AddConstraint(
            model_name='payoutline',
            constraint=models.UniqueConstraint(fields=('payout', 'provider_reference'), name='one_payout_line_for_a_reference'),
        ),
    ]
