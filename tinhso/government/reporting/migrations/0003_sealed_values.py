"""What was handed in stays as it was: the database refuses new, changed or removed values of a sealed revision.

Statement triggers look at all touched rows at once, so that loading many rows stays cheap.
"""

from django.db import migrations

SEAL = """
CREATE FUNCTION reporting_row_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM touched JOIN reporting_revision r ON r.id = touched.revision_id WHERE r.sealed) THEN
        RAISE EXCEPTION 'values of a sealed revision never change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER reporting_row_added AFTER INSERT ON reporting_row
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION reporting_row_guard();
CREATE TRIGGER reporting_row_changed_from AFTER UPDATE ON reporting_row
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION reporting_row_guard();
CREATE TRIGGER reporting_row_changed_to AFTER UPDATE ON reporting_row
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION reporting_row_guard();
CREATE TRIGGER reporting_row_removed AFTER DELETE ON reporting_row
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION reporting_row_guard();

CREATE FUNCTION reporting_revision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a sealed revision never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER reporting_revision_guard BEFORE UPDATE OR DELETE ON reporting_revision
    FOR EACH ROW WHEN (OLD.sealed) EXECUTE FUNCTION reporting_revision_guard();
"""
UNDO = """
DROP TRIGGER reporting_revision_guard ON reporting_revision; DROP FUNCTION reporting_revision_guard();
DROP TRIGGER reporting_row_added ON reporting_row; DROP TRIGGER reporting_row_changed_from ON reporting_row;
DROP TRIGGER reporting_row_changed_to ON reporting_row; DROP TRIGGER reporting_row_removed ON reporting_row;
DROP FUNCTION reporting_row_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0002_uploads_and_delegates")]
    operations = [migrations.RunSQL(SEAL, UNDO)]
