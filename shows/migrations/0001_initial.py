import core.json_size
import core.links
import core.name_search
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.lookups
import django.utils.timezone
import organisation.current
import organisation.models.sellers
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('organisation', '0001_initial'),
        ('venues', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PriceList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
            ],
            options={
                'verbose_name': 'price list',
                'verbose_name_plural': 'price lists',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Artist',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
                ('slug', models.SlugField(max_length=120, unique=True, verbose_name='slug')),
                ('description', models.TextField(blank=True, db_default='', default='', max_length=5000, verbose_name='description')),
                ('website', models.CharField(blank=True, db_default='', default='', help_text='It begins with https://.', max_length=500, validators=[core.links.check_https], verbose_name='website')),
            ],
            options={
                'verbose_name': 'artist',
                'verbose_name_plural': 'artists',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__regex', '^[-a-zA-Z0-9_]+$')), name='artist_slug_is_an_address'), models.CheckConstraint(condition=models.Q(('website', ''), ('website__startswith', 'https://'), _connector='OR'), name='artist_website_is_https')],
            },
        ),
        migrations.CreateModel(
            name='ConcessionType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tax_rate', organisation.models.sellers.TaxRateField(blank=True, decimal_places=3, help_text='Included in the price.', max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='tax on tickets (%)')),
                ('fee_tax_rate', organisation.models.sellers.TaxRateField(blank=True, decimal_places=3, help_text='Included in the booking fee.', max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='tax on fees (%)')),
                ('tax_exemption', models.CharField(blank=True, db_default='', default='', help_text='Printed on receipts when a rate is 0, such as “§ 4 Nr. 20 UStG”.', max_length=200, verbose_name='reason for tax exemption')),
                ('name', models.CharField(help_text='Common names, such as Student, are shown in the customer’s language. The name cannot change once tickets are on sale with it.', max_length=60, unique=True, verbose_name='name')),
                ('method', models.CharField(choices=[('percent', 'per cent off'), ('amount', 'amount off'), ('price', 'set price')], default='percent', max_length=7, verbose_name='kind of price')),
                ('value', models.DecimalField(decimal_places=2, help_text='A percentage, or an amount in the performance’s currency. Set prices include the booking fee.', max_digits=9, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='value')),
                ('group_from', models.PositiveSmallIntegerField(blank=True, help_text='Tickets of any price in the order, such as 10.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='group price from')),
                ('min_per_order', models.PositiveSmallIntegerField(blank=True, help_text='Tickets at this price.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='minimum per order')),
                ('max_per_order', models.PositiveSmallIntegerField(blank=True, help_text='Tickets at this price.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='maximum per order')),
                ('until_date', models.DateField(blank=True, help_text='The last day, in the venue’s local time.', null=True, verbose_name='early bird until')),
                ('until_days', models.PositiveSmallIntegerField(blank=True, help_text='How many days before the show it ends. With a date, the earlier one counts.', null=True, validators=[django.core.validators.MaxValueValidator(730)], verbose_name='early bird, days before the show')),
                ('proof', models.CharField(blank=True, help_text='Shown to the customer and checked at the entrance, such as “Student ID”.', max_length=120, verbose_name='proof required')),
                ('members_only', models.BooleanField(default=False, help_text='Only for customers whose account staff have marked as a member’s.', verbose_name='members only')),
                ('ordinal', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
            ],
            options={
                'verbose_name': 'concession',
                'verbose_name_plural': 'concessions',
                'ordering': ['ordinal', 'name'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('tax_rate', None), models.Q(('tax_rate__gte', 0), ('tax_rate__lte', 100)), _connector='OR'), models.Q(('fee_tax_rate', None), models.Q(('fee_tax_rate__gte', 0), ('fee_tax_rate__lte', 100)), _connector='OR')), name='concessiontype_tax_is_a_percentage'), models.CheckConstraint(condition=models.Q(('tax_exemption', ''), ('tax_rate', 0), ('fee_tax_rate', 0), _connector='OR'), name='concessiontype_exemption_is_of_a_zero_rate'), models.CheckConstraint(condition=models.Q(models.Q(('method', 'percent'), ('value__gte', 1), ('value__lte', 100)), models.Q(('method__in', ['amount', 'price']), ('value__gte', 0)), _connector='OR'), name='concession_type_value_fits_its_method'), models.CheckConstraint(condition=models.Q(('min_per_order', None), ('max_per_order', None), ('min_per_order__lte', models.F('max_per_order')), _connector='OR'), name='concession_type_minimum_is_below_its_maximum')],
            },
        ),
        migrations.CreateModel(
            name='SearchTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('show', 'Show'), ('artist', 'Artist'), ('venue', 'Venue'), ('city', 'City'), ('genre', 'Genre')], max_length=6)),
                ('target', models.CharField(max_length=160)),
                ('name', models.CharField(max_length=160)),
                ('words', models.CharField(max_length=1000)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(core.name_search.SearchGrams('words'), name='search_term_grams')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'target'), name='one_search_term_per_target')],
            },
        ),
        migrations.CreateModel(
            name='Show',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('archived_at', models.DateTimeField(editable=False, null=True, verbose_name='archived')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('slug', models.SlugField(max_length=160, unique=True, verbose_name='slug')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('poster', models.ImageField(blank=True, upload_to='posters/', verbose_name='poster')),
                ('poster_small', models.ImageField(blank=True, editable=False, upload_to='posters/')),
                ('accent', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('age_rating', models.PositiveSmallIntegerField(blank=True, help_text='In years. Leave empty for all ages.', null=True, verbose_name='minimum age')),
                ('duration', models.PositiveSmallIntegerField(blank=True, help_text='In minutes.', null=True, verbose_name='duration')),
                ('is_published', models.BooleanField(default=True, verbose_name='published')),
                ('is_unlisted', models.BooleanField(default=False, help_text='Only people with the link can find it, for example for a members’ event or a test.', verbose_name='unlisted')),
                ('rating_sum', models.PositiveIntegerField(default=0, editable=False)),
                ('rating_count', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, editable=False, verbose_name='added')),
                ('search', django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                ('artists', models.ManyToManyField(blank=True, related_name='shows', to='shows.artist', verbose_name='artists')),
                ('promoter', models.ForeignKey(blank=True, help_text='The company or person that puts on the show, if not the venue itself.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shows', to='organisation.promoter', verbose_name='promoter')),
                ('seller', models.ForeignKey(blank=True, help_text='Named on invoices. Cannot change once tickets are on sale.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shows', to='organisation.seller', verbose_name='seller')),
            ],
            options={
                'verbose_name': 'show',
                'verbose_name_plural': 'shows',
                'ordering': ['-created_at', '-pk'],
                'indexes': [
                    django.contrib.postgres.indexes.GinIndex(fields=['search'], name='show_search'),
                ],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('slug__regex', '^[-a-zA-Z0-9_]+$')), name='show_slug_is_an_address'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Performance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('archived_at', models.DateTimeField(editable=False, null=True, verbose_name='archived')),
                ('former_plans', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, db_default=[], default=list, editable=False, size=None)),
                ('starts_at', models.DateTimeField(db_index=True, verbose_name='starts')),
                ('doors_at', models.DateTimeField(blank=True, null=True, verbose_name='doors')),
                ('on_sale_from', models.DateTimeField(verbose_name='on sale from')),
                ('on_sale_until', models.DateTimeField(blank=True, help_text='Leave empty to sell until the start.', null=True, verbose_name='on sale until')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('cancelled', 'cancelled')], default='draft', max_length=10, verbose_name='status')),
                ('currency', models.CharField(default=organisation.current.default_currency, max_length=3, verbose_name='currency')),
                ('customer_limit', models.PositiveSmallIntegerField(default=8, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)], verbose_name='maximum tickets per customer')),
                ('cancel_until_hours', models.PositiveSmallIntegerField(blank=True, default=48, help_text='In hours before the start. Leave empty to allow no cancellations.', null=True, verbose_name='cancellation deadline')),
                ('keep_fee', models.BooleanField(default=False, verbose_name='keep the booking fee on cancellation')),
                ('transfer_days', models.PositiveSmallIntegerField(blank=True, help_text='In how many days customers may pay by transfer. Their seats stay reserved until then, at most until two days before the start. Leave empty to offer no transfers.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='payment by bank transfer')),
                ('keep_order_fee', models.BooleanField(db_default=True, default=True, help_text='When customers cancel all tickets of an order. If you cancel them, the order fee is refunded.', verbose_name='keep the order fee on cancellation')),
                ('allow_single_gaps', models.BooleanField(default=False, help_text='If off, a selection that leaves a single empty seat is rejected while a better one is available.', verbose_name='allow single-seat gaps')),
                ('accessible_released', models.BooleanField(default=False, verbose_name='release wheelchair spaces to everyone')),
                ('moved_from', models.DateTimeField(editable=False, null=True, verbose_name='rescheduled from')),
                ('rescheduled_at', models.DateTimeField(editable=False, null=True, verbose_name='rescheduled')),
                ('refund_until', models.DateTimeField(editable=False, null=True, verbose_name='full refund until')),
                ('places_total', models.PositiveIntegerField(default=0, editable=False)),
                ('places_left', models.PositiveIntegerField(default=0, editable=False)),
                ('opened_at', models.DateTimeField(editable=False, null=True, verbose_name='seats created')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='performances', to='venues.seatingplan', verbose_name='seating plan')),
                ('venue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='performances', to='venues.venue', verbose_name='venue')),
                ('show', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='performances', to='shows.show', verbose_name='show')),
            ],
            options={
                'verbose_name': 'performance',
                'verbose_name_plural': 'performances',
                'ordering': ['starts_at', 'pk'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('doors_at', None), ('doors_at__lte', models.F('starts_at')), _connector='OR'), name='doors_open_before_the_start'),
                    models.CheckConstraint(condition=models.Q(('on_sale_until', None), ('on_sale_until__gt', models.F('on_sale_from')), _connector='OR'), name='sale_ends_after_it_begins'),
                ],
            },
        ),
        migrations.CreateModel(
            name='MediaLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('video', 'video'), ('audio', 'audio'), ('page', 'page')], default='video', max_length=5, verbose_name='kind')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('url', models.CharField(help_text='It begins with https://.', max_length=500, validators=[core.links.check_https], verbose_name='link')),
                ('ordinal', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('show', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='media_links', to='shows.show')),
            ],
            options={
                'verbose_name': 'video, audio or page',
                'verbose_name_plural': 'videos, audio and pages',
                'ordering': ['ordinal', 'pk'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('url__startswith', 'https://')), name='media_link_is_https'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='since')),
                ('artist', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='shows.artist')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follows', to=settings.AUTH_USER_MODEL)),
                ('show', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='shows.show')),
            ],
            options={
                'verbose_name': 'follow',
                'verbose_name_plural': 'follows',
                'ordering': ['-created_at', '-pk'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('artist__isnull', False), ('show', None)), models.Q(('artist', None), ('show__isnull', False)), _connector='OR'), name='follow_is_of_a_show_or_an_artist'),
                    models.UniqueConstraint(fields=('user', 'show'), name='one_follow_by_account_and_show'),
                    models.UniqueConstraint(fields=('user', 'artist'), name='one_follow_by_account_and_artist'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ShowPicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('picture', models.ImageField(upload_to='shows/', verbose_name='picture')),
                ('text', models.CharField(help_text='What the picture shows, for those who do not see it.', max_length=200, verbose_name='description')),
                ('ordinal', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('show', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='shows.show')),
            ],
            options={
                'verbose_name': 'picture',
                'verbose_name_plural': 'pictures',
                'ordering': ['ordinal', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True, verbose_name='name')),
                ('slug', models.SlugField(max_length=40, unique=True, verbose_name='slug')),
            ],
            options={
                'verbose_name': 'genre',
                'verbose_name_plural': 'genres',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__regex', '^[-a-zA-Z0-9_]+$')), name='tag_slug_is_an_address')],
            },
        ),
        migrations.AddField(
            model_name='show',
            name='tags',
            field=models.ManyToManyField(blank=True, related_name='shows', to='shows.tag', verbose_name='genres'),
        ),
        migrations.CreateModel(
            name='Concession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tax_rate', organisation.models.sellers.TaxRateField(blank=True, decimal_places=3, help_text='Included in the price.', max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='tax on tickets (%)')),
                ('fee_tax_rate', organisation.models.sellers.TaxRateField(blank=True, decimal_places=3, help_text='Included in the booking fee.', max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='tax on fees (%)')),
                ('tax_exemption', models.CharField(blank=True, db_default='', default='', help_text='Printed on receipts when a rate is 0, such as “§ 4 Nr. 20 UStG”.', max_length=200, verbose_name='reason for tax exemption')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('percent_off', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='discount (%)')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='amount')),
                ('prices', models.JSONField(blank=True, db_default={}, default=dict, verbose_name='prices')),
                ('proof', models.CharField(blank=True, help_text='Leave empty for that of the list.', max_length=120, verbose_name='proof required')),
                ('ordinal', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='concessions', to='shows.concessiontype', verbose_name='concession')),
                ('performance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='concessions', to='shows.performance')),
            ],
            options={
                'verbose_name': 'concession of a performance',
                'verbose_name_plural': 'concessions of performances',
                'ordering': ['ordinal', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('tax_rate', None), models.Q(('tax_rate__gte', 0), ('tax_rate__lte', 100)), _connector='OR'), models.Q(('fee_tax_rate', None), models.Q(('fee_tax_rate__gte', 0), ('fee_tax_rate__lte', 100)), _connector='OR')), name='concession_tax_is_a_percentage'), models.CheckConstraint(condition=models.Q(('tax_exemption', ''), ('tax_rate', 0), ('fee_tax_rate', 0), _connector='OR'), name='concession_exemption_is_of_a_zero_rate'), models.UniqueConstraint(fields=('performance', 'name'), name='concession_is_unique_in_performance'), models.CheckConstraint(condition=models.Q(('percent_off__gte', 1), ('percent_off__lte', 100)), name='concession_is_a_percentage'), models.CheckConstraint(condition=models.Q(models.Q(('amount', None), ('percent_off__isnull', False)), models.Q(('kind__isnull', False), ('percent_off', None)), _connector='OR'), name='concession_has_one_value'), models.CheckConstraint(condition=models.Q(('amount', None), ('amount__gte', 0), _connector='OR'), name='concession_is_not_negative'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('prices')), 8192), name='concession_prices_have_a_limit')],
            },
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='since')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to=settings.AUTH_USER_MODEL)),
                ('performance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to='shows.performance')),
            ],
            options={
                'verbose_name': 'on-sale alert',
                'verbose_name_plural': 'on-sale alerts',
                'constraints': [models.UniqueConstraint(fields=('user', 'performance'), name='one_alert_by_account_and_performance')],
            },
        ),
        migrations.CreateModel(
            name='PerformanceFees',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('web', 'website'), ('phone', 'phone'), ('counter', 'counter'), ('door', 'door'), ('api', 'API')], max_length=8, verbose_name='channel')),
                ('ticket_fee', models.DecimalField(blank=True, decimal_places=2, help_text='Replaces the booking fee that the price includes. Leave empty to keep it. On the website and in the API, the price category’s fee always applies.', max_digits=9, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='booking fee per ticket')),
                ('order_fee', models.DecimalField(decimal_places=2, default=Decimal('0'), help_text='Added once to each order that is not free.', max_digits=9, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='fee per order')),
                ('order_fee_tax_rate', organisation.models.sellers.TaxRateField(blank=True, decimal_places=3, help_text='Leave empty to use the venue’s tax on fees.', max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='tax on the fee per order (%)')),
                ('performance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='channel_fees', to='shows.performance')),
            ],
            options={
                'verbose_name': 'fees of a channel',
                'verbose_name_plural': 'fees by channel',
                'ordering': ['pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('order_fee__gte', 0), models.Q(('ticket_fee', None), ('ticket_fee__gte', 0), _connector='OR')), name='performancefees_is_not_negative'), models.CheckConstraint(condition=models.Q(('channel__in', ['web', 'phone', 'counter', 'door', 'api'])), name='performancefees_channel_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('channel__in', ['web', 'api']), _negated=True), ('ticket_fee', None), _connector='OR'), name='performancefees_online_is_that_of_the_price'), models.CheckConstraint(condition=models.Q(('order_fee_tax_rate', None), models.Q(('order_fee_tax_rate__gte', 0), ('order_fee_tax_rate__lte', 100)), _connector='OR'), name='performancefees_tax_is_a_percentage'), models.UniqueConstraint(fields=('performance', 'channel'), name='fees_of_a_channel_are_set_once_for_a_performance')],
            },
        ),
        migrations.CreateModel(
            name='PriceCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tax_rate', organisation.models.sellers.TaxRateField(blank=True, decimal_places=3, help_text='Included in the price.', max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='tax on tickets (%)')),
                ('fee_tax_rate', organisation.models.sellers.TaxRateField(blank=True, decimal_places=3, help_text='Included in the booking fee.', max_digits=6, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='tax on fees (%)')),
                ('tax_exemption', models.CharField(blank=True, db_default='', default='', help_text='Printed on receipts when a rate is 0, such as “§ 4 Nr. 20 UStG”.', max_length=200, verbose_name='reason for tax exemption')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('price', models.DecimalField(decimal_places=2, help_text='Includes the booking fee.', max_digits=9, verbose_name='price')),
                ('fee', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=9, verbose_name='booking fee')),
                ('ordinal', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('performance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='price_categories', to='shows.performance')),
            ],
            options={
                'verbose_name': 'price category',
                'verbose_name_plural': 'price categories',
                'ordering': ['ordinal', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('tax_rate', None), models.Q(('tax_rate__gte', 0), ('tax_rate__lte', 100)), _connector='OR'), models.Q(('fee_tax_rate', None), models.Q(('fee_tax_rate__gte', 0), ('fee_tax_rate__lte', 100)), _connector='OR')), name='pricecategory_tax_is_a_percentage'), models.CheckConstraint(condition=models.Q(('tax_exemption', ''), ('tax_rate', 0), ('fee_tax_rate', 0), _connector='OR'), name='pricecategory_exemption_is_of_a_zero_rate'), models.UniqueConstraint(fields=('performance', 'name'), name='price_category_is_unique_in_performance'), models.CheckConstraint(condition=models.Q(('fee__gte', 0), ('fee__lte', models.F('price'))), name='fee_is_a_part_of_the_price')],
            },
        ),
        migrations.CreateModel(
            name='ListedConcession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prices', models.JSONField(blank=True, db_default={}, default=dict, editable=False)),
                ('ordinal', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='shows.concessiontype', verbose_name='concession')),
                ('price_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='concessions', to='shows.pricelist')),
            ],
            options={
                'verbose_name': 'concession',
                'verbose_name_plural': 'concessions',
                'ordering': ['ordinal', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('price_list', 'kind'), name='listed_concession_is_unique_in_its_list'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('prices')), 8192), name='listed_concession_prices_have_a_limit')],
            },
        ),
        migrations.CreateModel(
            name='ListedCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('price', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='price')),
                ('fee', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=9, verbose_name='booking fee')),
                ('ordinal', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('price_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='categories', to='shows.pricelist')),
            ],
            options={
                'verbose_name': 'price category',
                'verbose_name_plural': 'price categories',
                'ordering': ['ordinal', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('price_list', 'name'), name='listed_category_is_unique_in_its_list'), models.CheckConstraint(condition=models.Q(('fee__gte', 0), models.Q(('price', None), ('fee__lte', models.F('price')), _connector='OR')), name='listed_fee_is_a_part_of_the_price')],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stars', models.PositiveSmallIntegerField(verbose_name='stars')),
                ('text', models.TextField(blank=True, max_length=2000, verbose_name='text')),
                ('status', models.CharField(choices=[('waiting', 'pending'), ('published', 'published'), ('refused', 'rejected')], default='waiting', max_length=10, verbose_name='status')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to=settings.AUTH_USER_MODEL)),
                ('performance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='shows.performance')),
                ('show', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='shows.show')),
            ],
            options={
                'verbose_name': 'review',
                'verbose_name_plural': 'reviews',
                'ordering': ['-created_at'],
                'constraints': [models.UniqueConstraint(fields=('show', 'author'), name='one_review_by_author_and_show'), models.CheckConstraint(condition=models.Q(('stars__gte', 1), ('stars__lte', 5)), name='review_has_one_to_five_stars')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('labels', models.JSONField(default=dict, editable=False)),
                ('choices', models.JSONField(default=dict, editable=False)),
                ('kind', models.CharField(choices=[('text', 'text'), ('choice', 'choice'), ('yes_no', 'yes or no'), ('phone', 'phone number'), ('access', 'access requirements')], default='text', max_length=6, verbose_name='kind')),
                ('per', models.CharField(choices=[('order', 'once per order'), ('ticket', 'for each ticket')], default='order', max_length=6, verbose_name='asked')),
                ('is_required', models.BooleanField(default=False, verbose_name='answer required')),
                ('is_changeable', models.BooleanField(default=True, help_text='Until the show begins.', verbose_name='customers can change their answer')),
                ('is_active', models.BooleanField(default=True, verbose_name='asked now')),
                ('ordinal', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('performance', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='shows.performance', verbose_name='performance')),
                ('show', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='shows.show', verbose_name='show')),
                ('venue', models.ForeignKey(blank=True, help_text='Leave these empty to ask at every performance, or choose one of them.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='venues.venue', verbose_name='venue')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['ordinal', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('performance', None), ('show', None)), models.Q(('show', None), ('venue', None)), models.Q(('performance', None), ('venue', None)), _connector='OR'), name='question_has_one_scope', violation_error_message='Choose a venue, a show or a performance, not several.'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('labels')), 8192), name='question_labels_have_a_limit'), models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('choices')), 32768), name='question_choices_have_a_limit')],
            },
        ),
        migrations.CreateModel(
            name='PerformanceTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('settings', models.JSONField(default=dict, editable=False, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='venues.seatingplan', verbose_name='seating plan')),
                ('show', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='performance_templates', to='shows.show', verbose_name='show')),
            ],
            options={
                'verbose_name': 'performance template',
                'verbose_name_plural': 'performance templates',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(core.json_size.StoredBytes(models.F('settings')), 262144), name='performance_template_has_a_limit')],
            },
        ),
    ]
