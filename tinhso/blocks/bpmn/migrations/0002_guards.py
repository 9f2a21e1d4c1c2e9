"""What the database itself refuses: a published drawing changed or removed."""

from django.db import migrations

GUARD = """
CREATE FUNCTION bpmn_process_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published drawing stays as it is'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'bpmn_process_stays';
END $$;
CREATE TRIGGER bpmn_processversion_stays BEFORE UPDATE OR DELETE ON bpmn_processversion
    FOR EACH ROW EXECUTE FUNCTION bpmn_process_stays();
CREATE TRIGGER bpmn_process_kept BEFORE DELETE ON bpmn_process
    FOR EACH ROW EXECUTE FUNCTION bpmn_process_stays();
"""
BACK = """
DROP TRIGGER bpmn_process_kept ON bpmn_process;
DROP TRIGGER bpmn_processversion_stays ON bpmn_processversion;
DROP FUNCTION bpmn_process_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("bpmn", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, BACK)]
