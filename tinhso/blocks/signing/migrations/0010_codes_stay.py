"""Where a key's codes come from is settled when it is made; a code that ended stays ended: the database refuses."""

from django.db import migrations

SEAL = """
CREATE FUNCTION signing_codes_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.codes <> OLD.codes THEN
        RAISE EXCEPTION 'where codes come from stays' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_codes_guard BEFORE UPDATE ON signing_credential
    FOR EACH ROW EXECUTE FUNCTION signing_codes_guard();

CREATE FUNCTION signing_sentcode_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR NEW.digest <> OLD.digest OR NEW.tries < OLD.tries
        OR NEW.credential_id <> OLD.credential_id OR NEW.expires_at <> OLD.expires_at THEN
        RAISE EXCEPTION 'a code serves once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_sentcode_guard BEFORE UPDATE OR DELETE ON signing_sentcode
    FOR EACH ROW EXECUTE FUNCTION signing_sentcode_guard();
"""
UNDO = """
DROP TRIGGER signing_sentcode_guard ON signing_sentcode; DROP FUNCTION signing_sentcode_guard();
DROP TRIGGER signing_codes_guard ON signing_credential; DROP FUNCTION signing_codes_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("signing", "0009_sent_codes")]
    operations = [migrations.RunSQL(SEAL, UNDO)]
