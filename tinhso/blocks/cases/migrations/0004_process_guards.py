"""What the database itself refuses: a published drawing changed or removed, a dossier put on another one."""

from django.db import migrations

GUARD = """
CREATE FUNCTION cases_process_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published drawing, and the dossier that a dossier opened, stay as they are'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cases_process_stays';
END $$;
CREATE TRIGGER cases_processversion_stays BEFORE UPDATE OR DELETE ON cases_processversion
    FOR EACH ROW EXECUTE FUNCTION cases_process_stays();
CREATE TRIGGER cases_process_kept BEFORE DELETE ON cases_process
    FOR EACH ROW EXECUTE FUNCTION cases_process_stays();
CREATE TRIGGER cases_caselink_stays BEFORE UPDATE OR DELETE ON cases_caselink
    FOR EACH ROW EXECUTE FUNCTION cases_process_stays();
CREATE TRIGGER cases_caseprocess_kept BEFORE DELETE ON cases_caseprocess
    FOR EACH ROW EXECUTE FUNCTION cases_process_stays();
CREATE TRIGGER cases_caseprocess_version BEFORE UPDATE ON cases_caseprocess
    FOR EACH ROW WHEN (OLD.version_id <> NEW.version_id) EXECUTE FUNCTION cases_process_stays();
"""
BACK = """
DROP TRIGGER cases_caseprocess_version ON cases_caseprocess;
DROP TRIGGER cases_caseprocess_kept ON cases_caseprocess;
DROP TRIGGER cases_caselink_stays ON cases_caselink;
DROP TRIGGER cases_process_kept ON cases_process;
DROP TRIGGER cases_processversion_stays ON cases_processversion;
DROP FUNCTION cases_process_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_processes")]
    operations = [migrations.RunSQL(GUARD, BACK)]
