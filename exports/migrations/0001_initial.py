import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.CharField(max_length=30, verbose_name='report')),
                ('file_format', models.CharField(choices=[('csv', 'CSV'), ('xlsx', 'XLSX')], max_length=4, verbose_name='format')),
                ('query', models.TextField(blank=True, verbose_name='filters')),
                ('with_contacts', models.BooleanField(default=True, editable=False)),
                ('status', models.CharField(choices=[('waiting', 'waiting'), ('running', 'in progress'), ('done', 'done'), ('failed', 'failed')], default='waiting', max_length=7, verbose_name='status')),
                ('rows_total', models.PositiveIntegerField(verbose_name='rows')),
                ('rows_done', models.PositiveIntegerField(default=0, verbose_name='rows written')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('leased_until', models.DateTimeField(editable=False, null=True)),
                ('failure', models.CharField(blank=True, max_length=200, verbose_name='failure')),
                ('file', models.CharField(blank=True, max_length=100, verbose_name='file')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='requested')),
                ('finished_at', models.DateTimeField(editable=False, null=True, verbose_name='finished')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='requested by')),
            ],
            options={
                'verbose_name': 'export',
                'verbose_name_plural': 'exports',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'running')), fields=('status',), name='one_export_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('status__in', ['waiting', 'running'])), models.Q(('finished_at__isnull', False), ('status__in', ['done', 'failed'])), _connector='OR'), name='finished_export_has_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'running'), _negated=True), ('leased_until__isnull', False), _connector='OR'), name='running_export_has_a_lease'), models.CheckConstraint(condition=models.Q(('file', ''), ('status', 'done'), _connector='OR'), name='only_a_done_export_has_a_file'), models.CheckConstraint(condition=models.Q(('rows_done__lte', models.F('rows_total'))), name='export_has_its_rows_at_most')],
            },
        ),
    ]
