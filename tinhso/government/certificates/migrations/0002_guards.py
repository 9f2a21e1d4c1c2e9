"""What the database itself refuses: words of the register that are overwritten, steps out of order, files that change."""

from django.db import migrations

GUARD = """
CREATE FUNCTION certificates_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND upper_inf(OLD.known) AND NOT upper_inf(NEW.known) AND lower(NEW.known) = lower(OLD.known)
       AND to_jsonb(NEW) - 'known' = to_jsonb(OLD) - 'known' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what the register once said stays; it can only be known no longer'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'certificates_version_stays';
END $$;
CREATE TRIGGER certificates_version_stays BEFORE UPDATE OR DELETE ON certificates_version
    FOR EACH ROW EXECUTE FUNCTION certificates_version_stays();

CREATE FUNCTION certificates_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'this is kept as it is'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'certificates_stays';
END $$;
CREATE TRIGGER certificates_certificate_stays BEFORE DELETE ON certificates_certificate
    FOR EACH ROW EXECUTE FUNCTION certificates_stays();
CREATE TRIGGER certificates_certificate_same BEFORE UPDATE ON certificates_certificate
    FOR EACH ROW WHEN ((OLD.ref, OLD.issuer_key, OLD.serial) IS DISTINCT FROM (NEW.ref, NEW.issuer_key, NEW.serial))
    EXECUTE FUNCTION certificates_stays();
CREATE TRIGGER certificates_entry_stays BEFORE UPDATE OR DELETE ON certificates_entry
    FOR EACH ROW EXECUTE FUNCTION certificates_stays();
CREATE TRIGGER certificates_batch_stays BEFORE UPDATE OR DELETE ON certificates_batch
    FOR EACH ROW EXECUTE FUNCTION certificates_stays();
CREATE TRIGGER certificates_request_kept BEFORE DELETE ON certificates_request
    FOR EACH ROW EXECUTE FUNCTION certificates_stays();

CREATE FUNCTION certificates_may_follow(was text, next text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT (was, next) IN (
        ('draft', 'submitted'), ('draft', 'withdrawn'),
        ('submitted', 'approved'), ('submitted', 'draft'), ('submitted', 'refused'), ('submitted', 'withdrawn'),
        ('approved', 'accepted'), ('approved', 'draft'), ('approved', 'refused'),
        ('accepted', 'sent'), ('accepted', 'refused'),
        ('sent', 'answered'), ('sent', 'refused'),
        ('answered', 'handed'), ('answered', 'sent'), ('refused', 'sent'))
$$;
CREATE FUNCTION certificates_request_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.step <> 'draft' AND NOT NEW.is_demo THEN
            RAISE EXCEPTION 'a request begins as a draft'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'certificates_legal_step';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.step <> OLD.step AND (
        NOT certificates_may_follow(OLD.step, NEW.step)
        OR (OLD.step = 'refused' AND OLD.batch_id IS NULL)) THEN
        RAISE EXCEPTION 'step % may not follow %', NEW.step, OLD.step
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'certificates_legal_step';
    END IF;
    IF NEW.step = 'approved' AND OLD.step = 'submitted' AND NEW.submitted_by = '' THEN
        RAISE EXCEPTION 'nobody submitted this'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'certificates_legal_step';
    END IF;
    IF (NEW.ref, NEW.ask, NEW.certificate_id, NEW.made_at, NEW.made_by)
       IS DISTINCT FROM (OLD.ref, OLD.ask, OLD.certificate_id, OLD.made_at, OLD.made_by)
       OR (OLD.batch_id IS NOT NULL AND NEW.batch_id IS DISTINCT FROM OLD.batch_id)
       OR (OLD.step <> 'draft' AND NEW.values IS DISTINCT FROM OLD.values) THEN
        RAISE EXCEPTION 'what was asked stays once it was submitted'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'certificates_asked_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER certificates_request_guard BEFORE INSERT OR UPDATE ON certificates_request
    FOR EACH ROW EXECUTE FUNCTION certificates_request_guard();
"""
GUARD_BACK = """
DROP TRIGGER certificates_request_guard ON certificates_request;
DROP FUNCTION certificates_request_guard(); DROP FUNCTION certificates_may_follow(text, text);
DROP TRIGGER certificates_request_kept ON certificates_request;
DROP TRIGGER certificates_batch_stays ON certificates_batch;
DROP TRIGGER certificates_entry_stays ON certificates_entry;
DROP TRIGGER certificates_certificate_same ON certificates_certificate;
DROP TRIGGER certificates_certificate_stays ON certificates_certificate; DROP FUNCTION certificates_stays();
DROP TRIGGER certificates_version_stays ON certificates_version; DROP FUNCTION certificates_version_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, GUARD_BACK)]
