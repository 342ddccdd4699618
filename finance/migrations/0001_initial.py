import core.json_size
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = """
CREATE FUNCTION finance_till_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Till entries are append-only.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER till_is_append_only BEFORE UPDATE OR DELETE ON finance_tillentry
    FOR EACH ROW EXECUTE FUNCTION finance_till_is_append_only();
CREATE FUNCTION finance_closed_till_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NULL
       OR (to_jsonb(OLD) - 'cashier_id') = (to_jsonb(NEW) - 'cashier_id') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A closed till session never changes.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER closed_till_never_changes BEFORE UPDATE ON finance_tillsession
    FOR EACH ROW EXECUTE FUNCTION finance_closed_till_never_changes();
"""
APPEND_ONLY_REVERSE = """
DROP TRIGGER till_is_append_only ON finance_tillentry;
DROP FUNCTION finance_till_is_append_only();
DROP TRIGGER closed_till_never_changes ON finance_tillsession;
DROP FUNCTION finance_closed_till_never_changes();
"""
SEALS_APPEND_ONLY = """
CREATE FUNCTION finance_seals_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Seals are append-only.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER seals_are_append_only BEFORE UPDATE OR DELETE ON finance_ledgerseal
    FOR EACH ROW EXECUTE FUNCTION finance_seals_are_append_only();
"""
SEALS_APPEND_ONLY_REVERSE = """
DROP TRIGGER seals_are_append_only ON finance_ledgerseal;
DROP FUNCTION finance_seals_are_append_only();
"""
# Documents and their files never change, and stay until their last day has passed.
KEPT = """
CREATE FUNCTION finance_document_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.keep_until < current_date THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Tax documents are never changed, nor deleted before their time.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER document_is_kept BEFORE UPDATE OR DELETE ON finance_document
    FOR EACH ROW EXECUTE FUNCTION finance_document_is_kept();

CREATE FUNCTION finance_document_file_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM finance_document
        WHERE id = OLD.document_id AND keep_until < current_date
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Tax documents are never changed, nor deleted before their time.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER document_file_is_kept BEFORE UPDATE OR DELETE ON finance_documentfile
    FOR EACH ROW EXECUTE FUNCTION finance_document_file_is_kept();
"""
KEPT_REVERSE = """
DROP TRIGGER document_file_is_kept ON finance_documentfile;
DROP FUNCTION finance_document_file_is_kept();
DROP TRIGGER document_is_kept ON finance_document;
DROP FUNCTION finance_document_is_kept();
"""
NEVER_CHANGE = """
CREATE FUNCTION finance_settlement_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'issued' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE'
       AND (to_jsonb(OLD) - 'issued_by_id') = (to_jsonb(NEW) - 'issued_by_id') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'An issued settlement never changes.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER settlement_never_changes BEFORE UPDATE OR DELETE ON finance_settlement
    FOR EACH ROW EXECUTE FUNCTION finance_settlement_never_changes();
CREATE FUNCTION finance_settlement_keeps_performances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM finance_settlement
        WHERE status = 'issued'
          AND id = CASE TG_OP WHEN 'INSERT' THEN NEW.settlement_id ELSE OLD.settlement_id END
    ) THEN
        RAISE EXCEPTION 'An issued settlement never changes.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER settlement_keeps_performances
    BEFORE INSERT OR UPDATE OR DELETE ON finance_settlement_performances
    FOR EACH ROW EXECUTE FUNCTION finance_settlement_keeps_performances();
"""
NEVER_CHANGE_REVERSE = """
DROP TRIGGER settlement_never_changes ON finance_settlement;
DROP FUNCTION finance_settlement_never_changes();
DROP TRIGGER settlement_keeps_performances ON finance_settlement_performances;
DROP FUNCTION finance_settlement_keeps_performances();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('bookings', '0001_initial'),
        ('organisation', '0001_initial'),
        ('payments', '0001_initial'),
        ('shows', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BankStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('file_format', models.CharField(choices=[('camt053', 'CAMT.053'), ('mt940', 'MT940')], max_length=7, verbose_name='format')),
                ('imported_by', models.CharField(max_length=40, verbose_name='imported by')),
                ('imported_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='imported')),
                ('transfers_total', models.PositiveIntegerField(verbose_name='transfers')),
                ('transfers_new', models.PositiveIntegerField(verbose_name='new transfers')),
                ('debits_new', models.PositiveIntegerField(verbose_name='new debits')),
            ],
            options={
                'verbose_name': 'bank statement',
                'verbose_name_plural': 'bank statements',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('receipt', 'receipt'), ('refund_receipt', 'refund receipt'), ('invoice', 'invoice'), ('credit_note', 'credit note')], max_length=14, verbose_name='kind')),
                ('number', models.CharField(blank=True, max_length=30, verbose_name='number')),
                ('year', models.PositiveSmallIntegerField(null=True, verbose_name='year')),
                ('sequence', models.PositiveIntegerField(null=True, verbose_name='sequence')),
                ('source', models.CharField(editable=False, max_length=60, unique=True)),
                ('order', models.CharField(db_index=True, max_length=12, verbose_name='order')),
                ('issued_on', models.DateField(db_index=True, verbose_name='date')),
                ('issued_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='issued')),
                ('keep_until', models.DateField(verbose_name='keep until')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('gross', models.DecimalField(decimal_places=2, max_digits=11, verbose_name='gross amount')),
                ('net', models.DecimalField(decimal_places=2, max_digits=11, verbose_name='net amount')),
                ('tax', models.DecimalField(decimal_places=2, max_digits=11, verbose_name='tax')),
                ('content', models.JSONField(verbose_name='content')),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.seller', verbose_name='seller')),
            ],
            options={
                'verbose_name': 'tax document',
                'verbose_name_plural': 'tax documents',
                'ordering': ['-pk'],
                'constraints': [
                    models.UniqueConstraint(fields=('seller', 'year', 'sequence'), name='document_number_is_given_once'),
                    models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('number',), name='document_number_is_unique'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['invoice', 'credit_note']), ('sequence__gt', 0), ('sequence__isnull', False), ('year__isnull', False), models.Q(('number', ''), _negated=True)), models.Q(models.Q(('kind__in', ['invoice', 'credit_note']), _negated=True), ('number', ''), ('sequence', None), ('year', None)), _connector='OR'), name='invoices_and_credit_notes_have_numbers'),
                    models.CheckConstraint(condition=models.Q(('gross', django.db.models.expressions.CombinedExpression(models.F('net'), '+', models.F('tax'))), ('gross__gt', 0), ('net__gte', 0), ('tax__gte', 0)), name='document_tax_adds_up'),
                    models.CheckConstraint(condition=models.Q(('keep_until__gt', models.F('issued_on'))), name='document_is_kept_for_a_time'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('content')), 1048576), name='document_content_has_a_limit'),
                ],
            },
        ),
        migrations.CreateModel(
            name='DocumentChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('change', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='document', to='bookings.ticketchange')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='finance.document')),
            ],
        ),
        migrations.CreateModel(
            name='DocumentFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.BinaryField()),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='file', to='finance.document')),
            ],
            options={
                'verbose_name': 'file of a tax document',
                'verbose_name_plural': 'files of tax documents',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('sha256', models.Func(models.Func(models.F('content'), function='sha256', output_field=models.BinaryField()), models.Value('hex'), function='encode', output_field=models.TextField()))), name='document_file_has_its_hash'),
                ],
            },
        ),
        migrations.CreateModel(
            name='DocumentRefund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refunds', to='finance.document')),
                ('refund', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='document', to='payments.refund')),
            ],
        ),
        migrations.CreateModel(
            name='JournalAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('revenue', 'ticket sales'), ('fees', 'booking and order fees'), ('refunds', 'refunds'), ('chargebacks', 'disputed payments'), ('unfulfilled', 'payments without an order, which are refunded'), ('cash', 'cash'), ('terminal', 'card terminal'), ('bank', 'bank account'), ('clearing', 'payment provider'), ('provider_fees', 'fees of payment providers'), ('provider_other', 'other movements at payment providers'), ('cash_transit', 'cash put into or taken out of a till'), ('cash_differences', 'cash differences')], max_length=16, verbose_name='for')),
                ('detail', models.CharField(blank=True, help_text='Such as 19 or stripe. Empty: all that have no account of their own.', max_length=20, verbose_name='tax rate or provider')),
                ('number', models.CharField(max_length=9, validators=[django.core.validators.RegexValidator('\\A[1-9]\\d{3,8}\\Z|\\A0\\d{3,8}\\Z', 'Enter 4 to 9 digits.')], verbose_name='account')),
                ('tax_code', models.CharField(blank=True, help_text='DATEV’s BU-Schlüssel. Empty for accounts that imply the tax.', max_length=4, validators=[django.core.validators.RegexValidator('\\A\\d{1,4}\\Z', 'Enter 1 to 4 digits.')], verbose_name='tax code')),
            ],
            options={
                'verbose_name': 'account for the accountant',
                'verbose_name_plural': 'accounts for the accountant',
                'ordering': ['purpose', 'detail'],
                'constraints': [models.UniqueConstraint(fields=('purpose', 'detail'), name='one_account_for_a_purpose')],
            },
        ),
        migrations.CreateModel(
            name='JournalSettings',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('consultant', models.PositiveIntegerField(default=1001, verbose_name='consultant number (Beraternummer)')),
                ('client', models.PositiveIntegerField(default=1, verbose_name='client number (Mandantennummer)')),
                ('year_begins_in', models.PositiveSmallIntegerField(default=1, verbose_name='first month of the tax year')),
            ],
            options={
                'verbose_name': 'settings of the accountant’s export',
                'verbose_name_plural': 'settings of the accountant’s export',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_row_of_journal_settings'), models.CheckConstraint(condition=models.Q(('consultant__gte', 1001), ('consultant__lte', 9999999)), name='consultant_number_has_its_range'), models.CheckConstraint(condition=models.Q(('client__gte', 1), ('client__lte', 99999)), name='client_number_has_its_range'), models.CheckConstraint(condition=models.Q(('year_begins_in__gte', 1), ('year_begins_in__lte', 12)), name='tax_year_begins_in_a_month')],
            },
        ),
        migrations.CreateModel(
            name='LedgerSeal',
            fields=[
                ('entry', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='log entry')),
                ('performance', models.BigIntegerField(verbose_name='performance')),
                ('position', models.PositiveIntegerField(verbose_name='position')),
                ('hash', models.CharField(max_length=64, verbose_name='hash')),
                ('sealed_at', models.DateTimeField(auto_now_add=True, verbose_name='sealed')),
            ],
            options={
                'verbose_name': 'ledger seal',
                'verbose_name_plural': 'ledger seals',
                'ordering': ['performance', 'position'],
                'constraints': [models.UniqueConstraint(fields=('performance', 'position'), name='ledger_chain_does_not_fork'), models.CheckConstraint(condition=models.Q(('position__gt', 0)), name='ledger_chain_starts_at_one')],
            },
        ),
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('last', models.PositiveIntegerField(default=0, verbose_name='last number')),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.seller')),
            ],
            options={
                'verbose_name': 'number series',
                'verbose_name_plural': 'number series',
                'constraints': [
                    models.UniqueConstraint(fields=('seller', 'year'), name='one_number_series_by_seller_and_year'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReconciliationTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(editable=False, max_length=60, unique=True)),
                ('kind', models.CharField(choices=[('unknown_line', 'unknown movement in a payout'), ('returned', 'payout that came back'), ('other_amount', 'other amount than recorded'), ('not_paid_out', 'not in any payout'), ('no_payouts', 'payouts are not fetched'), ('payout_sum', 'payout differs from its movements'), ('incomplete', 'payout without its movements'), ('not_on_account', 'payout not on the bank statement'), ('bank_difference', 'payout and bank statement differ'), ('no_transfer', 'bank transfer not on the bank statement'), ('no_refund', 'refund not on the bank statement'), ('unknown_debit', 'unknown debit on the bank statement'), ('till_difference', 'till difference without a note')], max_length=16, verbose_name='kind')),
                ('provider', models.CharField(blank=True, max_length=20, verbose_name='provider')),
                ('happened_on', models.DateField(verbose_name='date')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=13, verbose_name='unexplained')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('detail', models.JSONField(default=dict, editable=False)),
                ('found_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='found')),
                ('act_by', models.DateTimeField(verbose_name='act by')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed')),
                ('closed_by', models.CharField(blank=True, max_length=40, verbose_name='closed by')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'reconciliation task',
                'verbose_name_plural': 'reconciliation tasks',
                'ordering': ['act_by', 'pk'],
                'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['act_by'], name='reconciliation_task_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', ''), ('reason', '')), models.Q(('closed_at__isnull', False), models.Q(('closed_by', ''), _negated=True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='closed_task_says_who_and_why'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('detail')), 4096), name='task_detail_has_a_limit')],
            },
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('promoter', models.CharField(help_text='Name and address, as printed.', max_length=200, verbose_name='promoter')),
                ('deal', models.CharField(choices=[('flat', 'flat: the guarantee'), ('percentage', 'percentage of the net box office'), ('versus', 'versus: the guarantee or the percentage, whichever is more'), ('plus', 'plus: the guarantee, and the percentage of what exceeds the threshold')], max_length=10, verbose_name='deal')),
                ('guarantee', models.DecimalField(decimal_places=2, default=0, max_digits=11, verbose_name='guarantee')),
                ('percentage', models.DecimalField(decimal_places=2, default=0, max_digits=5, verbose_name='percentage')),
                ('threshold', models.DecimalField(decimal_places=2, default=0, help_text='For “plus”: the net box office above which the percentage is paid.', max_digits=11, verbose_name='threshold')),
                ('keeps_fees', models.BooleanField(default=True, verbose_name='the venue keeps the booking fees')),
                ('charges', models.DecimalField(decimal_places=2, default=0, max_digits=11, verbose_name='charges of card payments')),
                ('advances', models.DecimalField(decimal_places=2, default=0, max_digits=11, verbose_name='advances')),
                ('deductions', models.JSONField(blank=True, default=list, verbose_name='deductions')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('issued', 'issued')], default='draft', max_length=6, verbose_name='status')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created')),
                ('issued_at', models.DateTimeField(editable=False, null=True, verbose_name='issued')),
                ('covers', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, size=None)),
                ('number', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='number')),
                ('figures', models.JSONField(default=dict, editable=False)),
                ('heads', models.JSONField(default=dict, editable=False)),
                ('to_pay', models.DecimalField(decimal_places=2, editable=False, max_digits=12, null=True, verbose_name='to pay')),
                ('currency', models.CharField(blank=True, editable=False, max_length=3, verbose_name='currency')),
                ('pdf', models.BinaryField(null=True)),
                ('xlsx', models.BinaryField(null=True)),
                ('pdf_sha256', models.CharField(blank=True, editable=False, max_length=64)),
                ('issued_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by')),
                ('performances', models.ManyToManyField(related_name='settlements', to='shows.performance', verbose_name='performances')),
            ],
            options={
                'verbose_name': 'settlement',
                'verbose_name_plural': 'settlements',
                'ordering': ['-pk'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('advances__gte', 0), ('charges__gte', 0), ('guarantee__gte', 0), ('percentage__gte', 0), ('percentage__lte', 100), ('threshold__gte', 0)), name='settlement_amounts_are_not_negative'),
                    models.CheckConstraint(condition=models.Q(models.Q(('issued_at__isnull', False), ('number__isnull', False), ('pdf__isnull', False), ('status', 'issued'), ('to_pay__isnull', False), ('xlsx__isnull', False)), models.Q(('issued_at', None), ('number', None), ('pdf', None), ('status', 'draft'), ('to_pay', None), ('xlsx', None)), _connector='OR'), name='issued_settlement_is_whole'),
                    models.UniqueConstraint(condition=models.Q(('status', 'issued')), fields=('covers', 'number'), name='settlement_number_is_used_once'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('deductions')), 1048576), name='settlement_deductions_have_a_limit'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('figures')), 1048576), name='settlement_figures_have_a_limit'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('heads')), 1048576), name='settlement_heads_have_a_limit'),
                ],
            },
        ),
        migrations.CreateModel(
            name='TillSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('till', models.CharField(max_length=40, verbose_name='till')),
                ('cashier_name', models.CharField(max_length=150, verbose_name="cashier's name")),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('opening_float', models.DecimalField(decimal_places=2, max_digits=9, verbose_name='float')),
                ('opened_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='opened')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed')),
                ('count', models.JSONField(blank=True, default=dict, verbose_name='count')),
                ('counted', models.DecimalField(decimal_places=2, max_digits=11, null=True, verbose_name='counted')),
                ('expected', models.DecimalField(decimal_places=2, max_digits=11, null=True, verbose_name='expected')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('cashier', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='till_sessions', to=settings.AUTH_USER_MODEL, verbose_name='cashier')),
            ],
            options={
                'verbose_name': 'till session',
                'verbose_name_plural': 'till sessions',
                'ordering': ['-opened_at', '-pk'],
                'permissions': [('use_tillsession', 'Can take money with a till')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('opening_float__gte', 0)), name='float_is_not_negative'),
                    models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('cashier',), name='one_open_till_session_of_a_cashier'),
                    models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('till',), name='one_open_session_of_a_till'),
                    models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('counted', None), ('expected', None)), models.Q(('closed_at__isnull', False), ('counted__gte', 0), ('expected__isnull', False)), _connector='OR'), name='closed_till_session_is_counted'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('count')), 4096), name='till_count_has_a_limit'),
                ],
            },
        ),
        migrations.CreateModel(
            name='TillEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sale', 'sale'), ('refund', 'refund'), ('pay_in', 'paid in'), ('pay_out', 'taken out')], max_length=7, verbose_name='kind')),
                ('method', models.CharField(choices=[('cash', 'cash'), ('terminal', 'card terminal')], max_length=8, verbose_name='method')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=11, verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('payment_key', models.CharField(blank=True, max_length=32)),
                ('refund_key', models.CharField(blank=True, max_length=80)),
                ('reference', models.CharField(blank=True, db_index=True, max_length=40, verbose_name='order')),
                ('actor', models.CharField(max_length=40, verbose_name='who')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), db_index=True, editable=False, verbose_name='time')),
                ('session', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='finance.tillsession', verbose_name='till session')),
            ],
            options={
                'verbose_name': 'till entry',
                'verbose_name_plural': 'till entries',
                'ordering': ['-created_at', '-pk'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('method', 'cash'), _negated=True), ('session__isnull', False), _connector='OR'), name='cash_belongs_to_a_till_session'),
                    models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('kind__in', ['sale', 'pay_in'])), models.Q(('amount__lt', 0), ('kind__in', ['refund', 'pay_out'])), _connector='OR'), name='till_entry_has_the_sign_of_its_kind'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind', 'sale'), ('refund_key', ''), models.Q(('payment_key', ''), _negated=True)), models.Q(('kind', 'refund'), models.Q(('refund_key', ''), _negated=True)), models.Q(('kind__in', ['pay_in', 'pay_out']), ('payment_key', ''), ('refund_key', '')), _connector='OR'), name='till_entry_names_its_payment'),
                    models.UniqueConstraint(condition=models.Q(('kind', 'sale')), fields=('payment_key',), name='payment_is_taken_once'),
                    models.UniqueConstraint(condition=models.Q(('kind', 'refund')), fields=('refund_key',), name='refund_is_paid_out_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='BankDebit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(editable=False, max_length=64, unique=True)),
                ('account', models.CharField(blank=True, max_length=40, verbose_name='account')),
                ('booked_on', models.DateField(verbose_name='booked')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=11, verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('payee', models.CharField(blank=True, max_length=150, verbose_name='payee')),
                ('payee_iban', models.CharField(blank=True, max_length=34, verbose_name='payee’s IBAN')),
                ('text', models.CharField(blank=True, max_length=1000, verbose_name='text')),
                ('bank_reference', models.CharField(blank=True, max_length=100, verbose_name='bank’s reference')),
                ('status', models.CharField(choices=[('new', 'new'), ('to_do', 'to do'), ('refund', 'refund'), ('payout', 'collected by a provider'), ('other', 'other')], default='new', max_length=7, verbose_name='status')),
                ('decided_by', models.CharField(blank=True, max_length=40, verbose_name='decided by')),
                ('decided_at', models.DateTimeField(editable=False, null=True, verbose_name='decided')),
                ('payout', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank_debit', to='payments.payout', verbose_name='payout')),
                ('refund', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank_debit', to='payments.refund', verbose_name='refund')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='debits', to='finance.bankstatement', verbose_name='bank statement')),
            ],
            options={
                'verbose_name': 'bank debit',
                'verbose_name_plural': 'bank debits',
                'ordering': ['-booked_on', '-pk'],
                'indexes': [models.Index(condition=models.Q(('payout', None), ('refund', None)), fields=['amount', 'booked_on'], name='bank_debit_unmatched'), models.Index(condition=models.Q(('status__in', ['new', 'to_do'])), fields=['id'], name='bank_debit_to_do')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='bank_debit_is_positive'), models.CheckConstraint(condition=models.Q(models.Q(('payout', None), ('refund__isnull', False), ('status', 'refund')), models.Q(('payout__isnull', False), ('refund', None), ('status', 'payout')), models.Q(('payout', None), ('refund', None), ('status__in', ['new', 'to_do', 'other'])), _connector='OR'), name='bank_debit_has_what_it_is'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('status__in', ['refund', 'payout'])), models.Q(('decided_at', None), ('status__in', ['new', 'to_do', 'other'])), _connector='OR'), name='bank_debit_says_who_decided')],
            },
        ),
        migrations.CreateModel(
            name='BankTransfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(editable=False, max_length=64, unique=True)),
                ('account', models.CharField(blank=True, max_length=40, verbose_name='account')),
                ('booked_on', models.DateField(verbose_name='booked')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=11, verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('payer', models.CharField(blank=True, max_length=150, verbose_name='payer')),
                ('payer_iban', models.CharField(blank=True, max_length=34, verbose_name='payer’s IBAN')),
                ('text', models.CharField(blank=True, max_length=1000, verbose_name='text')),
                ('bank_reference', models.CharField(blank=True, max_length=100, verbose_name='bank’s reference')),
                ('status', models.CharField(choices=[('new', 'new'), ('to_do', 'to do'), ('part', 'part payment'), ('matched', 'matched'), ('payout', 'payout of a provider'), ('ignored', 'ignored')], default='new', max_length=7, verbose_name='status')),
                ('problem', models.CharField(blank=True, choices=[('no_order', 'no order reference found'), ('several', 'several order references'), ('amount', 'not the amount of the order'), ('paid', 'the order has been paid already')], max_length=10, verbose_name='problem')),
                ('order', models.CharField(blank=True, db_index=True, max_length=12, verbose_name='order')),
                ('payment_key', models.CharField(blank=True, editable=False, max_length=32)),
                ('is_part', models.BooleanField(db_default=False, default=False, editable=False)),
                ('surplus', models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=11, verbose_name='too much')),
                ('decided_by', models.CharField(blank=True, max_length=40, verbose_name='decided by')),
                ('decided_at', models.DateTimeField(editable=False, null=True, verbose_name='decided')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('payout', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank_line', to='payments.payout', verbose_name='payout')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='finance.bankstatement', verbose_name='bank statement')),
            ],
            options={
                'verbose_name': 'bank transfer',
                'verbose_name_plural': 'bank transfers',
                'ordering': ['-booked_on', '-pk'],
                'indexes': [models.Index(condition=models.Q(('status__in', ['new', 'to_do'])), fields=['status'], name='bank_transfer_to_do'), models.Index(condition=models.Q(('status', 'part')), fields=['order'], name='bank_transfer_part'), models.Index(condition=models.Q(('payment_key', ''), _negated=True), fields=['payment_key'], name='bank_transfer_by_payment'), models.Index(condition=models.Q(('surplus__gt', 0)), fields=['id'], name='bank_transfer_surplus')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='bank_transfer_is_positive'), models.UniqueConstraint(condition=models.Q(models.Q(('payment_key', ''), _negated=True), ('is_part', False)), fields=('payment_key',), name='payment_is_completed_by_one_bank_transfer'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'matched'), models.Q(('payment_key', ''), _negated=True)), models.Q(models.Q(('status', 'matched'), _negated=True), ('payment_key', '')), _connector='OR'), name='matched_bank_transfer_has_a_payment'), models.CheckConstraint(condition=models.Q(models.Q(('payout__isnull', False), ('status', 'payout')), models.Q(models.Q(('status', 'payout'), _negated=True), ('payout', None)), _connector='OR'), name='bank_transfer_of_a_payout'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('status__in', ['new', 'to_do'])), models.Q(('decided_at__isnull', False), ('status__in', ['matched', 'part', 'payout'])), models.Q(('decided_at__isnull', False), ('status', 'ignored'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='bank_transfer_says_who_decided'), models.CheckConstraint(condition=models.Q(('surplus', 0), models.Q(('is_part', False), ('status', 'matched'), ('surplus__gt', 0), ('surplus__lt', models.F('amount'))), _connector='OR'), name='bank_transfer_surplus_is_less_than_all'), models.CheckConstraint(condition=models.Q(('is_part', False), ('status', 'matched'), _connector='OR'), name='parts_of_a_payment_are_matched')],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_REVERSE),
        migrations.RunSQL(SEALS_APPEND_ONLY, SEALS_APPEND_ONLY_REVERSE),
        migrations.RunSQL(KEPT, KEPT_REVERSE),
        migrations.RunSQL(NEVER_CHANGE, NEVER_CHANGE_REVERSE),
    ]
