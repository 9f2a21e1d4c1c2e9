"""The database seals and guards the chain, so that no program, however written, can go round it.

Sealing waits for the commit (a deferred constraint trigger): the lock that orders the chain is then held for a moment
and after all row locks, so that two transactions never wait for each other in a circle.
"""

from django.db import migrations

CHAIN = """
CREATE TABLE audit_chain_head (one boolean PRIMARY KEY DEFAULT true CHECK (one), position bigint NOT NULL, hash bytea);
INSERT INTO audit_chain_head (position, hash) VALUES (0, NULL);

CREATE FUNCTION audit_entry_hash(e audit_entry, previous bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(coalesce(previous, ''::bytea) || convert_to(jsonb_build_array(
        e.id, extract(epoch FROM e.at)::text, e.actor, e.actor_name, e.address, e.did, e.subject_kind, e.subject,
        e.before, e.after)::text, 'UTF8'))
$$;

CREATE FUNCTION audit_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head audit_chain_head;
        entry audit_entry;
BEGIN
    SELECT * INTO head FROM audit_chain_head FOR UPDATE;
    SELECT * INTO entry FROM audit_entry WHERE id = NEW.id;
    head.position := head.position + 1;
    UPDATE audit_entry SET position = head.position, previous_hash = head.hash,
                           hash = audit_entry_hash(entry, head.hash)
        WHERE id = NEW.id RETURNING hash INTO head.hash;
    UPDATE audit_chain_head SET position = head.position, hash = head.hash;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_seal AFTER INSERT ON audit_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_seal();

CREATE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.hash IS NULL
       AND to_jsonb(NEW) - '{position,previous_hash,hash}'::text[] = to_jsonb(OLD) - '{position,previous_hash,hash}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_guard();
CREATE TRIGGER audit_guard_all BEFORE TRUNCATE ON audit_entry EXECUTE FUNCTION audit_guard();
"""
UNDO = """
DROP TRIGGER audit_guard_all ON audit_entry; DROP TRIGGER audit_guard ON audit_entry; DROP TRIGGER audit_seal ON audit_entry;
DROP FUNCTION audit_guard(); DROP FUNCTION audit_seal(); DROP FUNCTION audit_entry_hash(audit_entry, bytea); DROP TABLE audit_chain_head;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(CHAIN, UNDO)]
