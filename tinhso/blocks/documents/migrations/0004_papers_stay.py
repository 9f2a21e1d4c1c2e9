"""Files, papers, uses, register lines and what can be verified stay as they were written: the database refuses."""

from django.db import migrations

SEAL = """
CREATE FUNCTION documents_stored_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('tinhso.retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a stored file never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER documents_stored_guard BEFORE UPDATE OR DELETE ON documents_storedfile
    FOR EACH ROW EXECUTE FUNCTION documents_stored_guard();

CREATE FUNCTION documents_paper_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL
       AND (to_jsonb(NEW) - '{withdrawn_at,withdrawn_by,withdrawn_why}'::text[])
         = (to_jsonb(OLD) - '{withdrawn_at,withdrawn_by,withdrawn_why}'::text[]) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a paper never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER documents_paper_guard BEFORE UPDATE OR DELETE ON documents_paper
    FOR EACH ROW EXECUTE FUNCTION documents_paper_guard();

CREATE FUNCTION documents_line_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a line of % never changes', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER documents_use_guard BEFORE UPDATE OR DELETE ON documents_paperuse
    FOR EACH ROW EXECUTE FUNCTION documents_line_guard();
CREATE TRIGGER documents_part_guard BEFORE UPDATE OR DELETE ON documents_digitisedpart
    FOR EACH ROW EXECUTE FUNCTION documents_line_guard();
CREATE TRIGGER documents_certification_guard BEFORE UPDATE OR DELETE ON documents_certification
    FOR EACH ROW EXECUTE FUNCTION documents_line_guard();
CREATE TRIGGER documents_copy_guard BEFORE UPDATE OR DELETE ON documents_certifiedcopy
    FOR EACH ROW EXECUTE FUNCTION documents_line_guard();

CREATE FUNCTION documents_verification_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND (OLD.sha256 = '' OR NEW.sha256 = OLD.sha256)
       AND (OLD.withdrawn_at IS NULL OR NEW.withdrawn_at = OLD.withdrawn_at)
       AND (to_jsonb(NEW) - '{sha256,withdrawn_at}'::text[]) = (to_jsonb(OLD) - '{sha256,withdrawn_at}'::text[]) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what can be verified never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER documents_verification_guard BEFORE UPDATE OR DELETE ON documents_verification
    FOR EACH ROW EXECUTE FUNCTION documents_verification_guard();
"""
UNDO = """
DROP TRIGGER documents_verification_guard ON documents_verification; DROP FUNCTION documents_verification_guard();
DROP TRIGGER documents_copy_guard ON documents_certifiedcopy;
DROP TRIGGER documents_certification_guard ON documents_certification;
DROP TRIGGER documents_part_guard ON documents_digitisedpart;
DROP TRIGGER documents_use_guard ON documents_paperuse; DROP FUNCTION documents_line_guard();
DROP TRIGGER documents_paper_guard ON documents_paper; DROP FUNCTION documents_paper_guard();
DROP TRIGGER documents_stored_guard ON documents_storedfile; DROP FUNCTION documents_stored_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_papers")]
    operations = [migrations.RunSQL(SEAL, UNDO)]
