"""The log can say that tickets were moved, and performances called off or rescheduled."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bookings', '0004_log_of_reissuing'),
    ]

    operations = [
        migrations.AlterField(
            model_name='entry',
            name='kind',
            field=models.CharField(choices=[('hold', 'held'), ('extend', 'extended'), ('release', 'released'), ('lapse', 'lapsed'), ('order', 'ordered'), ('sale', 'sold'), ('payment', 'payment'), ('refund', 'refund'), ('cancel', 'cancelled'), ('block', 'blocked'), ('unblock', 'unblocked'), ('open', 'put on sale'), ('check_in', 'checked in'), ('reissue', 'reissued'), ('move', 'moved'), ('cancel_performance', 'called off'), ('postpone', 'rescheduled'), ('note', 'note')], max_length=8, verbose_name='kind'),
        ),
    ]
