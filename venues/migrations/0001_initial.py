import core.json_size
import django.db.models.deletion
import django.db.models.lookups
import venues.models
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
            },
        ),
        migrations.CreateModel(
            name='Venue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('archived_at', models.DateTimeField(editable=False, null=True, verbose_name='archived')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('slug', models.SlugField(max_length=120, unique=True, verbose_name='slug')),
                ('address', models.CharField(max_length=200, verbose_name='address')),
                ('postcode', models.CharField(blank=True, max_length=20, verbose_name='postcode')),
                ('city', models.CharField(db_index=True, max_length=80, verbose_name='city')),
                ('country', models.CharField(help_text='Two-letter code, such as DE.', max_length=2, verbose_name='country')),
                ('time_zone', models.CharField(max_length=64, validators=[venues.models.check_time_zone], verbose_name='time zone')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('picture', models.ImageField(blank=True, upload_to='venues/', verbose_name='picture')),
                ('rating_sum', models.PositiveIntegerField(default=0, editable=False)),
                ('rating_count', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'venue',
                'verbose_name_plural': 'venues',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__regex', '^[-a-zA-Z0-9_]+$')), name='venue_slug_is_an_address')],
            },
        ),
        migrations.AddField(
            model_name='seatingplan',
            name='venue',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='venues.venue'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.UniqueConstraint(fields=('plan', 'slug'), name='section_slug_is_unique_in_plan'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'seated'), models.Q(('category', ''), _negated=True), _connector='OR'), name='standing_section_has_a_category'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('outline')), 4194304), name='section_outline_has_a_limit'),
        ),
        migrations.AddIndex(
            model_name='seat',
            index=models.Index(fields=['plan', 'category'], name='seat_by_plan_and_category'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(fields=('plan', 'guid'), name='seat_guid_is_unique_in_plan'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(fields=('section', 'ordinal'), name='seat_ordinal_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(('companion_of', None), ('kind', 'companion'), _connector='OR'), name='only_companions_belong_to_a_wheelchair_space'),
        ),
        migrations.AddConstraint(
            model_name='seatingplan',
            constraint=models.UniqueConstraint(fields=('venue', 'name', 'version'), name='plan_version_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='seatingplan',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('categories')), 131072), name='plan_categories_have_a_limit'),
        ),
        migrations.AddConstraint(
            model_name='seatingplan',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('decoration')), 16777216), name='plan_decoration_has_a_limit'),
        ),
        migrations.RunSQL(UNCHANGING, UNCHANGING_REVERSE),
    ]
