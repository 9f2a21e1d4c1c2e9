"""What was formerly known of a version is history: the database refuses to change or remove it."""

from django.db import migrations

GUARD = """
CREATE FUNCTION public_services_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was formerly known of a procedure never changes'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_services_what_was_known_stays';
END $$;
CREATE TRIGGER public_services_what_was_known_stays BEFORE UPDATE OR DELETE ON public_services_version
    FOR EACH ROW WHEN (NOT upper_inf(OLD.known)) EXECUTE FUNCTION public_services_version_guard();
"""
BACK = """
DROP TRIGGER public_services_what_was_known_stays ON public_services_version;
DROP FUNCTION public_services_version_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("public_services", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, BACK)]
