"""What was published, and what was sent, stays as it was: later eyes must read what people answered to."""

from django.db import migrations

SEAL = """
CREATE FUNCTION surveys_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was published or sent never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER surveys_version_guard BEFORE UPDATE OR DELETE ON surveys_version
    FOR EACH ROW EXECUTE FUNCTION surveys_guard();
CREATE TRIGGER surveys_filledin_guard BEFORE UPDATE OR DELETE ON surveys_filledin
    FOR EACH ROW EXECUTE FUNCTION surveys_guard();
CREATE TRIGGER surveys_filledinfile_guard BEFORE UPDATE OR DELETE ON surveys_filledinfile
    FOR EACH ROW EXECUTE FUNCTION surveys_guard();
"""
UNDO = """
DROP TRIGGER surveys_filledinfile_guard ON surveys_filledinfile;
DROP TRIGGER surveys_filledin_guard ON surveys_filledin;
DROP TRIGGER surveys_version_guard ON surveys_version;
DROP FUNCTION surveys_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]
    operations = [migrations.RunSQL(SEAL, UNDO)]
