"""What the database itself refuses: other statuses than may follow, a filed case or what was declared changed,
history, what was printed and the drawing that is followed touched. It also keeps the units that have to do with a
case in one column.

A case begins as newly filed, except one that is illustrative or comes from another system with its history.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION cases_may_follow(was smallint, next smallint) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT (was, next) IN (
        (1, 2), (1, 3), (1, 5), (1, 6), (1, 7),
        (2, 4), (2, 5), (2, 6), (2, 7), (2, 8),
        (4, 5), (4, 6), (4, 7), (4, 8), (4, 9),
        (5, 1), (5, 2), (5, 3), (5, 4), (5, 7), (5, 8),
        (6, 1), (6, 2), (6, 4), (6, 7), (6, 8),
        (9, 10))
$$;

CREATE FUNCTION cases_case_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 1 AND NEW.origin = 'here' THEN
            RAISE EXCEPTION 'a dossier begins as newly filed' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.status <> OLD.status AND NOT cases_may_follow(OLD.status, NEW.status) THEN
        RAISE EXCEPTION 'status % may not follow %', NEW.status, OLD.status
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cases_legal_transition';
    END IF;
    IF (NEW.code, NEW.origin, NEW.provider, NEW.procedure, NEW.version, NEW.option, NEW.channel, NEW.submitted_at,
        NEW.receiving_unit_id, NEW.origin_unit_id)
       IS DISTINCT FROM
       (OLD.code, OLD.origin, OLD.provider, OLD.procedure, OLD.version, OLD.option, OLD.channel, OLD.submitted_at,
        OLD.receiving_unit_id, OLD.origin_unit_id)
       OR (OLD.received_at IS NOT NULL AND NEW.received_at IS DISTINCT FROM OLD.received_at)
       OR (OLD.first_due_at IS NOT NULL AND NEW.first_due_at IS DISTINCT FROM OLD.first_due_at)
       OR (OLD.finished_at IS NOT NULL AND NEW.finished_at IS DISTINCT FROM OLD.finished_at)
       OR (OLD.returned_at IS NOT NULL AND NEW.returned_at IS DISTINCT FROM OLD.returned_at)
       OR (OLD.finished_at IS NOT NULL AND NEW.due_at IS DISTINCT FROM OLD.due_at) THEN
        RAISE EXCEPTION 'what was filed, received and promised stays as it was'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cases_filed_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_case_guard BEFORE INSERT OR UPDATE ON cases_case
    FOR EACH ROW EXECUTE FUNCTION cases_case_guard();

CREATE FUNCTION cases_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a dossier and its history are never removed, and history never changes'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cases_history_stays';
END $$;
CREATE TRIGGER cases_case_stays BEFORE DELETE ON cases_case FOR EACH ROW EXECUTE FUNCTION cases_stays();
CREATE TRIGGER cases_entry_stays BEFORE UPDATE OR DELETE ON cases_entry
    FOR EACH ROW EXECUTE FUNCTION cases_stays();
CREATE TRIGGER cases_pause_stays BEFORE UPDATE OR DELETE ON cases_pause
    FOR EACH ROW WHEN (OLD.until IS NOT NULL) EXECUTE FUNCTION cases_stays();
CREATE TRIGGER cases_task_stays BEFORE UPDATE OR DELETE ON cases_task
    FOR EACH ROW WHEN (OLD.done_at IS NOT NULL) EXECUTE FUNCTION cases_stays();
CREATE TRIGGER cases_counter_stays BEFORE DELETE ON cases_counter FOR EACH ROW EXECUTE FUNCTION cases_stays();

CREATE FUNCTION cases_process_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the drawing that a dossier follows, and the dossier that a dossier opened, stay as they are'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cases_process_stays';
END $$;
CREATE TRIGGER cases_caselink_stays BEFORE UPDATE OR DELETE ON cases_caselink
    FOR EACH ROW EXECUTE FUNCTION cases_process_stays();
CREATE TRIGGER cases_caseprocess_kept BEFORE DELETE ON cases_caseprocess
    FOR EACH ROW EXECUTE FUNCTION cases_process_stays();
CREATE TRIGGER cases_caseprocess_version BEFORE UPDATE ON cases_caseprocess
    FOR EACH ROW WHEN (OLD.version_id <> NEW.version_id) EXECUTE FUNCTION cases_process_stays();

CREATE FUNCTION cases_declared_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was declared stays as it was handed in'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cases_declared_stays';
END $$;
CREATE TRIGGER cases_declared_stays BEFORE UPDATE ON cases_case FOR EACH ROW
    WHEN ((OLD.form, OLD.values, OLD.request) IS DISTINCT FROM (NEW.form, NEW.values, NEW.request))
    EXECUTE FUNCTION cases_declared_stays();

CREATE FUNCTION cases_slip_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was printed stays as it was'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cases_slip_stays';
END $$;
CREATE TRIGGER cases_slip_stays BEFORE UPDATE OR DELETE ON cases_slip
    FOR EACH ROW EXECUTE FUNCTION cases_slip_stays();
"""
BACK = """
DROP TRIGGER cases_slip_stays ON cases_slip;
DROP FUNCTION cases_slip_stays();
DROP TRIGGER cases_declared_stays ON cases_case;
DROP FUNCTION cases_declared_stays();
DROP TRIGGER cases_caseprocess_version ON cases_caseprocess;
DROP TRIGGER cases_caseprocess_kept ON cases_caseprocess;
DROP TRIGGER cases_caselink_stays ON cases_caselink;
DROP FUNCTION cases_process_stays();
DROP TRIGGER cases_counter_stays ON cases_counter;
DROP TRIGGER cases_task_stays ON cases_task;
DROP TRIGGER cases_pause_stays ON cases_pause;
DROP TRIGGER cases_entry_stays ON cases_entry;
DROP TRIGGER cases_case_stays ON cases_case;
DROP FUNCTION cases_stays();
DROP TRIGGER cases_case_guard ON cases_case;
DROP FUNCTION cases_case_guard();
DROP FUNCTION cases_may_follow(smallint, smallint);
"""
PLACES = """
CREATE FUNCTION cases_keep_places() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before bigint[] := CASE WHEN TG_OP = 'UPDATE' THEN OLD.places ELSE '{}' END;
BEGIN
    NEW.places := ARRAY(SELECT DISTINCT place FROM unnest(
        before || NEW.places || ARRAY[NEW.unit_id, NEW.receiving_unit_id, NEW.origin_unit_id]) place ORDER BY place);
    RETURN NEW;
END $$;
CREATE TRIGGER cases_keep_places BEFORE INSERT OR UPDATE OF unit_id, receiving_unit_id, origin_unit_id, places
    ON cases_case FOR EACH ROW EXECUTE FUNCTION cases_keep_places();

CREATE FUNCTION cases_asked_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cases_case SET places = ARRAY[NEW.unit_id]
    WHERE id = NEW.case_id AND NOT places @> ARRAY[NEW.unit_id];
    RETURN NULL;
END $$;
CREATE TRIGGER cases_asked_place AFTER INSERT OR UPDATE OF unit_id ON cases_task
    FOR EACH ROW EXECUTE FUNCTION cases_asked_place();
"""
PLACES_BACK = """
DROP TRIGGER cases_asked_place ON cases_task;
DROP FUNCTION cases_asked_place();
DROP TRIGGER cases_keep_places ON cases_case;
DROP FUNCTION cases_keep_places();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, BACK), migrations.RunSQL(PLACES, PLACES_BACK)]
