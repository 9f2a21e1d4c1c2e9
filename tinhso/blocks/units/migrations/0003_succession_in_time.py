"""A succession goes forward in time: what became of a unit begins when the unit has ended. Cycles cannot arise."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION units_succession_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ended date := (SELECT upper(valid) FROM units_unit WHERE id = NEW.before_id);
        began date := (SELECT lower(valid) FROM units_unit WHERE id = NEW.after_id);
BEGIN
    IF ended IS NULL OR began IS NULL OR ended > NEW.effective OR began < NEW.effective THEN
        RAISE EXCEPTION 'succession out of order: before ends %, effective %, after begins %', ended, NEW.effective, began
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'units_succession_in_time';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER units_succession_in_time BEFORE INSERT OR UPDATE ON units_succession
    FOR EACH ROW EXECUTE FUNCTION units_succession_in_time();
"""
BACK = "DROP TRIGGER units_succession_in_time ON units_succession; DROP FUNCTION units_succession_in_time();"


class Migration(migrations.Migration):
    dependencies = [("units", "0002_initial")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
