"""What the database itself refuses: other states than may follow, an offer rewritten, rules and switches touched."""

from django.db import migrations

GUARD = """
CREATE FUNCTION public_services_offer_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'what was offered is never removed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_services_offer_stays';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'offered' THEN
            RAISE EXCEPTION 'an offer begins as offered'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_services_offer_order';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('offered', 'opened'), ('offered', 'confirmed'), ('offered', 'adjusted'), ('offered', 'refused'),
        ('offered', 'expired'), ('offered', 'done'),
        ('opened', 'confirmed'), ('opened', 'adjusted'), ('opened', 'refused'), ('opened', 'expired'),
        ('opened', 'done'),
        ('confirmed', 'done'), ('adjusted', 'done'), ('done', 'restored')) THEN
        RAISE EXCEPTION 'offer: % may not follow %', NEW.state, OLD.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_services_offer_order';
    END IF;
    IF (NEW.ref, NEW.rule_id, NEW.code, NEW.level, NEW.person, NEW.occurrence, NEW."on", NEW.source_id, NEW.paper,
        NEW.unit_id, NEW.offered_at, NEW.lapses_on)
       IS DISTINCT FROM
       (OLD.ref, OLD.rule_id, OLD.code, OLD.level, OLD.person, OLD.occurrence, OLD."on", OLD.source_id, OLD.paper,
        OLD.unit_id, OLD.offered_at, OLD.lapses_on)
       OR (OLD.told_at IS NOT NULL AND NEW.told_at IS DISTINCT FROM OLD.told_at)
       OR (OLD.notice_until IS NOT NULL AND NEW.notice_until IS DISTINCT FROM OLD.notice_until)
       OR (OLD.opened_at IS NOT NULL AND NEW.opened_at IS DISTINCT FROM OLD.opened_at)
       OR (OLD.answer <> '' AND (NEW.answer, NEW.answered_at) IS DISTINCT FROM (OLD.answer, OLD.answered_at))
       OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
       OR (OLD.done_at IS NOT NULL AND (NEW.done_at, NEW.filed_id, NEW.automatic, NEW.restore_until)
           IS DISTINCT FROM (OLD.done_at, OLD.filed_id, OLD.automatic, OLD.restore_until))
       OR (OLD.restored_at IS NOT NULL AND NEW.restored_at IS DISTINCT FROM OLD.restored_at) THEN
        RAISE EXCEPTION 'what was offered, answered, filed and restored stays as it was'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_services_offer_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER public_services_offer_guard BEFORE INSERT OR UPDATE OR DELETE ON public_services_proactiveoffer
    FOR EACH ROW EXECUTE FUNCTION public_services_offer_guard();

CREATE FUNCTION public_services_rule_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ended public_services_proactiverule := OLD;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        ended.known := NEW.known;
        IF upper_inf(OLD.known) AND NOT upper_inf(NEW.known) AND lower(NEW.known) = lower(OLD.known)
           AND ended IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a rule is only ever followed by what is known next'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_services_rule_stays';
END $$;
CREATE TRIGGER public_services_rule_guard BEFORE UPDATE OR DELETE ON public_services_proactiverule
    FOR EACH ROW EXECUTE FUNCTION public_services_rule_guard();

CREATE FUNCTION public_services_said_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what somebody said of a rule stays'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'public_services_said_stays';
END $$;
CREATE TRIGGER public_services_switch_stays BEFORE UPDATE OR DELETE ON public_services_proactiveswitch
    FOR EACH ROW EXECUTE FUNCTION public_services_said_stays();
CREATE TRIGGER public_services_silence_stays BEFORE DELETE ON public_services_proactivesilence
    FOR EACH ROW EXECUTE FUNCTION public_services_said_stays();
CREATE TRIGGER public_services_silence_ended BEFORE UPDATE ON public_services_proactivesilence
    FOR EACH ROW WHEN (OLD.until IS NOT NULL) EXECUTE FUNCTION public_services_said_stays();
"""
BACK = """
DROP TRIGGER public_services_silence_ended ON public_services_proactivesilence;
DROP TRIGGER public_services_silence_stays ON public_services_proactivesilence;
DROP TRIGGER public_services_switch_stays ON public_services_proactiveswitch;
DROP FUNCTION public_services_said_stays();
DROP TRIGGER public_services_rule_guard ON public_services_proactiverule;
DROP FUNCTION public_services_rule_guard();
DROP TRIGGER public_services_offer_guard ON public_services_proactiveoffer;
DROP FUNCTION public_services_offer_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("public_services", "0006_proactive")]
    operations = [migrations.RunSQL(GUARD, BACK)]
