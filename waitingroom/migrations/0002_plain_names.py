from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("waitingroom", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("waitingroom", "room_lets_somebody_in"),
        migrations.RemoveConstraint("waitingroom", "room_is_paced_by_shares"),
        migrations.RenameField("waitingroom", "admitted_at", "processed_at"),
        migrations.RenameField("waitingroom", "pace", "capacity_share"),
        migrations.RenameField("waitingroom", "show_rate", "show_up_rate"),
        migrations.RenameField("waitingroom", "stay", "average_visit"),
        migrations.RenameField("waitingroom", "turn", "virtual_time"),
        migrations.RenameField("lane", "drawn", "draw_size"),
        migrations.RenameField("lane", "late_from", "draw_cutoff"),
        migrations.RenameField("lane", "turn_ended", "virtual_finish"),
        migrations.RenameField("pass", "given_back", "ended_early"),
        migrations.RemoveConstraint("call", "position_is_called_once"),
        migrations.RemoveIndex("call", "call_by_time"),
        migrations.RenameModel("Call", "AdmissionBatch"),
        migrations.RenameField("admissionbatch", "upto", "up_to"),
        migrations.RenameField("admissionbatch", "came", "arrived"),
        migrations.RenameField("admissionbatch", "called_at", "admitted_at"),
    ]
