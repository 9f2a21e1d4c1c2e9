"""What the database refuses of requests: states out of order, turns out of order, history and signed bytes rewritten."""

from django.db import migrations

GUARD = """
CREATE FUNCTION signing_may_follow(was text, next text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT (was, next) IN (
        ('draft', 'signing'), ('draft', 'cancelled'),
        ('signing', 'returned'), ('signing', 'signed'), ('signing', 'issued'),
        ('returned', 'signing'), ('returned', 'cancelled'),
        ('signed', 'returned'), ('signed', 'numbered'), ('signed', 'issued'),
        ('numbered', 'issued'))
$$;

CREATE FUNCTION signing_request_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last text; before text; sealed record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' OR NEW.version <> 1 THEN
            RAISE EXCEPTION 'a request begins as a draft' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state IN ('issued', 'cancelled') THEN
        RAISE EXCEPTION 'what was issued or given up stays as it is'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signing_issued_stays';
    END IF;
    IF NEW.state <> OLD.state AND NOT signing_may_follow(OLD.state, NEW.state) THEN
        RAISE EXCEPTION 'state % may not follow %', NEW.state, OLD.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signing_legal_transition';
    END IF;
    IF (NEW.ref, NEW.key, NEW.about, NEW.unit_id, NEW.kind, NEW.notation, NEW.numbering, NEW.needs_seal, NEW.created_at,
        NEW.created_by, NEW.origin)
       IS DISTINCT FROM
       (OLD.ref, OLD.key, OLD.about, OLD.unit_id, OLD.kind, OLD.notation, OLD.numbering, OLD.needs_seal, OLD.created_at,
        OLD.created_by, OLD.origin)
       OR (OLD.number IS NOT NULL AND (NEW.number, NEW.year, NEW.day, NEW.number_text)
                       IS DISTINCT FROM (OLD.number, OLD.year, OLD.day, OLD.number_text))
       OR (OLD.sent_at IS NOT NULL AND NEW.sent_at IS DISTINCT FROM OLD.sent_at)
       OR (NEW.version <> OLD.version AND (NEW.version <> OLD.version + 1 OR OLD.state NOT IN ('draft', 'returned')))
       OR (NEW.title <> OLD.title AND OLD.state NOT IN ('draft', 'returned')) THEN
        RAISE EXCEPTION 'what was asked for, its number and its versions stay as they were'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signing_asked_stays';
    END IF;
    IF NEW.state = 'signing' AND NEW.place > 1 AND NEW.place <> OLD.place AND NOT EXISTS (
        SELECT 1 FROM signing_turn WHERE request_id = NEW.id AND version = NEW.version AND place = NEW.place - 1
            AND signed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'nobody signs before their turn' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state <> OLD.state AND OLD.state = 'signing' AND NEW.state IN ('signed', 'issued') AND (
        NOT EXISTS (SELECT 1 FROM signing_turn WHERE request_id = NEW.id AND version = NEW.version)
        OR EXISTS (SELECT 1 FROM signing_turn
                   WHERE request_id = NEW.id AND version = NEW.version AND signed_at IS NULL)) THEN
        RAISE EXCEPTION 'not everybody has signed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.seal_id IS NOT NULL THEN
        SELECT one.result_sha256 INTO last FROM signing_turn turn JOIN signing_signature one ON one.id = turn.signature_id
            WHERE turn.request_id = NEW.id AND turn.version = NEW.version ORDER BY turn.place DESC LIMIT 1;
        SELECT kind, signed_sha256 INTO sealed FROM signing_signature WHERE id = NEW.seal_id;
        IF sealed.kind <> 'seal' OR sealed.signed_sha256 IS DISTINCT FROM last THEN
            RAISE EXCEPTION 'a seal closes what everybody has signed'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_request_guard BEFORE INSERT OR UPDATE ON signing_request
    FOR EACH ROW EXECUTE FUNCTION signing_request_guard();

CREATE FUNCTION signing_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sha256 <> encode(sha256(NEW.content), 'hex') THEN
        RAISE EXCEPTION 'the hash is not that of the bytes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.number <> 1 + (SELECT count(*) FROM signing_version WHERE request_id = NEW.request_id)
       OR (SELECT state FROM signing_request WHERE id = NEW.request_id) NOT IN ('draft', 'returned') THEN
        RAISE EXCEPTION 'a version follows the one before it, while nobody signs'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_version_guard BEFORE INSERT ON signing_version
    FOR EACH ROW EXECUTE FUNCTION signing_version_guard();

CREATE FUNCTION signing_turn_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked record; before text; found record;
BEGIN
    SELECT state, version, place INTO asked FROM signing_request WHERE id = NEW.request_id;
    IF TG_OP = 'INSERT' THEN
        IF asked.state NOT IN ('draft', 'returned') OR NEW.signed_at IS NOT NULL OR NEW.refused_at IS NOT NULL THEN
            RAISE EXCEPTION 'turns are given before anybody signs' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.signed_at IS NOT NULL OR OLD.refused_at IS NOT NULL
       OR (NEW.request_id, NEW.version, NEW.place, NEW.holder, NEW.holder_name, NEW.office)
          IS DISTINCT FROM (OLD.request_id, OLD.version, OLD.place, OLD.holder, OLD.holder_name, OLD.office) THEN
        RAISE EXCEPTION 'a turn that was taken stays as it was' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.signed_at IS NULL AND NEW.refused_at IS NULL THEN
        RETURN NEW;
    END IF;
    IF asked.state <> 'signing' OR asked.version <> NEW.version OR asked.place <> NEW.place THEN
        RAISE EXCEPTION 'nobody signs before their turn' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.signed_at IS NOT NULL THEN
        SELECT one.result_sha256 INTO before FROM signing_turn turn
            JOIN signing_signature one ON one.id = turn.signature_id
            WHERE turn.request_id = NEW.request_id AND turn.version = NEW.version AND turn.place = NEW.place - 1;
        IF NEW.place = 1 THEN
            SELECT sha256 INTO before FROM signing_version
                WHERE request_id = NEW.request_id AND number = NEW.version;
        END IF;
        SELECT kind, signed_sha256 INTO found FROM signing_signature WHERE id = NEW.signature_id;
        IF found.kind <> 'person' OR found.signed_sha256 IS DISTINCT FROM before THEN
            RAISE EXCEPTION 'that is no signature of these bytes' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_turn_guard BEFORE INSERT OR UPDATE ON signing_turn
    FOR EACH ROW EXECUTE FUNCTION signing_turn_guard();

CREATE TRIGGER signing_version_stays BEFORE UPDATE OR DELETE ON signing_version
    FOR EACH ROW EXECUTE FUNCTION signing_guard();
CREATE TRIGGER signing_entry_stays BEFORE UPDATE OR DELETE ON signing_entry
    FOR EACH ROW EXECUTE FUNCTION signing_guard();
CREATE TRIGGER signing_turn_stays BEFORE DELETE ON signing_turn
    FOR EACH ROW EXECUTE FUNCTION signing_guard();
CREATE TRIGGER signing_request_stays BEFORE DELETE ON signing_request
    FOR EACH ROW EXECUTE FUNCTION signing_guard();
"""
UNDO = """
DROP TRIGGER signing_request_stays ON signing_request; DROP TRIGGER signing_turn_stays ON signing_turn;
DROP TRIGGER signing_entry_stays ON signing_entry; DROP TRIGGER signing_version_stays ON signing_version;
DROP TRIGGER signing_turn_guard ON signing_turn; DROP FUNCTION signing_turn_guard();
DROP TRIGGER signing_version_guard ON signing_version; DROP FUNCTION signing_version_guard();
DROP TRIGGER signing_request_guard ON signing_request; DROP FUNCTION signing_request_guard();
DROP FUNCTION signing_may_follow(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("signing", "0003_requests")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
