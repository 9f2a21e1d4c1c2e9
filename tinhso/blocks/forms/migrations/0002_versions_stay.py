"""A version of a form stays as it is: what was filed under it must be readable with it for ever."""

from django.db import migrations

SEAL = """
CREATE FUNCTION forms_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of a form never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER forms_version_guard BEFORE UPDATE OR DELETE ON forms_formversion
    FOR EACH ROW EXECUTE FUNCTION forms_version_guard();

CREATE FUNCTION forms_draft_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.ref, NEW.version_id, NEW.owner, NEW.secret_hash, NEW.about, NEW.opened_at)
       IS DISTINCT FROM (OLD.ref, OLD.version_id, OLD.owner, OLD.secret_hash, OLD.about, OLD.opened_at)
       OR NEW.revision < OLD.revision THEN
        RAISE EXCEPTION 'a draft keeps its owner, its version and its count'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER forms_draft_guard BEFORE UPDATE ON forms_draft
    FOR EACH ROW EXECUTE FUNCTION forms_draft_guard();
"""
UNDO = """
DROP TRIGGER forms_draft_guard ON forms_draft; DROP FUNCTION forms_draft_guard();
DROP TRIGGER forms_version_guard ON forms_formversion; DROP FUNCTION forms_version_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_initial")]
    operations = [migrations.RunSQL(SEAL, UNDO)]
