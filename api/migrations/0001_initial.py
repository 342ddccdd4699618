import api.models
import core.json_size
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

# The database itself records which ledger entries webhooks report, in the entry's own transaction:
# neither exists without the other, and `bookings` need not know of this app. Without an active
# endpoint nothing is recorded; for entries of other kinds this costs one comparison.
RECORD_OUTBOX_EVENTS = """
CREATE FUNCTION api_record_outbox_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM api_endpoint WHERE disabled_at IS NULL) THEN
        INSERT INTO api_outboxevent (entry) VALUES (NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER record_outbox_event AFTER INSERT ON bookings_ledgerentry
    FOR EACH ROW WHEN (NEW.kind IN ('sale', 'cancel', 'refund', 'check_in', 'block'))
    EXECUTE FUNCTION api_record_outbox_event();
"""
RECORD_OUTBOX_EVENTS_REVERSE = """
DROP TRIGGER record_outbox_event ON bookings_ledgerentry;
DROP FUNCTION api_record_outbox_event();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('bookings', '0001_initial'),
        ('core', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='OutboxEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.BigIntegerField(unique=True)),
            ],
            options={
                'verbose_name': 'outbox event',
                'verbose_name_plural': 'outbox events',
            },
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Which integration uses it.', max_length=80, verbose_name='name')),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('catalogue', 'create, change and delete venues, shows and performances'), ('sale', 'put on sale, block and unblock seats'), ('orders', 'read, export, cancel and refund orders'), ('accounts', 'approve accounts'), ('door', 'verify tickets and check them in'), ('webhooks', 'manage webhooks')], max_length=20), default=list, size=None, verbose_name='scopes')),
                ('hint', models.CharField(editable=False, max_length=20, verbose_name='prefix')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created')),
                ('last_used_at', models.DateTimeField(editable=False, null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='revoked')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_keys', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
            ],
            options={
                'verbose_name': 'API key',
                'verbose_name_plural': 'API keys',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Which system receives the events.', max_length=80, verbose_name='name')),
                ('url', models.CharField(max_length=500, verbose_name='URL')),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('order.paid', 'order paid'), ('order.cancelled', 'tickets cancelled'), ('order.refunded', 'refund issued'), ('ticket.checked_in', 'ticket checked in'), ('ticket.check_in_undone', 'check-in undone'), ('performance.sold_out', 'performance sold out')], max_length=40), size=None, verbose_name='events')),
                ('salt', models.CharField(default=api.models.new_salt, editable=False, max_length=40)),
                ('previous_salt', models.CharField(blank=True, editable=False, max_length=40)),
                ('previous_until', models.DateTimeField(editable=False, null=True)),
                ('failures', models.PositiveIntegerField(default=0, editable=False, verbose_name='consecutive failures')),
                ('failing_since', models.DateTimeField(editable=False, null=True, verbose_name='failing since')),
                ('paused_until', models.DateTimeField(editable=False, null=True)),
                ('disabled_at', models.DateTimeField(editable=False, null=True, verbose_name='disabled')),
                ('disabled_reason', models.CharField(blank=True, editable=False, max_length=200, verbose_name='reason')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='webhooks', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
            ],
            options={
                'verbose_name': 'webhook',
                'verbose_name_plural': 'webhooks',
                'ordering': ['-pk'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('events', []), _negated=True), name='endpoint_has_events'),
                    models.CheckConstraint(condition=models.Q(('previous_salt', ''), ('previous_until__isnull', False), _connector='OR'), name='previous_secret_expires'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.CharField(default=api.models.new_event_id, editable=False, max_length=40, primary_key=True, serialize=False)),
                ('key', models.CharField(editable=False, max_length=80, unique=True)),
                ('type', models.CharField(choices=[('order.paid', 'order paid'), ('order.cancelled', 'tickets cancelled'), ('order.refunded', 'refund issued'), ('ticket.checked_in', 'ticket checked in'), ('ticket.check_in_undone', 'check-in undone'), ('performance.sold_out', 'performance sold out'), ('ping', 'ping')], max_length=40, verbose_name='type')),
                ('body', models.TextField(verbose_name='body')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='when')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['at'], name='event_by_age')],
                'constraints': [models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('body'), 4194304), name='event_body_has_a_limit')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('pending', 'pending'), ('delivered', 'delivered'), ('failed', 'failed')], default='pending', max_length=9, verbose_name='status')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_attempt_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='next attempt')),
                ('last_attempt_at', models.DateTimeField(null=True, verbose_name='last attempt')),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('delivered_at', models.DateTimeField(null=True, verbose_name='delivered')),
                ('response_status', models.PositiveSmallIntegerField(null=True, verbose_name='response status')),
                ('response_summary', models.CharField(blank=True, max_length=300, verbose_name='response')),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='api.endpoint', verbose_name='webhook')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='api.event', verbose_name='event')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'ordering': ['-pk'],
                'indexes': [
                    models.Index(condition=models.Q(('status', 'pending')), fields=['next_attempt_at'], name='delivery_by_due'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('event', 'endpoint'), name='one_delivery_by_event_and_endpoint'),
                    models.CheckConstraint(condition=models.Q(models.Q(('status', 'delivered'), _negated=True), ('delivered_at__isnull', False), _connector='OR'), name='delivered_has_its_time'),
                ],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.CharField(max_length=80)),
                ('key', models.CharField(max_length=200)),
                ('request', models.CharField(max_length=300)),
                ('fingerprint', models.CharField(max_length=64)),
                ('holder', models.CharField(max_length=32)),
                ('claimed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('headers', models.JSONField(default=dict)),
                ('body', models.BinaryField(default=b'')),
            ],
            options={
                'verbose_name': 'idempotency record',
                'verbose_name_plural': 'idempotency records',
                'indexes': [models.Index(fields=['claimed_at'], name='idempotency_by_age')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'key'), name='idempotency_key_is_used_once'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('headers')), 4096), name='idempotency_headers_limit'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('body'), 1048576), name='idempotency_body_limit')],
            },
        ),
        migrations.RunSQL(RECORD_OUTBOX_EVENTS, RECORD_OUTBOX_EVENTS_REVERSE),
    ]
