"""A message may carry a file: which paper it is belongs to what makes it one message, and never changes."""

from django.db import migrations, models

GUARD = """
CREATE FUNCTION public_services_dispatch_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'which paper a message carries stays as it is' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER public_services_message_paper BEFORE UPDATE ON public_services_dispatch
    FOR EACH ROW WHEN (NEW.paper IS DISTINCT FROM OLD.paper) EXECUTE FUNCTION public_services_dispatch_paper();
"""
BACK = """
DROP TRIGGER public_services_message_paper ON public_services_dispatch;
DROP FUNCTION public_services_dispatch_paper();
"""


class Migration(migrations.Migration):
    dependencies = [("public_services", "0007_proactive_guards")]
    operations = [
        migrations.RemoveConstraint(model_name="dispatch", name="public_services_one_message"),
        migrations.AddField(
            model_name="dispatch",
            name="paper",
            field=models.CharField(blank=True, default="", max_length=24, verbose_name="giấy tờ"),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.UniqueConstraint(
                fields=("dossier", "number", "kind", "paper"), name="public_services_one_message"
            ),
        ),
        migrations.RunSQL(GUARD, BACK),
    ]
