import bookings.models.keys
import core.json_size
import core.name_search
import datetime
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import organisation.models.sellers
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

# Room for in-page updates in the table that a sale writes most often.
FILL_FACTOR = """
ALTER TABLE bookings_place SET (
    fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05
)
"""
APPEND_ONLY = """
CREATE FUNCTION bookings_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The transaction log is append-only.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE ON bookings_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION bookings_ledger_is_append_only();
"""
APPEND_ONLY_REVERSE = """
DROP TRIGGER ledger_is_append_only ON bookings_ledgerentry;
DROP FUNCTION bookings_ledger_is_append_only();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('organisation', '0001_initial'),
        ('shows', '0001_initial'),
        ('venues', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=bookings.models.keys.new_secret, editable=False, max_length=32, unique=True)),
                ('visitor', models.CharField(db_index=True, max_length=40)),
                ('household', models.CharField(blank=True, db_default='', default='', editable=False, max_length=32)),
                ('channel', models.CharField(choices=[('web', 'website'), ('phone', 'phone'), ('counter', 'counter'), ('door', 'door'), ('api', 'API')], db_default='web', default='web', max_length=8, verbose_name='channel')),
                ('status', models.CharField(choices=[('open', 'open'), ('reserved', 'reserved'), ('bought', 'bought'), ('released', 'released'), ('lapsed', 'lapsed')], default='open', max_length=8)),
                ('concessions', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('extended_at', models.DateTimeField(blank=True, null=True, verbose_name='extended')),
                ('request_key', models.CharField(blank=True, editable=False, max_length=80)),
                ('requested_at', models.DateTimeField(editable=False, null=True)),
                ('performance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='shows.performance')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='holds', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'basket',
                'verbose_name_plural': 'baskets',
                'ordering': ['-pk'],
                'indexes': [
                    models.Index(condition=models.Q(('status', 'open')), fields=['expires_at'], name='hold_open_by_expiry'),
                    models.Index(condition=models.Q(('status', 'open'), models.Q(('household', ''), _negated=True)), fields=['performance', 'household'], name='hold_open_by_household'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('performance', 'visitor'), name='one_open_hold_by_visitor_and_performance'),
                    models.CheckConstraint(condition=models.Q(('expires_at__lte', django.db.models.expressions.CombinedExpression(models.F('created_at'), '+', models.Value(datetime.timedelta(seconds=5400))))), name='hold_stays_under_its_hard_cap'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('concessions')), 16384), name='hold_concessions_have_a_limit'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('release_at', models.DateTimeField(blank=True, help_text='Leave empty to hold the seats until you release them.', null=True, verbose_name='release date')),
                ('released_at', models.DateTimeField(editable=False, null=True, verbose_name='released')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created')),
                ('performance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='shows.performance')),
            ],
            options={
                'verbose_name': 'guest hold',
                'verbose_name_plural': 'guest holds',
                'ordering': ['-pk'],
                'indexes': [
                    models.Index(condition=models.Q(('release_at__isnull', False), ('released_at', None)), fields=['release_at'], name='allocation_to_release'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CustomerMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('request_key', models.CharField(editable=False, max_length=40, unique=True)),
                ('purpose', models.CharField(choices=[('message', 'message'), ('cancelled', 'performance cancelled'), ('moved', 'performance rescheduled')], default='message', max_length=9, verbose_name='purpose')),
                ('texts', models.JSONField(verbose_name='texts')),
                ('audience', models.JSONField(default=dict, verbose_name='recipients')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='sent')),
                ('state', models.CharField(choices=[('queued', 'queued'), ('done', 'handed to the e-mail queue')], default='queued', max_length=6, verbose_name='state')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by')),
                ('performances', models.ManyToManyField(limit_choices_to={'opened_at__isnull': False}, related_name='messages', to='shows.performance', verbose_name='performances')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['-pk'],
                'indexes': [
                    models.Index(condition=models.Q(('state', 'queued')), fields=['id'], name='message_queued'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('texts')), 65536), name='message_texts_have_a_limit'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('audience')), 65536), name='message_audience_has_a_limit'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('available', 'available'), ('held', 'held'), ('sold', 'sold'), ('blocked', 'blocked'), ('removed', 'removed from the plan')], default='available', max_length=9, verbose_name='state')),
                ('held_until', models.DateTimeField(blank=True, null=True, verbose_name='held until')),
                ('performance', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='places', to='shows.performance')),
                ('price_category', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='shows.pricecategory')),
                ('seat', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='venues.seat')),
                ('section', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='venues.section')),
                ('hold', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='places', to='bookings.hold')),
            ],
            options={
                'verbose_name': 'seat',
                'verbose_name_plural': 'seats',
                'ordering': ['pk'],
                'indexes': [
                    models.Index(fields=['performance', 'section', 'id'], name='place_by_section'),
                    models.Index(condition=models.Q(('hold__isnull', False)), fields=['hold'], name='place_by_hold'),
                    models.Index(condition=models.Q(('seat', None), ('state__in', ['available', 'held'])), fields=['performance', 'section', 'id'], name='place_standing_to_sell'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('performance', 'seat'), name='seat_is_one_place_of_a_performance'),
                    models.CheckConstraint(condition=models.Q(models.Q(('held_until__isnull', False), ('hold__isnull', False), ('state', 'held')), models.Q(models.Q(('state', 'held'), _negated=True), ('held_until', None), ('hold', None)), _connector='OR'), name='only_held_places_have_a_hold_and_a_time'),
                    models.CheckConstraint(condition=models.Q(('state__in', ['available', 'held', 'sold', 'blocked', 'removed'])), name='place_state_is_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('hold', 'held'), ('extend', 'extended'), ('release', 'released'), ('lapse', 'lapsed'), ('order', 'ordered'), ('reserve', 'reserved'), ('sale', 'sold'), ('payment', 'payment'), ('refund', 'refund'), ('refund_failed', 'refund failed'), ('dispute', 'dispute'), ('cancel', 'cancelled'), ('block', 'blocked'), ('unblock', 'unblocked'), ('open', 'put on sale'), ('check_in', 'checked in'), ('reissue', 'reissued'), ('change', 'changed'), ('move', 'moved'), ('cancel_performance', 'performance cancelled'), ('reschedule', 'rescheduled'), ('price_change', 'price change'), ('contact', 'contact details corrected'), ('transfer', 'moved to another order'), ('correct_plan', 'seating plan corrected'), ('note', 'note'), ('message', 'message')], max_length=20, verbose_name='kind')),
                ('hold', models.BigIntegerField(null=True)),
                ('order', models.CharField(blank=True, max_length=12, verbose_name='order')),
                ('places', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=11, null=True, verbose_name='amount')),
                ('currency', models.CharField(blank=True, max_length=3, verbose_name='currency')),
                ('actor', models.CharField(max_length=60, verbose_name='by')),
                ('detail', models.JSONField(default=dict, verbose_name='details')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='time')),
                ('performance', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='shows.performance')),
            ],
            options={
                'verbose_name': 'log entry',
                'verbose_name_plural': 'transaction log',
                'ordering': ['-pk'],
                'permissions': [('insights_ledgerentry', 'Can see insights')],
                'indexes': [
                    models.Index(fields=['performance', 'id'], name='entry_by_performance'),
                    models.Index(condition=models.Q(('order', ''), _negated=True), fields=['order'], name='entry_by_order'),
                    models.Index(condition=models.Q(('hold__isnull', False), ('order', '')), fields=['hold'], name='entry_by_hold'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('detail')), 1048576), name='entry_detail_has_a_limit'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=bookings.models.keys.new_reference, max_length=12, unique=True, verbose_name='reference')),
                ('key', models.CharField(default=bookings.models.keys.new_secret, editable=False, max_length=32)),
                ('visitor', models.CharField(max_length=40)),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('language', models.CharField(default='en', max_length=10, verbose_name='language')),
                ('status', models.CharField(choices=[('pending', 'awaiting payment'), ('reserved', 'awaiting transfer'), ('paid', 'paid'), ('lapsed', 'lapsed'), ('cancelled', 'cancelled')], default='pending', max_length=9, verbose_name='status')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('total', models.DecimalField(decimal_places=2, max_digits=11, verbose_name='total')),
                ('quote', models.JSONField(default=list, verbose_name='quote')),
                ('channel', models.CharField(choices=[('web', 'website'), ('phone', 'phone'), ('counter', 'counter'), ('door', 'door'), ('api', 'API')], db_default='web', default='web', max_length=8, verbose_name='channel')),
                ('order_fee', models.DecimalField(db_default=Decimal('0'), decimal_places=2, default=Decimal('0'), max_digits=9, verbose_name='order fee')),
                ('order_fee_tax_rate', organisation.models.sellers.TaxRateField(db_default=Decimal('0'), decimal_places=3, default=Decimal('0'), max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='tax on the order fee (%)')),
                ('order_fee_tax_exemption', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='reason for tax exemption of the order fee')),
                ('order_fee_refunded_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='order fee refunded')),
                ('tax_rates', models.JSONField(db_default=[], default=list, verbose_name='tax rates')),
                ('invoice_details', models.JSONField(blank=True, editable=False, null=True)),
                ('quantity', models.PositiveSmallIntegerField(verbose_name='tickets')),
                ('details', models.JSONField(blank=True, db_default={}, default=dict, verbose_name='details')),
                ('note', models.TextField(blank=True, help_text='For staff only.', verbose_name='note')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='ordered')),
                ('payable_until', models.DateTimeField(blank=True, null=True, verbose_name='payable until')),
                ('received', models.DecimalField(db_default=Decimal('0'), decimal_places=2, default=Decimal('0'), max_digits=11, verbose_name='received so far')),
                ('pays_by_link', models.BooleanField(db_default=False, default=False, editable=False, verbose_name='paid by a link')),
                ('paid_at', models.DateTimeField(blank=True, null=True, verbose_name='paid')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='cancelled')),
                ('disputed_at', models.DateTimeField(blank=True, null=True, verbose_name='disputed')),
                ('accepted_terms', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.legaltext', verbose_name='accepted terms')),
                ('hold', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='order', to='bookings.hold')),
                ('merged_into', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='bookings.order', verbose_name='merged into')),
                ('performance', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='shows.performance')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='orders', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'order',
                'verbose_name_plural': 'orders',
                'ordering': ['-created_at', '-pk'],
                'permissions': [('contact_order', 'Can see customers’ e-mail addresses')],
                'indexes': [
                    models.Index(fields=['performance', 'email'], name='order_by_performance_email'),
                    models.Index(fields=['email'], name='order_by_email'),
                    models.Index(condition=models.Q(('status', 'reserved')), fields=['payable_until'], name='order_reserved_by_end'),
                    django.contrib.postgres.indexes.GinIndex(core.name_search.SearchGrams('name', 'email'), name='order_by_customer'),
                    models.Index(django.db.models.functions.text.Right('reference', 4), name='order_by_end_of_reference'),
                    models.Index(condition=models.Q(('invoice_details__isnull', False), ('status__in', ['paid', 'cancelled', 'reserved'])), fields=['paid_at'], name='order_wants_invoice'),
                    models.Index(condition=models.Q(('payable_until__isnull', False), ('status', 'lapsed')), fields=['payable_until'], name='order_lapsed_by_end'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('total__gte', 0)), name='order_total_is_not_negative'),
                    models.CheckConstraint(condition=models.Q(models.Q(('paid_at__isnull', False), ('status__in', ['paid', 'cancelled'])), models.Q(('paid_at', None), ('status__in', ['pending', 'reserved', 'lapsed'])), _connector='OR'), name='paid_order_has_its_time'),
                    models.CheckConstraint(condition=models.Q(models.Q(('status', 'reserved'), _negated=True), models.Q(('payable_until__isnull', False), ('total__gt', 0)), _connector='OR'), name='reserved_order_has_its_end'),
                    models.CheckConstraint(condition=models.Q(('received__gte', 0)), name='order_received_is_not_negative'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('quote')), 1048576), name='order_quote_has_a_limit'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('details')), 32768), name='order_details_have_a_limit'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('tax_rates')), 262144), name='order_tax_rates_have_a_limit'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('invoice_details')), 16384), name='order_invoice_details_have_a_limit'),
                    models.CheckConstraint(condition=models.Q(('order_fee', 0), models.Q(('order_fee__gt', 0), ('order_fee__lte', models.F('total'))), _connector='OR'), name='order_fee_is_a_part_of_the_total'),
                    models.CheckConstraint(condition=models.Q(('order_fee_tax_rate__gte', 0), ('order_fee_tax_rate__lte', 100), models.Q(('order_fee_tax_exemption', ''), ('order_fee_tax_rate', 0), _connector='OR')), name='order_fee_tax_is_a_percentage'),
                    models.CheckConstraint(condition=models.Q(('order_fee_refunded_at', None), models.Q(('order_fee__gt', 0), ('status', 'cancelled')), _connector='OR'), name='order_fee_is_refunded_with_the_whole_order'),
                    models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='order_email_is_lower_case'),
                ],
            },
        ),
        migrations.CreateModel(
            name='MessageRecipient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recipients', to='bookings.customermessage')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='bookings.order')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('message', 'order'), name='one_recipient_by_message_and_order'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PageVisits',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('number', models.PositiveIntegerField(verbose_name='page visits')),
                ('performance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='page_visits', to='shows.performance', verbose_name='performance')),
            ],
            options={
                'verbose_name': 'page visits',
                'verbose_name_plural': 'page visits',
                'ordering': ['performance', 'day'],
                'constraints': [
                    models.UniqueConstraint(fields=('performance', 'day'), name='page_visits_have_one_row_a_day'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret', models.CharField(default=bookings.models.keys.new_secret, editable=False, max_length=32, unique=True)),
                ('version', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='version')),
                ('status', models.CharField(choices=[('valid', 'valid'), ('cancelled', 'cancelled')], default='valid', max_length=9, verbose_name='status')),
                ('label', models.CharField(max_length=250, verbose_name='seat')),
                ('category', models.CharField(max_length=80, verbose_name='category')),
                ('concession', models.CharField(blank=True, max_length=60, verbose_name='concession')),
                ('price', models.DecimalField(decimal_places=2, max_digits=9, verbose_name='price')),
                ('fee', models.DecimalField(decimal_places=2, max_digits=9, verbose_name='fee')),
                ('tax_rate', organisation.models.sellers.TaxRateField(db_default=Decimal('0'), decimal_places=3, default=Decimal('0'), max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='tax (%)')),
                ('fee_tax_rate', organisation.models.sellers.TaxRateField(db_default=Decimal('0'), decimal_places=3, default=Decimal('0'), max_digits=6, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='tax on the fee (%)')),
                ('tax_exemption', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='reason for tax exemption')),
                ('holder', models.CharField(blank=True, max_length=150, verbose_name='holder')),
                ('details', models.JSONField(blank=True, db_default={}, default=dict, verbose_name='details')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='cancelled')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='bookings.order')),
                ('paid_with', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved_tickets', to='bookings.order', verbose_name='paid with order')),
                ('performance', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='shows.performance')),
                ('place', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='bookings.place')),
            ],
            options={
                'verbose_name': 'ticket',
                'verbose_name_plural': 'tickets',
                'ordering': ['pk'],
                'indexes': [
                    models.Index(fields=['performance', 'place'], name='ticket_by_performance'),
                    models.Index(condition=models.Q(('paid_with__isnull', False)), fields=['paid_with'], name='ticket_moved_by_paid_order'),
                    django.contrib.postgres.indexes.GinIndex(core.name_search.SearchGrams('holder'), condition=models.Q(('holder', ''), _negated=True), name='ticket_by_holder'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('details')), 16384), name='ticket_details_have_a_limit'),
                    models.UniqueConstraint(condition=models.Q(('status', 'valid')), fields=('place',), name='one_valid_ticket_for_a_place'),
                    models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at', None), ('status', 'valid')), models.Q(('cancelled_at__isnull', False), ('status', 'cancelled')), _connector='OR'), name='cancelled_ticket_has_its_time'),
                    models.CheckConstraint(condition=models.Q(('fee__gte', 0), ('fee__lte', models.F('price'))), name='ticket_fee_is_a_part_of_its_price'),
                    models.CheckConstraint(condition=models.Q(('tax_rate__gte', 0), ('tax_rate__lte', 100), ('fee_tax_rate__gte', 0), ('fee_tax_rate__lte', 100)), name='ticket_tax_is_a_percentage'),
                    models.CheckConstraint(condition=models.Q(('tax_exemption', ''), ('tax_rate', 0), ('fee_tax_rate', 0), _connector='OR'), name='ticket_exemption_is_of_a_zero_rate'),
                ],
            },
        ),
        migrations.CreateModel(
            name='TicketChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('reference', models.CharField(max_length=20, unique=True, verbose_name='reference')),
                ('status', models.CharField(choices=[('pending', 'awaiting payment'), ('applied', 'applied'), ('dropped', 'dropped')], default='pending', max_length=8, verbose_name='status')),
                ('lines', models.JSONField(verbose_name='changes')),
                ('difference', models.DecimalField(decimal_places=2, max_digits=11, verbose_name='difference')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='requested')),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='bookings.order')),
            ],
            options={
                'verbose_name': 'ticket change',
                'verbose_name_plural': 'ticket changes',
                'ordering': ['-pk'],
                'constraints': [
                    models.UniqueConstraint(fields=('order', 'number'), name='change_of_an_order_has_its_number'),
                    models.UniqueConstraint(condition=models.Q(('status', 'pending')), fields=('order',), name='one_pending_change_of_an_order'),
                    models.CheckConstraint(condition=models.Q(('difference__gt', 0)), name='change_that_waits_for_money_costs_something'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('lines')), 1048576), name='change_lines_have_a_limit'),
                ],
            },
        ),
        migrations.CreateModel(
            name='AllocatedPlace',
            fields=[
                ('place', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='allocated', serialize=False, to='bookings.place')),
                ('allocation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='bookings.allocation')),
            ],
            options={
                'verbose_name': 'seat of a guest hold',
                'verbose_name_plural': 'seats of guest holds',
            },
        ),
        migrations.RunSQL(FILL_FACTOR, "ALTER TABLE bookings_place RESET (fillfactor)"),
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_REVERSE),
    ]
