"""Timestamps of archived files follow each other and stay: the database refuses."""

from django.db import migrations

SEAL = """
CREATE TRIGGER signing_stamp_guard BEFORE UPDATE OR DELETE ON signing_archivestamp
    FOR EACH ROW EXECUTE FUNCTION signing_guard();
CREATE FUNCTION signing_stamp_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text;
BEGIN
    IF NEW.place = 0 THEN
        SELECT result_sha256 INTO before FROM signing_signature WHERE id = NEW.signature_id;
    ELSE
        SELECT sha256 INTO before FROM signing_archivestamp
            WHERE signature_id = NEW.signature_id AND place = NEW.place - 1;
    END IF;
    IF before IS NULL OR NEW.before_sha256 <> before
        OR (NEW.place > 0 AND NEW.sha256 <> encode(sha256(NEW.content), 'hex')) THEN
        RAISE EXCEPTION 'a timestamp follows the version before it' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_stamp_follows BEFORE INSERT ON signing_archivestamp
    FOR EACH ROW EXECUTE FUNCTION signing_stamp_follows();
"""
UNDO = """
DROP TRIGGER signing_stamp_follows ON signing_archivestamp; DROP FUNCTION signing_stamp_follows();
DROP TRIGGER signing_stamp_guard ON signing_archivestamp;
"""


class Migration(migrations.Migration):
    dependencies = [("signing", "0011_archive_stamps")]
    operations = [migrations.RunSQL(SEAL, UNDO)]
