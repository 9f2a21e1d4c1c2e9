"""What the database itself refuses, and what it keeps: legal statuses, history, places, counts for maps, where things lie.

A report begins as unconfirmed or received, except an illustrative one, which comes with its history.
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION field_reports_may_follow(was smallint, next smallint) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT (was, next) IN (
        (0, 1), (0, 11),
        (1, 2), (1, 3), (1, 4), (1, 8), (1, 9), (1, 10),
        (2, 3), (2, 4), (2, 8), (2, 9), (2, 10),
        (3, 2), (3, 4), (3, 8), (3, 9), (3, 10),
        (4, 3), (4, 5), (4, 8), (4, 9), (4, 10),
        (5, 4), (5, 6), (6, 4), (6, 7), (7, 4), (8, 2),
        (9, 2), (9, 3), (9, 4), (9, 8), (9, 10),
        (10, 2))
$$;

CREATE FUNCTION field_reports_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status NOT IN (0, 1) AND NEW.origin = 'here' THEN
            RAISE EXCEPTION 'a report begins as unconfirmed or received'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'field_reports_legal_transition';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.status <> OLD.status AND NOT field_reports_may_follow(OLD.status, NEW.status) THEN
        RAISE EXCEPTION 'status % may not follow %', NEW.status, OLD.status
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'field_reports_legal_transition';
    END IF;
    IF NEW.status = 5 AND OLD.status <> 5 AND NEW.no_photo_why !~ '\\S' AND NOT EXISTS (
        SELECT FROM field_reports_attachment file WHERE file.report_id = NEW.id AND file.kind = 'after') THEN
        RAISE EXCEPTION 'a report is resolved with a photo, or with a reason for none'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'field_reports_photo_or_reason';
    END IF;
    IF (NEW.ref, NEW.request, NEW.origin, NEW.channel, NEW.text, NEW.sent_at, NEW.split_from_id)
       IS DISTINCT FROM
       (OLD.ref, OLD.request, OLD.origin, OLD.channel, OLD.text, OLD.sent_at, OLD.split_from_id)
       OR (OLD.received_at IS NOT NULL AND NEW.received_at IS DISTINCT FROM OLD.received_at)
       OR (OLD.first_due_at IS NOT NULL AND NEW.first_due_at IS DISTINCT FROM OLD.first_due_at) THEN
        RAISE EXCEPTION 'what was told, received and promised stays as it was'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'field_reports_told_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER field_reports_guard BEFORE INSERT OR UPDATE ON field_reports_report
    FOR EACH ROW EXECUTE FUNCTION field_reports_guard();

CREATE FUNCTION field_reports_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a report and its history are never removed, and history never changes'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'field_reports_history_stays';
END $$;
CREATE TRIGGER field_reports_report_stays BEFORE DELETE ON field_reports_report
    FOR EACH ROW WHEN (OLD.status <> 11) EXECUTE FUNCTION field_reports_stays();
CREATE FUNCTION field_reports_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM field_reports_report WHERE id = OLD.report_id AND status <> 11) THEN
        RETURN OLD;  -- of a report that nobody ever confirmed
    END IF;
    RAISE EXCEPTION 'history never changes'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'field_reports_history_stays';
END $$;
CREATE TRIGGER field_reports_entry_stays BEFORE UPDATE OR DELETE ON field_reports_entry
    FOR EACH ROW EXECUTE FUNCTION field_reports_entry_stays();
CREATE TRIGGER field_reports_handover_stays BEFORE UPDATE OR DELETE ON field_reports_handover
    FOR EACH ROW EXECUTE FUNCTION field_reports_stays();
CREATE TRIGGER field_reports_rating_stays BEFORE UPDATE OR DELETE ON field_reports_rating
    FOR EACH ROW EXECUTE FUNCTION field_reports_stays();
CREATE TRIGGER field_reports_picture_stays BEFORE UPDATE ON field_reports_picture
    FOR EACH ROW EXECUTE FUNCTION field_reports_stays();
CREATE FUNCTION field_reports_seal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a seal is not broken'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'field_reports_seal_stays';
END $$;
CREATE TRIGGER field_reports_seal_stays BEFORE UPDATE ON field_reports_reporter
    FOR EACH ROW WHEN (OLD.sealed AND NOT NEW.sealed) EXECUTE FUNCTION field_reports_seal_stays();
"""
GUARD_BACK = """
DROP TRIGGER field_reports_seal_stays ON field_reports_reporter; DROP FUNCTION field_reports_seal_stays();
DROP TRIGGER field_reports_picture_stays ON field_reports_picture;
DROP TRIGGER field_reports_rating_stays ON field_reports_rating;
DROP TRIGGER field_reports_handover_stays ON field_reports_handover;
DROP TRIGGER field_reports_entry_stays ON field_reports_entry; DROP FUNCTION field_reports_entry_stays();
DROP TRIGGER field_reports_report_stays ON field_reports_report; DROP FUNCTION field_reports_stays();
DROP TRIGGER field_reports_guard ON field_reports_report; DROP FUNCTION field_reports_guard();
DROP FUNCTION field_reports_may_follow(smallint, smallint);
"""
PLACES = """
CREATE FUNCTION field_reports_keep_places() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before bigint[] := CASE WHEN TG_OP = 'UPDATE' THEN OLD.places ELSE '{}' END;
BEGIN
    NEW.places := ARRAY(SELECT DISTINCT place FROM unnest(
        before || NEW.places || ARRAY[NEW.unit_id, NEW.origin_unit_id]) place ORDER BY place);
    RETURN NEW;
END $$;
CREATE TRIGGER field_reports_keep_places BEFORE INSERT OR UPDATE OF unit_id, origin_unit_id, places
    ON field_reports_report FOR EACH ROW EXECUTE FUNCTION field_reports_keep_places();
CREATE INDEX field_reports_lies ON field_reports_report USING gist (point(longitude, latitude))
    WHERE status IN (1, 2, 3, 4, 5, 6, 9) AND longitude IS NOT NULL;
CREATE INDEX field_reports_shown_lies ON field_reports_report USING gist (point(longitude, latitude))
    WHERE is_public AND longitude IS NOT NULL;
"""
PLACES_BACK = """
DROP INDEX field_reports_shown_lies; DROP INDEX field_reports_lies;
DROP TRIGGER field_reports_keep_places ON field_reports_report; DROP FUNCTION field_reports_keep_places();
"""
CELLS = """
CREATE FUNCTION field_reports_cells(one field_reports_report, how_many integer)
    RETURNS TABLE (level smallint, x integer, y integer, category varchar, is_open boolean, amount integer)
    LANGUAGE sql STABLE AS $$
    SELECT grid, floor(lon * grid)::integer, floor(lat * grid)::integer, one.category,
           one.status IN (1, 2, 3, 4, 5, 6, 9), how_many
    FROM unnest(ARRAY[25, 100, 400]::smallint[]) grid,
         (SELECT CASE WHEN one.sensitive THEN floor(one.longitude * 50) / 50 + 0.01 ELSE one.longitude END AS lon,
                 CASE WHEN one.sensitive THEN floor(one.latitude * 50) / 50 + 0.01 ELSE one.latitude END AS lat) lies
    WHERE one.is_public AND one.longitude IS NOT NULL AND one.status BETWEEN 1 AND 9
$$;
CREATE FUNCTION field_reports_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- all cells in one statement and in one order: two reports that change at once never wait for each other in a ring
    INSERT INTO field_reports_cell AS cell (level, x, y, category, is_open, count)
    SELECT level, x, y, category, is_open, sum(amount) FROM (
        SELECT * FROM field_reports_cells(NEW, 1)
        UNION ALL SELECT * FROM field_reports_cells(OLD, -1) WHERE TG_OP = 'UPDATE') changed
    GROUP BY 1, 2, 3, 4, 5 HAVING sum(amount) <> 0 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (level, x, y, category, is_open) DO UPDATE SET count = cell.count + EXCLUDED.count;
    RETURN NULL;
END $$;
CREATE TRIGGER field_reports_count_new AFTER INSERT ON field_reports_report
    FOR EACH ROW EXECUTE FUNCTION field_reports_count();
CREATE TRIGGER field_reports_count AFTER UPDATE ON field_reports_report FOR EACH ROW WHEN (
    (OLD.is_public, OLD.longitude, OLD.latitude, OLD.category, OLD.sensitive, OLD.status)
    IS DISTINCT FROM (NEW.is_public, NEW.longitude, NEW.latitude, NEW.category, NEW.sensitive, NEW.status))
    EXECUTE FUNCTION field_reports_count();
"""
CELLS_BACK = """
DROP TRIGGER field_reports_count ON field_reports_report; DROP TRIGGER field_reports_count_new ON field_reports_report;
DROP FUNCTION field_reports_count(); DROP FUNCTION field_reports_cells(field_reports_report, integer);
"""


class Migration(migrations.Migration):
    dependencies = [("field_reports", "0001_initial")]
    operations = [
        migrations.RunSQL(GUARD, GUARD_BACK),
        migrations.RunSQL(PLACES, PLACES_BACK),
        migrations.RunSQL(CELLS, CELLS_BACK),
    ]
