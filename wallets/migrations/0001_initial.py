import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('bookings', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AppleWallet',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('pass_type_id', models.CharField(help_text='As registered with Apple, such as pass.org.example.tickets.', max_length=120, verbose_name='pass type ID')),
                ('certificate', models.TextField(editable=False)),
                ('issuer_certificate', models.TextField(editable=False)),
                ('expires_at', models.DateTimeField(editable=False, verbose_name='expires')),
                ('private_key', models.TextField(editable=False)),
            ],
            options={
                'verbose_name': 'Apple Wallet',
                'verbose_name_plural': 'Apple Wallet',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='there_is_one_apple_wallet')],
            },
        ),
        migrations.CreateModel(
            name='GoogleWallet',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('issuer_id', models.CharField(help_text='A number, shown in the Google Pay & Wallet Console.', max_length=30, verbose_name='issuer ID')),
                ('account', models.EmailField(editable=False, max_length=254, verbose_name='service account')),
                ('private_key', models.TextField(editable=False)),
            ],
            options={
                'verbose_name': 'Google Wallet',
                'verbose_name_plural': 'Google Wallet',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='there_is_one_google_wallet')],
            },
        ),
        migrations.CreateModel(
            name='WalletPass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('apple', 'Apple Wallet'), ('google', 'Google Wallet')], max_length=6)),
                ('fingerprint', models.CharField(max_length=32)),
                ('changed_at', models.DateTimeField()),
                ('notified_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='passes', to='bookings.ticket')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [
                    models.Index(condition=models.Q(('notified_at', models.F('changed_at')), _negated=True), fields=['kind'], name='pass_to_notify'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('ticket', 'version', 'kind'), name='pass_of_a_version_is_one'),
                    models.CheckConstraint(condition=models.Q(('kind__in', ['apple', 'google'])), name='pass_kind_is_known'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PassRegistration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('device', models.CharField(max_length=100)),
                ('push_token', models.CharField(max_length=200)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('wallet_pass', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='registrations', to='wallets.walletpass')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [
                    models.Index(fields=['device'], name='registration_by_device'),
                    models.Index(fields=['push_token'], name='registration_by_token'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('wallet_pass', 'device'), name='device_registers_a_pass_once'),
                ],
            },
        ),
    ]
