import accounts.models
import core.languages
import core.name_search
import django.contrib.postgres.indexes
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models

ROLES = ["Manager", "Box office", "Door", "Finance"]


def create_roles(apps, schema_editor):
    """Create the groups; `accounts.roles.sync_role_permissions` gives them permissions after each `migrate`."""
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name in ROLES:
        groups.get_or_create(name=name)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='SetupLink',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_setup_link')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('name', models.CharField(blank=True, max_length=150, verbose_name='name')),
                ('language', models.CharField(choices=core.languages.site_languages, default='en', max_length=10, verbose_name='language')),
                ('time_zone', models.CharField(blank=True, max_length=64, verbose_name='time zone')),
                ('last_visit_at', models.DateTimeField(blank=True, null=True, verbose_name='last visit')),
                ('approved_at', models.DateTimeField(blank=True, null=True, verbose_name='approved')),
                ('member_number', models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='member number')),
                ('member_until', models.DateField(blank=True, null=True, verbose_name='member until')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
                'permissions': [('approve_user', 'Can approve accounts'), ('enrol_user', 'Can edit memberships')],
                'indexes': [django.contrib.postgres.indexes.GinIndex(core.name_search.SearchGrams('name', 'email'), name='user_by_name')],
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_is_lower_case'), models.UniqueConstraint(condition=models.Q(('member_number', ''), _negated=True), fields=('member_number',), name='member_number_is_unique')],
            },
            managers=[
                ('objects', accounts.models.UserManager()),
            ],
        ),
        migrations.RunPython(create_roles, migrations.RunPython.noop),
    ]
