from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("endpoint", "endpoint_listens_for_something"),
        migrations.RemoveConstraint("endpoint", "previous_secret_has_its_end"),
        migrations.RemoveConstraint("idempotencyrecord", "claim_headers_have_a_limit"),
        migrations.RemoveConstraint("idempotencyrecord", "claim_body_has_a_limit"),
        migrations.RemoveIndex("idempotencyrecord", "claim_by_age"),
        migrations.RemoveIndex("delivery", "delivery_by_due"),
        migrations.RenameField("endpoint", "rests_until", "paused_until"),
        migrations.RenameField("endpoint", "disabled_because", "disabled_reason"),
        migrations.RenameField("delivery", "due_at", "next_attempt_at"),
        migrations.RenameField("delivery", "tried_at", "last_attempt_at"),
        migrations.RenameField("delivery", "answer", "response_status"),
        migrations.RenameField("delivery", "words", "response_summary"),
    ]
