"""What happened stays as written; closed directives stay closed; tasks never wait for each other in a circle."""

from django.db import migrations

GUARD = """
CREATE FUNCTION programme_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what happened to a task or a directive stays as it was written'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'programme_entry_stays';
END $$;
CREATE TRIGGER programme_entry_stays BEFORE UPDATE OR DELETE ON programme_entry
    FOR EACH ROW EXECUTE FUNCTION programme_stays();

CREATE FUNCTION programme_directive_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL OR
       (NEW.ref, NEW.title, NEW.words, NEW.origin_unit_id, NEW.giver, NEW.given_at, NEW.first_due_on, NEW.about_kind,
        NEW.about_ref, NEW.about_label, NEW.about_href, NEW.about_unit, NEW.indicator, NEW.period) IS DISTINCT FROM
       (OLD.ref, OLD.title, OLD.words, OLD.origin_unit_id, OLD.giver, OLD.given_at, OLD.first_due_on, OLD.about_kind,
        OLD.about_ref, OLD.about_label, OLD.about_href, OLD.about_unit, OLD.indicator, OLD.period) THEN
        RAISE EXCEPTION 'what was told stays as it was told; a closed directive stays closed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'programme_directive_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programme_directive_guard BEFORE UPDATE OR DELETE ON programme_directive
    FOR EACH ROW EXECUTE FUNCTION programme_directive_guard();

CREATE FUNCTION programme_task_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('done', 'dropped') OR
       (OLD.state = 'accepted' AND NEW.state NOT IN ('accepted', 'done')) OR
       (NEW.ref, NEW.title, NEW.origin_unit_id, NEW.giver, NEW.given_at, NEW.first_due_on) IS DISTINCT FROM
       (OLD.ref, OLD.title, OLD.origin_unit_id, OLD.giver, OLD.given_at, OLD.first_due_on) THEN
        RAISE EXCEPTION 'what was given stays as it was given; a task that ended stays ended'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'programme_task_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programme_task_guard BEFORE UPDATE OR DELETE ON programme_task
    FOR EACH ROW EXECUTE FUNCTION programme_task_guard();

CREATE FUNCTION programme_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.known_to IS NOT NULL OR NEW.known_to IS NULL OR
       to_jsonb(NEW) - 'known_to' IS DISTINCT FROM to_jsonb(OLD) - 'known_to' THEN
        RAISE EXCEPTION 'what was known stays; a version ends once'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'programme_version_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programme_goal_guard BEFORE UPDATE OR DELETE ON programme_goal
    FOR EACH ROW EXECUTE FUNCTION programme_version_guard();
CREATE TRIGGER programme_score_guard BEFORE UPDATE OR DELETE ON programme_score
    FOR EACH ROW EXECUTE FUNCTION programme_version_guard();

CREATE FUNCTION programme_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('programme:dependencies', 0));
    IF EXISTS (
        WITH RECURSIVE behind(id) AS (
            SELECT NEW.on_id
            UNION
            SELECT d.on_id FROM programme_dependency d JOIN behind ON d.task_id = behind.id
        ) SELECT 1 FROM behind WHERE id = NEW.task_id
    ) THEN
        RAISE EXCEPTION 'tasks would wait for each other'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'programme_no_circle';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER programme_no_circle BEFORE INSERT OR UPDATE ON programme_dependency
    FOR EACH ROW EXECUTE FUNCTION programme_no_circle();
"""


class Migration(migrations.Migration):

    dependencies = [("programme", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
