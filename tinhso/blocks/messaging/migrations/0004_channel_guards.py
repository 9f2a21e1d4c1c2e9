"""What the database itself refuses: another content of a message that came, and a conversation that goes on after its end."""

from django.db import migrations

GUARD = """
CREATE FUNCTION messaging_incoming_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.channel, NEW.message_id, NEW.correspondent_id, NEW.kind, NEW.text, NEW.choice, NEW.longitude, NEW.latitude,
        NEW.sent_at, NEW.came_at)
       IS DISTINCT FROM
       (OLD.channel, OLD.message_id, OLD.correspondent_id, OLD.kind, OLD.text, OLD.choice, OLD.longitude, OLD.latitude,
        OLD.sent_at, OLD.came_at) THEN
        RAISE EXCEPTION 'what somebody wrote never changes'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'messaging_incoming_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER messaging_incoming_stays BEFORE UPDATE ON messaging_incoming
    FOR EACH ROW EXECUTE FUNCTION messaging_incoming_guard();

CREATE FUNCTION messaging_conversation_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('open', 'handing') OR (NEW.correspondent_id, NEW.number, NEW.started_at)
       IS DISTINCT FROM (OLD.correspondent_id, OLD.number, OLD.started_at) THEN
        RAISE EXCEPTION 'a conversation that has ended stays as it ended'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'messaging_conversation_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER messaging_conversation_stays BEFORE UPDATE ON messaging_conversation
    FOR EACH ROW EXECUTE FUNCTION messaging_conversation_guard();

CREATE FUNCTION messaging_outgoing_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('sent', 'skipped')
       OR (NEW.correspondent_id, NEW.number, NEW.key, NEW.text, NEW.choices, NEW.subject, NEW.written_by, NEW.made_at)
          IS DISTINCT FROM
          (OLD.correspondent_id, OLD.number, OLD.key, OLD.text, OLD.choices, OLD.subject, OLD.written_by, OLD.made_at) THEN
        RAISE EXCEPTION 'a reply keeps its content, and once sent or skipped it never changes'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'messaging_outgoing_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER messaging_outgoing_stays BEFORE UPDATE ON messaging_outgoing
    FOR EACH ROW EXECUTE FUNCTION messaging_outgoing_guard();
"""
BACK = """
DROP TRIGGER messaging_outgoing_stays ON messaging_outgoing;
DROP FUNCTION messaging_outgoing_guard();
DROP TRIGGER messaging_conversation_stays ON messaging_conversation;
DROP FUNCTION messaging_conversation_guard();
DROP TRIGGER messaging_incoming_stays ON messaging_incoming;
DROP FUNCTION messaging_incoming_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0003_channels")]
    operations = [migrations.RunSQL(GUARD, BACK)]
