"""The ledger only grows and always balances; orders agree with it; a closed day stays as it was signed."""

from django.db import migrations

GUARD = """
CREATE FUNCTION payments_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_only_grows';
END $$;
CREATE TRIGGER payments_only_grows BEFORE UPDATE OR DELETE ON payments_posting
    FOR EACH ROW EXECUTE FUNCTION payments_append_only();
CREATE TRIGGER payments_only_grows BEFORE UPDATE OR DELETE ON payments_entry
    FOR EACH ROW EXECUTE FUNCTION payments_append_only();
CREATE TRIGGER payments_only_grows BEFORE UPDATE OR DELETE ON payments_line
    FOR EACH ROW EXECUTE FUNCTION payments_append_only();
CREATE TRIGGER payments_only_grows BEFORE UPDATE OR DELETE ON payments_closing
    FOR EACH ROW EXECUTE FUNCTION payments_append_only();
CREATE TRIGGER payments_only_grows BEFORE UPDATE OR DELETE ON payments_cashcount
    FOR EACH ROW EXECUTE FUNCTION payments_append_only();

CREATE FUNCTION payments_receipt_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.voided_at IS NULL
       AND (to_jsonb(NEW) - '{voided_at,voided_by,voided_by_name,voided_why}'::text[])
         = (to_jsonb(OLD) - '{voided_at,voided_by,voided_by_name,voided_why}'::text[]) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a receipt is voided once and never changed'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payments_receipt_stays';
END $$;
CREATE TRIGGER payments_receipt_guard BEFORE UPDATE OR DELETE ON payments_cashreceipt
    FOR EACH ROW EXECUTE FUNCTION payments_receipt_guard();

-- Whoever books holds the unit's lock shared, whoever closes a day holds it alone: nothing slips in between.
CREATE FUNCTION payments_day_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(741001, NEW.unit_id::int);
    IF EXISTS (SELECT 1 FROM payments_closing WHERE unit_id = NEW.unit_id AND day = NEW.day) THEN
        RAISE EXCEPTION 'the day is closed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payments_day_is_closed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payments_day_guard BEFORE INSERT ON payments_posting
    FOR EACH ROW EXECUTE FUNCTION payments_day_guard();

CREATE FUNCTION payments_closing_lock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(741001, NEW.unit_id::int);
    RETURN NEW;
END $$;
CREATE TRIGGER payments_closing_lock BEFORE INSERT ON payments_closing
    FOR EACH ROW EXECUTE FUNCTION payments_closing_lock();

CREATE FUNCTION payments_posting_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT coalesce(sum(amount), 0) FROM payments_entry WHERE posting_id = NEW.posting_id) <> 0 THEN
        RAISE EXCEPTION 'a posting must sum to nought'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payments_posting_balances';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_posting_balances AFTER INSERT ON payments_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_posting_balances();

CREATE FUNCTION payments_check_order(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE one payments_order;
        lines bigint; came bigint; went bigint; promised bigint;
BEGIN
    SELECT * INTO one FROM payments_order WHERE id = wanted;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT coalesce(sum(amount), 0) INTO lines FROM payments_line WHERE order_id = wanted;
    SELECT coalesce(-sum(e.amount) FILTER (WHERE p.kind <> 'refund'), 0),
           coalesce(sum(e.amount) FILTER (WHERE p.kind = 'refund'), 0) INTO came, went
        FROM payments_entry e JOIN payments_posting p ON p.id = e.posting_id WHERE e.order_id = wanted;
    SELECT coalesce(sum(amount), 0) INTO promised
        FROM payments_refund WHERE order_id = wanted AND state IN ('asked', 'approved', 'paid');
    IF lines <> one.total OR came <> one.received OR went <> one.refunded OR promised > one.received THEN
        RAISE EXCEPTION 'order % disagrees with its lines, the ledger or its refunds', one.ref
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payments_order_agrees';
    END IF;
END $$;
CREATE FUNCTION payments_order_agrees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'payments_order' THEN
        PERFORM payments_check_order(NEW.id);
    ELSIF NEW.order_id IS NOT NULL THEN
        PERFORM payments_check_order(NEW.order_id);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payments_order_agrees AFTER INSERT OR UPDATE ON payments_order
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_order_agrees();
CREATE CONSTRAINT TRIGGER payments_order_agrees AFTER INSERT ON payments_line
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_order_agrees();
CREATE CONSTRAINT TRIGGER payments_order_agrees AFTER INSERT ON payments_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_order_agrees();
CREATE CONSTRAINT TRIGGER payments_order_agrees AFTER INSERT OR UPDATE ON payments_refund
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_order_agrees();
"""
BACK = """
DROP TRIGGER payments_order_agrees ON payments_refund; DROP TRIGGER payments_order_agrees ON payments_entry;
DROP TRIGGER payments_order_agrees ON payments_line; DROP TRIGGER payments_order_agrees ON payments_order;
DROP FUNCTION payments_order_agrees(); DROP FUNCTION payments_check_order(bigint);
DROP TRIGGER payments_posting_balances ON payments_entry; DROP FUNCTION payments_posting_balances();
DROP TRIGGER payments_closing_lock ON payments_closing; DROP FUNCTION payments_closing_lock();
DROP TRIGGER payments_day_guard ON payments_posting; DROP FUNCTION payments_day_guard();
DROP TRIGGER payments_receipt_guard ON payments_cashreceipt; DROP FUNCTION payments_receipt_guard();
DROP TRIGGER payments_only_grows ON payments_cashcount; DROP TRIGGER payments_only_grows ON payments_closing;
DROP TRIGGER payments_only_grows ON payments_line; DROP TRIGGER payments_only_grows ON payments_entry;
DROP TRIGGER payments_only_grows ON payments_posting; DROP FUNCTION payments_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, BACK)]
