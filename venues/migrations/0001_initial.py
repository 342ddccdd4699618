import core.json_size
import django.core.validators
import django.db.models.deletion
import django.db.models.lookups
import organisation.models.sellers
import organisation.validators
import venues.entrances
import venues.models
from decimal import Decimal
from django.db import migrations, models

# A plan that is on sale must stay what it was: the database refuses to change one. Only archiving
# is allowed.
UNCHANGING = """
CREATE FUNCTION venues_plan_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A seating plan is never changed; add a new version.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER plan_never_changes BEFORE UPDATE ON venues_seatingplan
    FOR EACH ROW
    WHEN (to_jsonb(OLD) - 'archived_at' IS DISTINCT FROM to_jsonb(NEW) - 'archived_at')
    EXECUTE FUNCTION venues_plan_never_changes();
CREATE TRIGGER section_never_changes BEFORE UPDATE ON venues_section
    FOR EACH ROW EXECUTE FUNCTION venues_plan_never_changes();
CREATE TRIGGER seat_never_changes BEFORE UPDATE ON venues_seat
    FOR EACH ROW EXECUTE FUNCTION venues_plan_never_changes();
"""
UNCHANGING_REVERSE = """
DROP TRIGGER plan_never_changes ON venues_seatingplan;
DROP TRIGGER section_never_changes ON venues_section;
DROP TRIGGER seat_never_changes ON venues_seat;
DROP FUNCTION venues_plan_never_changes();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SeatingPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('archived_at', models.DateTimeField(editable=False, null=True, verbose_name='archived')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                ('width', models.PositiveIntegerField(verbose_name='width')),
                ('height', models.PositiveIntegerField(verbose_name='height')),
                ('categories', models.JSONField(default=list, verbose_name='categories')),
                ('decoration', models.JSONField(blank=True, default=list, verbose_name='decoration')),
                ('content_hash', models.CharField(db_index=True, editable=False, max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'seating plan',
                'verbose_name_plural': 'seating plans',
                'ordering': ['venue', 'name', '-version'],
                'constraints': [
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('categories')), 131072), name='plan_categories_have_a_limit'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('decoration')), 16777216), name='plan_decoration_has_a_limit'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('slug', models.SlugField(max_length=80, verbose_name='slug')),
                ('kind', models.CharField(choices=[('seated', 'seated'), ('standing', 'standing')], default='seated', max_length=10, verbose_name='kind')),
                ('ordinal', models.PositiveIntegerField(default=0)),
                ('capacity', models.PositiveIntegerField(help_text='Number of seats or standing places.', verbose_name='capacity')),
                ('category', models.CharField(blank=True, max_length=80, verbose_name='category')),
                ('outline', models.JSONField(blank=True, default=list)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='venues.seatingplan')),
            ],
            options={
                'verbose_name': 'section',
                'verbose_name_plural': 'sections',
                'ordering': ['plan', 'ordinal'],
                'constraints': [
                    models.UniqueConstraint(fields=('plan', 'slug'), name='section_slug_is_unique_in_plan'),
                    models.CheckConstraint(condition=models.Q(('kind', 'seated'), models.Q(('category', ''), _negated=True), _connector='OR'), name='standing_section_has_a_category'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('outline')), 4194304), name='section_outline_has_a_limit'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('guid', models.CharField(max_length=100)),
                ('row', models.CharField(max_length=80, verbose_name='row')),
                ('number', models.CharField(max_length=40, verbose_name='number')),
                ('ordinal', models.PositiveIntegerField()),
                ('x', models.FloatField()),
                ('y', models.FloatField()),
                ('kind', models.CharField(choices=[('ordinary', 'regular'), ('wheelchair', 'wheelchair space'), ('companion', 'companion seat'), ('restricted', 'restricted view')], default='ordinary', max_length=10, verbose_name='kind')),
                ('category', models.CharField(max_length=80, verbose_name='category')),
                ('companion_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='companions', to='venues.seat')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='venues.seatingplan')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='venues.section')),
            ],
            options={
                'verbose_name': 'seat',
                'verbose_name_plural': 'seats',
                'ordering': ['section', 'ordinal'],
                'indexes': [
                    models.Index(fields=['plan', 'category'], name='seat_by_plan_and_category'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('plan', 'guid'), name='seat_guid_is_unique_in_plan'),
                    models.UniqueConstraint(fields=('section', 'ordinal'), name='seat_ordinal_is_unique'),
                    models.CheckConstraint(condition=models.Q(('companion_of', None), ('kind', 'companion'), _connector='OR'), name='only_companions_belong_to_a_wheelchair_space'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Venue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('logo', models.ImageField(blank=True, db_default='', default='', height_field='logo_height', help_text='Shown instead of the name. A PNG with a transparent background is best.', upload_to='logos/', verbose_name='logo', width_field='logo_width')),
                ('logo_width', models.PositiveIntegerField(editable=False, null=True)),
                ('logo_height', models.PositiveIntegerField(editable=False, null=True)),
                ('accent', models.CharField(blank=True, db_default='', default='', help_text='Of buttons and links, such as #a81306.', max_length=7, validators=[organisation.validators.check_accent], verbose_name='accent colour')),
                ('accent_dark', models.CharField(blank=True, db_default='', default='', help_text='Leave empty for a lighter shade of the accent colour.', max_length=7, validators=[organisation.validators.check_dark_accent], verbose_name='accent colour in dark mode')),
                ('tax_rate', organisation.models.sellers.TaxRateField(blank=True, decimal_places=3, help_text='Included in the price.', max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='tax on tickets (%)')),
                ('fee_tax_rate', organisation.models.sellers.TaxRateField(blank=True, decimal_places=3, help_text='Included in the booking fee.', max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='tax on fees (%)')),
                ('tax_exemption', models.CharField(blank=True, db_default='', default='', help_text='Printed on receipts when a rate is 0, such as “§ 4 Nr. 20 UStG”.', max_length=200, verbose_name='reason for tax exemption')),
                ('archived_at', models.DateTimeField(editable=False, null=True, verbose_name='archived')),
                ('entrances', models.TextField(blank=True, db_default='', default='', help_text='Printed on tickets. One section per line, such as “Balcony: Entrance B”. A line without a section is for all others.', max_length=4000, validators=[venues.entrances.check_entrances], verbose_name='entrances')),
                ('latitude', models.DecimalField(blank=True, decimal_places=6, help_text='Such as 52.520008.', max_digits=9, null=True, validators=[django.core.validators.MinValueValidator(Decimal('-90')), django.core.validators.MaxValueValidator(Decimal('90'))], verbose_name='latitude')),
                ('longitude', models.DecimalField(blank=True, decimal_places=6, help_text='Such as 13.404954.', max_digits=9, null=True, validators=[django.core.validators.MinValueValidator(Decimal('-180')), django.core.validators.MaxValueValidator(Decimal('180'))], verbose_name='longitude')),
                ('directions', models.TextField(blank=True, db_default='', default='', help_text='Public transport, parking, entrances.', max_length=2000, verbose_name='directions')),
                ('is_step_free', models.BooleanField(db_default=False, default=False, verbose_name='Step-free entrance')),
                ('has_lifts', models.BooleanField(db_default=False, default=False, verbose_name='Lifts to all levels')),
                ('has_hearing_loop', models.BooleanField(db_default=False, default=False, verbose_name='Hearing loop')),
                ('has_accessible_toilets', models.BooleanField(db_default=False, default=False, verbose_name='Accessible toilets')),
                ('companions_are_free', models.BooleanField(db_default=False, default=False, help_text='Set the price of companion seats to 0 in the price categories as well.', verbose_name='Companions are free')),
                ('access_notes', models.TextField(blank=True, db_default='', default='', help_text='Whom to call, where to park, assistance dogs.', max_length=2000, verbose_name='further access information')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('slug', models.SlugField(max_length=120, unique=True, verbose_name='slug')),
                ('address', models.CharField(max_length=200, verbose_name='address')),
                ('postcode', models.CharField(blank=True, max_length=20, verbose_name='postcode')),
                ('city', models.CharField(db_index=True, max_length=80, verbose_name='city')),
                ('country', models.CharField(help_text='Two-letter code, such as DE.', max_length=2, verbose_name='country')),
                ('time_zone', models.CharField(max_length=64, validators=[venues.models.check_time_zone], verbose_name='time zone')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('picture', models.ImageField(blank=True, upload_to='venues/', verbose_name='picture')),
                ('admits_disputed', models.BooleanField(db_default=True, default=True, help_text='Whether the door lets in tickets whose payment the customer disputes. The scan shows it either way.', verbose_name='admit disputed tickets')),
                ('rating_sum', models.PositiveIntegerField(default=0, editable=False)),
                ('rating_count', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'venue',
                'verbose_name_plural': 'venues',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('tax_rate', None), models.Q(('tax_rate__gte', 0), ('tax_rate__lte', 100)), _connector='OR'), models.Q(('fee_tax_rate', None), models.Q(('fee_tax_rate__gte', 0), ('fee_tax_rate__lte', 100)), _connector='OR')), name='venue_tax_is_a_percentage'), models.CheckConstraint(condition=models.Q(('tax_exemption', ''), ('tax_rate', 0), ('fee_tax_rate', 0), _connector='OR'), name='venue_exemption_is_of_a_zero_rate'), models.CheckConstraint(condition=models.Q(('accent', ''), ('accent__regex', '^#[0-9a-f]{6}$'), _connector='OR'), name='venue_accent_is_a_colour'), models.CheckConstraint(condition=models.Q(('accent_dark', ''), ('accent_dark__regex', '^#[0-9a-f]{6}$'), _connector='OR'), name='venue_dark_accent_is_a_colour'), models.CheckConstraint(condition=models.Q(models.Q(('latitude', None), ('longitude', None)), models.Q(('latitude__gte', -90), ('latitude__isnull', False), ('latitude__lte', 90), ('longitude__gte', -180), ('longitude__isnull', False), ('longitude__lte', 180)), _connector='OR'), name='venue_position_is_on_earth'), models.CheckConstraint(condition=models.Q(('slug__regex', '^[-a-zA-Z0-9_]+$')), name='venue_slug_is_an_address')],
            },
        ),
        migrations.CreateModel(
            name='SectionView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plan_name', models.CharField(max_length=120, verbose_name='seating plan')),
                ('section_name', models.CharField(max_length=80, verbose_name='section')),
                ('picture', models.ImageField(upload_to='views/', verbose_name='picture')),
                ('text', models.CharField(help_text='The view from here, such as: From the side, the screen is hidden.', max_length=200, verbose_name='view')),
                ('venue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='section_views', to='venues.venue')),
            ],
            options={
                'verbose_name': 'view from a section',
                'verbose_name_plural': 'views from sections',
                'ordering': ['plan_name', 'section_name'],
                'constraints': [
                    models.UniqueConstraint(fields=('venue', 'plan_name', 'section_name'), name='view_of_a_section_is_set_once'),
                ],
            },
        ),
        migrations.AddField(
            model_name='seatingplan',
            name='venue',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='venues.venue'),
        ),
        migrations.CreateModel(
            name='EditedPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('base_version', models.PositiveIntegerField(blank=True, null=True, verbose_name='based on version')),
                ('revision', models.PositiveIntegerField(default=1, editable=False)),
                ('document', models.JSONField(default=dict, editable=False)),
                ('previous', models.JSONField(editable=False, null=True)),
                ('background', models.BinaryField(null=True)),
                ('background_place', models.JSONField(default=dict, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last saved')),
                ('venue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plan_drafts', to='venues.venue', verbose_name='venue')),
            ],
            options={
                'verbose_name': 'plan draft',
                'verbose_name_plural': 'plan drafts',
                'ordering': ['-updated_at'],
                'constraints': [
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('document')), 16777216), name='edited_plan_has_a_limit'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('previous')), 16777216), name='edited_plan_previous_has_a_limit'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('background_place')), 1024), name='edited_plan_background_has_a_limit'),
                ],
            },
        ),
        migrations.CreateModel(
            name='VenueFees',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('web', 'website'), ('phone', 'phone'), ('counter', 'counter'), ('door', 'door'), ('api', 'API')], max_length=8, verbose_name='channel')),
                ('ticket_fee', models.DecimalField(blank=True, decimal_places=2, help_text='Replaces the booking fee that the price includes. Leave empty to keep it. On the website and in the API, the price category’s fee always applies.', max_digits=9, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='booking fee per ticket')),
                ('order_fee', models.DecimalField(decimal_places=2, default=Decimal('0'), help_text='Added once to each order that is not free.', max_digits=9, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='fee per order')),
                ('order_fee_tax_rate', organisation.models.sellers.TaxRateField(blank=True, decimal_places=3, help_text='Leave empty to use the venue’s tax on fees.', max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='tax on the fee per order (%)')),
                ('venue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='channel_fees', to='venues.venue')),
            ],
            options={
                'verbose_name': 'fees of a channel',
                'verbose_name_plural': 'fees by channel',
                'ordering': ['pk'],
                'abstract': False,
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('order_fee__gte', 0), models.Q(('ticket_fee', None), ('ticket_fee__gte', 0), _connector='OR')), name='venuefees_is_not_negative'),
                    models.CheckConstraint(condition=models.Q(('channel__in', ['web', 'phone', 'counter', 'door', 'api'])), name='venuefees_channel_is_known'),
                    models.CheckConstraint(condition=models.Q(models.Q(('channel__in', ['web', 'api']), _negated=True), ('ticket_fee', None), _connector='OR'), name='venuefees_online_is_that_of_the_price'),
                    models.CheckConstraint(condition=models.Q(('order_fee_tax_rate', None), models.Q(('order_fee_tax_rate__gte', 0), ('order_fee_tax_rate__lte', 100)), _connector='OR'), name='venuefees_tax_is_a_percentage'),
                    models.UniqueConstraint(fields=('venue', 'channel'), name='fees_of_a_channel_are_set_once_for_a_venue'),
                ],
            },
        ),
        migrations.CreateModel(
            name='VenuePicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('picture', models.ImageField(upload_to='venues/', verbose_name='picture')),
                ('text', models.CharField(help_text='What the picture shows, for those who do not see it.', max_length=200, verbose_name='description')),
                ('ordinal', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('venue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='venues.venue')),
            ],
            options={
                'verbose_name': 'picture',
                'verbose_name_plural': 'pictures',
                'ordering': ['ordinal', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='seatingplan',
            constraint=models.UniqueConstraint(fields=('venue', 'name', 'version'), name='plan_version_is_unique'),
        ),
        migrations.RunSQL(UNCHANGING, UNCHANGING_REVERSE),
    ]
