"""A batch is approved once, by somebody else than who made it; all the rest of it stays."""

from django.db import migrations, models

GUARD = """
CREATE FUNCTION support_batch_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE told text[] := ARRAY['approved_at', 'approved_by', 'approved_name'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.approved_at IS NOT NULL OR NEW.approved_at IS NULL
       OR to_jsonb(NEW) - told IS DISTINCT FROM to_jsonb(OLD) - told THEN
        RAISE EXCEPTION 'a batch stays as it was made; it is approved once'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'support_history_stays';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER support_batch_stays ON support_batch;
CREATE TRIGGER support_batch_guard BEFORE UPDATE OR DELETE ON support_batch
    FOR EACH ROW EXECUTE FUNCTION support_batch_guard();
"""


class Migration(migrations.Migration):

    dependencies = [("support", "0002_guards")]

    operations = [
        migrations.AddField("batch", "approved_at", models.DateTimeField(null=True, verbose_name="duyệt lúc")),
        migrations.AddField("batch", "approved_by", models.CharField(blank=True, default="", max_length=80), False),
        migrations.AddField(
            "batch",
            "approved_name",
            models.CharField(blank=True, default="", max_length=200, verbose_name="người duyệt"),
            False,
        ),
        migrations.AddConstraint(
            "batch",
            models.CheckConstraint(
                name="support_batch_four_eyes",
                condition=models.Q(approved_at__isnull=True, approved_by="")
                | (models.Q(approved_at__isnull=False) & ~models.Q(approved_by__in=("", models.F("by")))),
            ),
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
