"""To archive a plan is not to change it: the database lets its time be written, and nothing else."""

from django.db import migrations

ARCHIVED = """
DROP TRIGGER plan_never_changes ON venues_seatingplan;
CREATE TRIGGER plan_never_changes BEFORE UPDATE ON venues_seatingplan
    FOR EACH ROW
    WHEN (to_jsonb(OLD) - 'archived_at' IS DISTINCT FROM to_jsonb(NEW) - 'archived_at')
    EXECUTE FUNCTION venues_plan_never_changes();
"""

ARCHIVED_REVERSE = """
DROP TRIGGER plan_never_changes ON venues_seatingplan;
CREATE TRIGGER plan_never_changes BEFORE UPDATE ON venues_seatingplan
    FOR EACH ROW EXECUTE FUNCTION venues_plan_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("venues", "0003_archiving")]

    operations = [migrations.RunSQL(ARCHIVED, ARCHIVED_REVERSE)]
