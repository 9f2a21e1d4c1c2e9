"""What was begun on another device ends once, and never becomes somebody else's or another document's."""

from django.db import migrations

GUARD = """
CREATE FUNCTION signing_pending_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR (OLD.asked <> '' AND NEW.asked <> OLD.asked)
        OR (NEW.ref, NEW.request_id, NEW.turn_id, NEW."by", NEW.way, NEW.certificate, NEW.seen, NEW.level, NEW.digest,
            NEW.start, NEW."end", NEW.at, NEW.until)
        IS DISTINCT FROM (OLD.ref, OLD.request_id, OLD.turn_id, OLD."by", OLD.way, OLD.certificate, OLD.seen, OLD.level,
            OLD.digest, OLD.start, OLD."end", OLD.at, OLD.until)
        OR (NEW.ended_at IS NULL AND (NEW.content, NEW.data) IS DISTINCT FROM (OLD.content, OLD.data)) THEN
        RAISE EXCEPTION 'what was begun on another device stays as it was'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_pending_guard BEFORE UPDATE OR DELETE ON signing_pendingsignature
    FOR EACH ROW EXECUTE FUNCTION signing_pending_guard();
"""
UNDO = "DROP TRIGGER signing_pending_guard ON signing_pendingsignature; DROP FUNCTION signing_pending_guard();"


class Migration(migrations.Migration):
    dependencies = [("signing", "0007_pending_signatures")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
