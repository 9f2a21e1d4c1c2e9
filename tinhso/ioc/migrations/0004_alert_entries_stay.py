"""What happened to an alert stays as it was written: the database refuses to change or remove an entry."""

from django.db import migrations

GUARD = """
CREATE FUNCTION ioc_alertentry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what happened to an alert never changes' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ioc_alertentry_guard BEFORE UPDATE OR DELETE ON ioc_alertentry
    FOR EACH ROW EXECUTE FUNCTION ioc_alertentry_guard();
"""
UNDO = "DROP TRIGGER ioc_alertentry_guard ON ioc_alertentry; DROP FUNCTION ioc_alertentry_guard();"


class Migration(migrations.Migration):
    dependencies = [("ioc", "0003_alerts")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
