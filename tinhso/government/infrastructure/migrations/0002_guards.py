"""The four registers keep their history; announced outages stay as they were announced; answers stay."""

from django.db import migrations

TABLES = {"room": "rooms", "server": "servers", "service": "services", "line": "lines"}
ATTACH = "".join(f"SELECT registers_attach('infrastructure_{table}', '{code}');\n" for table, code in TABLES.items())
GUARD = """
CREATE FUNCTION infrastructure_outage_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'announced' OR
       (NEW.ref, NEW.title, NEW.unit_id, NEW.starts_at, NEW.ends_at, NEW.why, NEW.fallback, NEW.announced_at,
        NEW.announced_by, NEW.notice_days, NEW.required_days, NEW.urgent_why)
       IS DISTINCT FROM
       (OLD.ref, OLD.title, OLD.unit_id, OLD.starts_at, OLD.ends_at, OLD.why, OLD.fallback, OLD.announced_at,
        OLD.announced_by, OLD.notice_days, OLD.required_days, OLD.urgent_why) THEN
        RAISE EXCEPTION 'what was announced stays; it can be cancelled or ended once'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'infrastructure_announced_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER infrastructure_outage_guard BEFORE UPDATE OR DELETE ON infrastructure_outage
    FOR EACH ROW EXECUTE FUNCTION infrastructure_outage_guard();

CREATE FUNCTION infrastructure_span_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.until IS NOT NULL OR (NEW.check_of_id, NEW.up, NEW.since) IS DISTINCT FROM
       (OLD.check_of_id, OLD.up, OLD.since) THEN
        RAISE EXCEPTION 'what a check found stays; an open span is closed once'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'infrastructure_span_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER infrastructure_span_guard BEFORE UPDATE OR DELETE ON infrastructure_span
    FOR EACH ROW EXECUTE FUNCTION infrastructure_span_guard();
"""


class Migration(migrations.Migration):

    dependencies = [("infrastructure", "0001_initial"), ("registers", "0002_guards")]

    operations = [migrations.RunSQL(ATTACH + GUARD, migrations.RunSQL.noop)]
