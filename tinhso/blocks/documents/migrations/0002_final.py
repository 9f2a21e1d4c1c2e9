"""What was issued stays as it was: the database refuses other bytes, another number, another content."""

from django.db import migrations

SEAL = """
CREATE FUNCTION documents_file_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the bytes of an issued document never change' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER documents_file_guard BEFORE UPDATE OR DELETE ON documents_issuedfile
    FOR EACH ROW EXECUTE FUNCTION documents_file_guard();

CREATE FUNCTION documents_issued_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL
       AND (to_jsonb(NEW) - '{withdrawn_at,withdrawn_by,withdrawn_why}'::text[])
         = (to_jsonb(OLD) - '{withdrawn_at,withdrawn_by,withdrawn_why}'::text[]) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an issued document never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER documents_issued_guard BEFORE UPDATE OR DELETE ON documents_issued
    FOR EACH ROW EXECUTE FUNCTION documents_issued_guard();
"""
UNDO = """
DROP TRIGGER documents_issued_guard ON documents_issued; DROP FUNCTION documents_issued_guard();
DROP TRIGGER documents_file_guard ON documents_issuedfile; DROP FUNCTION documents_file_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [migrations.RunSQL(SEAL, UNDO)]
