import core.json_size
import core.languages
import core.money
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import organisation.identifiers
import organisation.validators
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now
from organisation.samples import sample_of



def create_organisation(apps, schema_editor):
    apps.get_model("organisation", "Organisation").objects.using(
        schema_editor.connection.alias
    ).create(pk=1)
FROZEN = """
CREATE FUNCTION organisation_legal_text_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'A published legal text never changes.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER legal_text_is_frozen BEFORE UPDATE OR DELETE ON organisation_legaltext
    FOR EACH ROW EXECUTE FUNCTION organisation_legal_text_is_frozen();
"""
FROZEN_REVERSE = """
DROP TRIGGER legal_text_is_frozen ON organisation_legaltext;
DROP FUNCTION organisation_legal_text_is_frozen();
"""


def publish_samples(apps, schema_editor):
    """Publish the samples that describe how this software sells; the others need facts."""
    texts = apps.get_model("organisation", "LegalText").objects.using(
        schema_editor.connection.alias
    )
    for kind in ("terms", "privacy", "refunds"):
        for language in ("en", "de"):
            texts.create(
                kind=kind,
                language=language,
                version=1,
                body=sample_of(kind, language),
                is_sample=True,
                published_at=Now(),
            )


def keep_languages(apps, schema_editor):
    """Offer no new languages at a box office that runs already: one with accounts."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if "accounts_user" not in connection.introspection.table_names(cursor):
            return
        cursor.execute("SELECT EXISTS (SELECT FROM accounts_user)")
        runs_already = cursor.fetchone()[0]
    if runs_already:
        apps.get_model("organisation", "Organisation").objects.update(languages=["en", "de"])


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HelpEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=core.languages.site_languages, max_length=10, verbose_name='language')),
                ('question', models.CharField(max_length=200, verbose_name='question')),
                ('answer', models.TextField(help_text='- begins a list item; **bold**, *italic*, [link](https://…).', max_length=10000, verbose_name='answer')),
                ('ordinal', models.PositiveIntegerField(default=0, help_text='Lower numbers come first.', verbose_name='position')),
                ('is_published', models.BooleanField(default=True, verbose_name='published')),
            ],
            options={
                'verbose_name': 'help question',
                'verbose_name_plural': 'help questions',
                'ordering': ['language', 'ordinal', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='LegalText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('terms', 'Terms of sale'), ('privacy', 'Privacy'), ('imprint', 'Imprint'), ('accessibility', 'Accessibility'), ('refunds', 'Refunds')], max_length=15, verbose_name='text')),
                ('language', models.CharField(choices=core.languages.site_languages, max_length=10, verbose_name='language')),
                ('version', models.PositiveIntegerField(editable=False, verbose_name='version')),
                ('body', models.TextField(help_text='## begins a heading, - a list item; **bold**, *italic*, [link](https://…). HTML is shown as text.', max_length=100000, verbose_name='content')),
                ('is_sample', models.BooleanField(default=False, editable=False, verbose_name='sample')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published')),
                ('published_by', models.CharField(blank=True, editable=False, max_length=254, verbose_name='published by')),
            ],
            options={
                'verbose_name': 'legal text',
                'verbose_name_plural': 'legal texts',
                'ordering': ['kind', 'language', '-version'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'language', 'version'), name='legal_text_version_is_unique'), models.UniqueConstraint(condition=models.Q(('published_at', None)), fields=('kind', 'language'), name='legal_text_has_one_draft'), models.CheckConstraint(condition=models.Q(('body', ''), _negated=True), name='legal_text_is_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='MailServer',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('host', models.CharField(max_length=253, validators=[organisation.validators.check_host], verbose_name='host')),
                ('port', models.PositiveIntegerField(default=587, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(65535)], verbose_name='port')),
                ('security', models.CharField(choices=[('starttls', 'STARTTLS (usually port 587)'), ('tls', 'TLS (usually port 465)'), ('none', 'unencrypted (usually port 25)')], default='starttls', max_length=10, verbose_name='encryption')),
                ('user', models.CharField(blank=True, max_length=254, verbose_name='user name')),
                ('password', models.TextField(blank=True, editable=False)),
            ],
            options={
                'verbose_name': 'mail server',
                'verbose_name_plural': 'mail server',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='there_is_one_mail_server'), models.CheckConstraint(condition=models.Q(('port__gte', 1), ('port__lte', 65535)), name='mail_server_port_is_a_port'), models.CheckConstraint(condition=models.Q(('host', ''), _negated=True), name='mail_server_has_a_host')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('logo', models.ImageField(blank=True, db_default='', default='', height_field='logo_height', help_text='Shown instead of the name. A PNG with a transparent background is best.', upload_to='logos/', verbose_name='logo', width_field='logo_width')),
                ('logo_width', models.PositiveIntegerField(editable=False, null=True)),
                ('logo_height', models.PositiveIntegerField(editable=False, null=True)),
                ('accent', models.CharField(blank=True, db_default='', default='', help_text='Of buttons and links, such as #a81306.', max_length=7, validators=[organisation.validators.check_accent], verbose_name='accent colour')),
                ('accent_dark', models.CharField(blank=True, db_default='', default='', help_text='Leave empty for a lighter shade of the accent colour.', max_length=7, validators=[organisation.validators.check_dark_accent], verbose_name='accent colour in dark mode')),
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(default='Concert', max_length=80, validators=[organisation.validators.check_one_line], verbose_name='name')),
                ('favicon', models.ImageField(blank=True, help_text='Shown in browser tabs. Square, at least 192 by 192 pixels.', upload_to='organisation/', verbose_name='icon')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone number')),
                ('address', models.TextField(blank=True, help_text='As on a letter, in several lines.', max_length=300, verbose_name='address')),
                ('social_links', models.TextField(blank=True, help_text='Links to your pages, one per line.', max_length=1500, validators=[organisation.validators.check_links], verbose_name='social media')),
                ('language', models.CharField(choices=core.languages.site_languages, default='en', help_text='For visitors whose browser asks for a language that is not offered.', max_length=10, verbose_name='default language')),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, db_default=[], default=list, help_text='That customers can choose. All, if none is selected.', size=None, verbose_name='languages')),
                ('translations_token', models.CharField(blank=True, db_default='', default='', editable=False, max_length=32)),
                ('time_zone', models.CharField(default='UTC', help_text='For reports and wherever no venue’s time zone applies.', max_length=64, validators=[organisation.validators.check_zone], verbose_name='time zone')),
                ('currency', models.CharField(default='EUR', help_text='Proposed for new performances. Three letters, such as EUR.', max_length=3, validators=[core.money.check_currency], verbose_name='currency')),
                ('sender_name', models.CharField(blank=True, help_text='Leave empty to use the name of the organisation.', max_length=80, validators=[organisation.validators.check_one_line], verbose_name='sender’s name')),
                ('sender_address', models.EmailField(blank=True, help_text='Your mail server must be allowed to send from it.', max_length=254, verbose_name='sender’s e-mail address')),
                ('news_address', models.EmailField(blank=True, help_text='A second address keeps tickets deliverable when mailboxes reject newsletters. Leave empty to use the same.', max_length=254, verbose_name='sender of newsletters')),
                ('reply_to', models.EmailField(blank=True, help_text='Leave empty to receive them at the sender.', max_length=254, verbose_name='replies go to')),
                ('hold_minutes', models.PositiveSmallIntegerField(default=8, help_text='How long seats in a basket are reserved. 1 to 60.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='reservation in minutes')),
                ('hold_extension_minutes', models.PositiveSmallIntegerField(default=5, help_text='By how much customers can extend it, once. 1 to 30.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)], verbose_name='extension in minutes')),
                ('household_limit_percent', models.PositiveSmallIntegerField(default=5, help_text='The share of a performance that one internet connection may hold in baskets at the same time. Two customers can always buy. 100: no limit.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='limit per household (%)')),
                ('queue_address_limit', models.PositiveIntegerField(default=50, help_text='How often one internet connection may join queues within ten minutes.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000000)], verbose_name='queue entries per address')),
                ('shared_networks', models.TextField(blank=True, help_text='Networks shared by many people, such as a campus or your own Wi-Fi, for example 192.0.2.0/24. One per line. Limits are a hundred times as high there.', max_length=4000, validators=[organisation.validators.check_networks], verbose_name='shared networks')),
                ('account_approval_required', models.BooleanField(default=False, help_text='Customers can only buy with an account that staff have approved.', verbose_name='approve new accounts')),
                ('staff_second_factor_required', models.BooleanField(default=False, help_text='Staff without it must set it up before they can use the admin and the door pages.', verbose_name='require two-step verification of staff')),
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisation',
                'constraints': [models.CheckConstraint(condition=models.Q(('accent', ''), ('accent__regex', '^#[0-9a-f]{6}$'), _connector='OR'), name='organisation_accent_is_a_colour'), models.CheckConstraint(condition=models.Q(('accent_dark', ''), ('accent_dark__regex', '^#[0-9a-f]{6}$'), _connector='OR'), name='organisation_dark_accent_is_a_colour'), models.CheckConstraint(condition=models.Q(('pk', 1)), name='there_is_one_organisation'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='organisation_has_a_name'), models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='organisation_currency_is_a_code'), models.CheckConstraint(condition=models.Q(('hold_minutes__gte', 1), ('hold_minutes__lte', 60)), name='organisation_hold_is_up_to_an_hour'), models.CheckConstraint(condition=models.Q(('hold_extension_minutes__gte', 1), ('hold_extension_minutes__lte', 30)), name='organisation_extension_is_up_to_half_an_hour'), models.CheckConstraint(condition=models.Q(('household_limit_percent__gte', 1), ('household_limit_percent__lte', 100)), name='organisation_household_limit_is_a_percentage'), models.CheckConstraint(condition=models.Q(('queue_address_limit__gte', 1), ('queue_address_limit__lte', 1000000)), name='organisation_queue_limit_is_sensible')],
            },
        ),
        migrations.CreateModel(
            name='Promoter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, unique=True, verbose_name='name')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='address')),
                ('users', models.ManyToManyField(blank=True, help_text='Accounts that see the sales and settlements of this promoter’s shows, and no others.', related_name='promoters', to=settings.AUTH_USER_MODEL, verbose_name='accounts')),
            ],
            options={
                'verbose_name': 'promoter',
                'verbose_name_plural': 'promoters',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Seller',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, unique=True, verbose_name='legal name')),
                ('address', models.CharField(max_length=200, verbose_name='address')),
                ('postcode', models.CharField(blank=True, max_length=20, verbose_name='postcode')),
                ('city', models.CharField(max_length=80, verbose_name='city')),
                ('country', models.CharField(help_text='Two-letter code, such as DE.', max_length=2, validators=[organisation.identifiers.check_country], verbose_name='country')),
                ('tax_number', models.CharField(blank=True, help_text='As the tax office assigned it. Invoices need this or a VAT number.', max_length=40, verbose_name='tax number')),
                ('vat_id', models.CharField(blank=True, help_text='With its country code, such as DE136695976.', max_length=20, validators=[organisation.identifiers.check_vat_id], verbose_name='VAT number')),
                ('iban', models.CharField(blank=True, help_text='The bank account to which invoices are paid.', max_length=34, validators=[organisation.identifiers.check_iban], verbose_name='IBAN')),
                ('bank', models.CharField(blank=True, max_length=100, verbose_name='bank')),
                ('email', models.EmailField(blank=True, help_text='For questions about invoices.', max_length=254, verbose_name='e-mail address')),
                ('document_prefix', models.CharField(help_text='Begins the numbers of this seller’s invoices and credit notes, such as OGW.', max_length=10, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z0-9]+\\Z', 'Use capital letters and digits only, such as OGW.')], verbose_name='document number prefix')),
                ('datev_client', models.PositiveIntegerField(blank=True, help_text='For DATEV, where each seller has its own. Leave empty if there is only one seller.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99999)], verbose_name='client number (Mandantennummer)')),
                ('logo', models.ImageField(blank=True, db_default='', default='', help_text='On this seller’s documents. Leave empty to use that of the organisation.', upload_to='logos/', verbose_name='logo')),
                ('keep_documents_years', models.PositiveSmallIntegerField(db_default=10, default=10, help_text='Full years after the year of issue, 1 to 30. Ask your tax adviser. Documents that were issued before keep their time.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)], verbose_name='keep documents for (years)')),
                ('language', models.CharField(choices=core.languages.site_languages, default='en', help_text='Of documents whose customer has not chosen a language.', max_length=10, verbose_name='default language')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='added')),
            ],
            options={
                'verbose_name': 'seller',
                'verbose_name_plural': 'sellers',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('document_prefix__regex', '^[A-Z0-9]+$')), name='seller_prefix_is_capitals_and_digits'), models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$')), name='seller_country_is_a_code'), models.CheckConstraint(condition=models.Q(('datev_client', None), models.Q(('datev_client__gte', 1), ('datev_client__lte', 99999)), _connector='OR'), name='seller_client_number_has_its_range'), models.CheckConstraint(condition=models.Q(('keep_documents_years__gte', 1), ('keep_documents_years__lte', 30)), name='seller_keeps_documents_for_up_to_30_years')],
            },
        ),
        migrations.CreateModel(
            name='Translation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(help_text='Exactly as it was entered.', max_length=10000, verbose_name='text')),
                ('texts', models.JSONField(default=dict, editable=False, verbose_name='translations')),
            ],
            options={
                'verbose_name': 'translation',
                'verbose_name_plural': 'translations',
                'ordering': ['text'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.MD5('text'), name='translation_text_is_unique', violation_error_message='There are translations of this text already.'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('texts')), 1048576), name='translation_texts_have_a_limit')],
            },
        ),
        migrations.RunPython(create_organisation, migrations.RunPython.noop),
        migrations.RunPython(publish_samples, migrations.RunPython.noop),
        migrations.RunSQL(FROZEN, FROZEN_REVERSE),
        migrations.RunPython(keep_languages, migrations.RunPython.noop),
    ]
