import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('venues', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Artist',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
                ('slug', models.SlugField(max_length=120, unique=True, verbose_name='slug')),
            ],
            options={
                'verbose_name': 'artist',
                'verbose_name_plural': 'artists',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__regex', '^[-a-zA-Z0-9_]+$')), name='artist_slug_is_an_address')],
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
            ],
            options={
                'verbose_name': 'show',
                'verbose_name_plural': 'shows',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Performance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('archived_at', models.DateTimeField(editable=False, null=True, verbose_name='archived')),
                ('starts_at', models.DateTimeField(db_index=True, verbose_name='starts')),
                ('doors_at', models.DateTimeField(blank=True, null=True, verbose_name='doors')),
                ('on_sale_from', models.DateTimeField(verbose_name='on sale from')),
                ('on_sale_until', models.DateTimeField(blank=True, help_text='Leave empty to sell until the start.', null=True, verbose_name='on sale until')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('published', 'published'), ('cancelled', 'cancelled')], default='draft', max_length=10, verbose_name='status')),
                ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
                ('customer_limit', models.PositiveSmallIntegerField(default=8, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)], verbose_name='maximum tickets per customer')),
                ('cancel_until_hours', models.PositiveSmallIntegerField(blank=True, default=48, help_text='In hours before the start. Leave empty to allow no cancellations.', null=True, verbose_name='cancellation deadline')),
                ('keep_fee', models.BooleanField(default=False, verbose_name='keep the booking fee on cancellation')),
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
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('percent_off', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='discount (%)')),
                ('proof', models.CharField(blank=True, help_text='Shown to the customer and checked at the entrance, such as “Student ID”.', max_length=120, verbose_name='proof required')),
                ('ordinal', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('performance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='concessions', to='shows.performance')),
            ],
            options={
                'verbose_name': 'concession',
                'verbose_name_plural': 'concessions',
                'ordering': ['ordinal', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('performance', 'name'), name='concession_is_unique_in_performance'), models.CheckConstraint(condition=models.Q(('percent_off__gte', 1), ('percent_off__lte', 100)), name='concession_is_a_percentage')],
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
            name='PriceCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
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
                'constraints': [models.UniqueConstraint(fields=('performance', 'name'), name='price_category_is_unique_in_performance'), models.CheckConstraint(condition=models.Q(('fee__gte', 0), ('fee__lte', models.F('price'))), name='fee_is_a_part_of_the_price')],
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
        migrations.AddConstraint(
            model_name='performance',
            constraint=models.CheckConstraint(condition=models.Q(('doors_at', None), ('doors_at__lte', models.F('starts_at')), _connector='OR'), name='doors_open_before_the_start'),
        ),
        migrations.AddConstraint(
            model_name='performance',
            constraint=models.CheckConstraint(condition=models.Q(('on_sale_until', None), ('on_sale_until__gt', models.F('on_sale_from')), _connector='OR'), name='sale_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('artist__isnull', False), ('show', None)), models.Q(('artist', None), ('show__isnull', False)), _connector='OR'), name='follow_is_of_a_show_or_an_artist'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.UniqueConstraint(fields=('user', 'show'), name='one_follow_by_account_and_show'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.UniqueConstraint(fields=('user', 'artist'), name='one_follow_by_account_and_artist'),
        ),
        migrations.AddIndex(
            model_name='show',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='show_search'),
        ),
        migrations.AddConstraint(
            model_name='show',
            constraint=models.CheckConstraint(condition=models.Q(('slug__regex', '^[-a-zA-Z0-9_]+$')), name='show_slug_is_an_address'),
        ),
    ]
