"""What the database itself refuses: another content of a message, a settled message changed, foreign history touched."""

from django.db import migrations

GUARD = """
CREATE FUNCTION public_services_dispatch_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('sent', 'skipped')
       OR (NEW.dossier, NEW.number, NEW.kind, NEW.place, NEW.payload, NEW.private, NEW.happened_at, NEW.queued_at)
          IS DISTINCT FROM
          (OLD.dossier, OLD.number, OLD.kind, OLD.place, OLD.payload, OLD.private, OLD.happened_at, OLD.queued_at) THEN
        RAISE EXCEPTION 'a message keeps its content, and once sent or skipped it never changes'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_services_message_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER public_services_message_stays BEFORE UPDATE OR DELETE ON public_services_dispatch
    FOR EACH ROW EXECUTE FUNCTION public_services_dispatch_guard();

CREATE FUNCTION public_services_foreign_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ended public_services_foreigndossier := OLD;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        ended.known := NEW.known;
        IF upper_inf(OLD.known) AND NOT upper_inf(NEW.known) AND lower(NEW.known) = lower(OLD.known)
           AND ended IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what another system said of a dossier is only ever followed by what it said next'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_services_foreign_stays';
END $$;
CREATE TRIGGER public_services_foreign_stays BEFORE UPDATE OR DELETE ON public_services_foreigndossier
    FOR EACH ROW EXECUTE FUNCTION public_services_foreign_guard();
"""
BACK = """
DROP TRIGGER public_services_foreign_stays ON public_services_foreigndossier;
DROP FUNCTION public_services_foreign_guard();
DROP TRIGGER public_services_message_stays ON public_services_dispatch;
DROP FUNCTION public_services_dispatch_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("public_services", "0004_portal")]
    operations = [migrations.RunSQL(GUARD, BACK)]
