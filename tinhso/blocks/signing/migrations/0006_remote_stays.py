"""A key stays whose it is, and what was let and spent never comes back: the database refuses."""

from django.db import migrations

SEAL = """
CREATE FUNCTION signing_credential_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.public_key <> OLD.public_key OR NEW.person_id <> OLD.person_id
        OR NEW.unit_id IS DISTINCT FROM OLD.unit_id OR NEW.ref <> OLD.ref OR NEW.otp_step < OLD.otp_step
        OR (OLD.status = 'disabled' AND NEW.status <> 'disabled') THEN
        RAISE EXCEPTION 'a signing key stays whose it is' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_credential_guard BEFORE UPDATE OR DELETE ON signing_credential
    FOR EACH ROW EXECUTE FUNCTION signing_credential_guard();

CREATE FUNCTION signing_authorisation_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW."left" >= OLD."left" OR NEW.asked <> OLD.asked OR NEW.digest <> OLD.digest
        OR NEW.credential_id <> OLD.credential_id OR NEW.expires_at <> OLD.expires_at
        OR NOT NEW.hashes <@ OLD.hashes THEN
        RAISE EXCEPTION 'a permission is only spent' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_authorisation_guard BEFORE UPDATE OR DELETE ON signing_authorisation
    FOR EACH ROW EXECUTE FUNCTION signing_authorisation_guard();

CREATE FUNCTION signing_access_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at THEN
        RAISE EXCEPTION 'what has ended stays ended' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_access_guard BEFORE UPDATE ON signing_access
    FOR EACH ROW EXECUTE FUNCTION signing_access_guard();

CREATE FUNCTION signing_phone_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'waiting' OR NEW.sha256 <> OLD.sha256 OR NEW.asked_by <> OLD.asked_by THEN
        RAISE EXCEPTION 'what was answered on a phone stays' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_phone_guard BEFORE UPDATE OR DELETE ON signing_phonesignature
    FOR EACH ROW EXECUTE FUNCTION signing_phone_guard();
"""
UNDO = """
DROP TRIGGER signing_phone_guard ON signing_phonesignature; DROP FUNCTION signing_phone_guard();
DROP TRIGGER signing_access_guard ON signing_access; DROP FUNCTION signing_access_guard();
DROP TRIGGER signing_authorisation_guard ON signing_authorisation; DROP FUNCTION signing_authorisation_guard();
DROP TRIGGER signing_credential_guard ON signing_credential; DROP FUNCTION signing_credential_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("signing", "0005_remote_signing")]
    operations = [migrations.RunSQL(SEAL, UNDO)]
