"""What the database itself refuses: what an applicant declared, changed after it was handed in."""

from django.db import migrations

GUARD = """
CREATE FUNCTION cases_declared_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was declared stays as it was handed in'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cases_declared_stays';
END $$;
CREATE TRIGGER cases_declared_stays BEFORE UPDATE ON cases_case FOR EACH ROW
    WHEN ((OLD.form, OLD.values, OLD.request) IS DISTINCT FROM (NEW.form, NEW.values, NEW.request))
    EXECUTE FUNCTION cases_declared_stays();
"""
BACK = """
DROP TRIGGER cases_declared_stays ON cases_case;
DROP FUNCTION cases_declared_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_applying")]
    operations = [migrations.RunSQL(GUARD, BACK)]
