"""Room for in-page updates in the hottest table, and a log that the database keeps append-only."""

from django.db import migrations

FILL_FACTOR = """
ALTER TABLE bookings_place SET (
    fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05
)
"""

APPEND_ONLY = """
CREATE FUNCTION bookings_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The transaction log is append-only.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE ON bookings_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION bookings_ledger_is_append_only();
"""

APPEND_ONLY_REVERSE = """
DROP TRIGGER ledger_is_append_only ON bookings_ledgerentry;
DROP FUNCTION bookings_ledger_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0001_initial")]

    operations = [
        migrations.RunSQL(FILL_FACTOR, "ALTER TABLE bookings_place RESET (fillfactor)"),
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_REVERSE),
    ]
