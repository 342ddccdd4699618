"""A plan that is on sale must stay what it was: the database refuses to change one."""

from django.db import migrations

UNCHANGING = """
CREATE FUNCTION venues_plan_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A seating plan is never changed; add a new version.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER plan_never_changes BEFORE UPDATE ON venues_seatingplan
    FOR EACH ROW EXECUTE FUNCTION venues_plan_never_changes();
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
    dependencies = [("venues", "0001_initial")]

    operations = [migrations.RunSQL(UNCHANGING, UNCHANGING_REVERSE)]
