"""The units that have to do with a dossier, in one column with one index, kept by the database."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

KEEP = """
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

UPDATE cases_case SET places = ARRAY(
    SELECT DISTINCT place FROM unnest(ARRAY[unit_id, receiving_unit_id, origin_unit_id] || ARRAY(
        SELECT task.unit_id FROM cases_task task WHERE task.case_id = cases_case.id)) place ORDER BY place);
"""
BACK = """
DROP TRIGGER cases_asked_place ON cases_task; DROP FUNCTION cases_asked_place();
DROP TRIGGER cases_keep_places ON cases_case; DROP FUNCTION cases_keep_places();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_slips")]
    operations = [
        migrations.AddField(
            model_name="case",
            name="places",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, editable=False, size=None
            ),
        ),
        migrations.RunSQL(KEEP, BACK),
        migrations.AddIndex(
            model_name="case",
            index=django.contrib.postgres.indexes.GinIndex(fields=["places"], name="cases_places"),
        ),
    ]
