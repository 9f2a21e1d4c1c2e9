"""What was signed stays as it was written: the database refuses."""

from django.db import migrations

SEAL = """
CREATE FUNCTION signing_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a line of % never changes', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER signing_document_guard BEFORE UPDATE OR DELETE ON signing_signeddocument
    FOR EACH ROW EXECUTE FUNCTION signing_guard();
CREATE TRIGGER signing_signature_guard BEFORE UPDATE OR DELETE ON signing_signature
    FOR EACH ROW EXECUTE FUNCTION signing_guard();

CREATE FUNCTION signing_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text; last integer;
BEGIN
    SELECT result_sha256, place INTO before, last FROM signing_signature
        WHERE document_id = NEW.document_id ORDER BY place DESC LIMIT 1;
    IF last IS NULL THEN
        SELECT sha256, 0 INTO before, last FROM signing_signeddocument WHERE id = NEW.document_id;
    END IF;
    IF NEW.place <> last + 1 OR NEW.signed_sha256 <> before THEN
        RAISE EXCEPTION 'a signature follows the one before it' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.result_sha256 <> encode(sha256(NEW.result), 'hex') THEN
        RAISE EXCEPTION 'the hash is not that of the bytes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_signature_follows BEFORE INSERT ON signing_signature
    FOR EACH ROW EXECUTE FUNCTION signing_follows();
"""
UNDO = """
DROP TRIGGER signing_signature_follows ON signing_signature; DROP FUNCTION signing_follows();
DROP TRIGGER signing_signature_guard ON signing_signature;
DROP TRIGGER signing_document_guard ON signing_signeddocument; DROP FUNCTION signing_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("signing", "0001_initial")]
    operations = [migrations.RunSQL(SEAL, UNDO)]
