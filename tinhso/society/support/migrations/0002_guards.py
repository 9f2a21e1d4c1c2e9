"""What the database itself holds: legal states, quotas that cannot be overrun, claims, proof, payment once and unchanged.

Quotas and claims follow applications by statement, so that ten thousand rows cost one update of each line.
"""

from django.db import migrations

APPLICATION = """
CREATE FUNCTION support_application_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'expired' THEN
            RAISE EXCEPTION 'an application is never removed'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'support_history_stays';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state NOT IN ('unconfirmed', 'submitted') AND NOT NEW.illustrative THEN
            RAISE EXCEPTION 'an application begins as unconfirmed or submitted'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'support_legal_transition';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('unconfirmed', 'submitted'), ('unconfirmed', 'expired'),
        ('submitted', 'paper'), ('submitted', 'approved'), ('submitted', 'refused'), ('submitted', 'withdrawn'),
        ('paper', 'submitted'), ('paper', 'approved'), ('paper', 'refused'), ('paper', 'withdrawn'),
        ('approved', 'delivered'), ('approved', 'refused'), ('approved', 'withdrawn'),
        ('delivered', 'withdrawn'), ('refused', 'submitted')) THEN
        RAISE EXCEPTION 'state % may not follow %', NEW.state, OLD.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'support_legal_transition';
    END IF;
    IF NEW.state = 'delivered' AND OLD.state <> 'delivered'
       AND NOT EXISTS (SELECT FROM support_delivery one WHERE one.application_id = NEW.id) THEN
        RAISE EXCEPTION 'a delivery has its proof'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'support_delivered_with_proof';
    END IF;
    IF OLD.state = 'delivered' AND NEW.state <> 'delivered' AND EXISTS (
        SELECT FROM support_batchline one WHERE one.application_id = NEW.id AND one.state <> 'returned') THEN
        RAISE EXCEPTION 'what is being paid is not undone'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'support_paid_stays';
    END IF;
    IF (NEW.ref, NEW.request, NEW.programme_id, NEW.channel, NEW.told_at, NEW.born, NEW.gender, NEW.household,
        NEW.origin_unit_id, NEW.shown_number, NEW.shown_phone, NEW.shown_imei, NEW.taken_by, NEW.illustrative)
       IS DISTINCT FROM
       (OLD.ref, OLD.request, OLD.programme_id, OLD.channel, OLD.told_at, OLD.born, OLD.gender, OLD.household,
        OLD.origin_unit_id, OLD.shown_number, OLD.shown_phone, OLD.shown_imei, OLD.taken_by, OLD.illustrative)
       OR (OLD.state IN ('approved', 'delivered') AND NEW.state IN ('approved', 'delivered')
           AND NEW.amount <> OLD.amount) THEN
        RAISE EXCEPTION 'what was told and approved stays as it was'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'support_told_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER support_application_guard BEFORE INSERT OR UPDATE OR DELETE ON support_application
    FOR EACH ROW EXECUTE FUNCTION support_application_guard();
"""
QUOTA = """
CREATE FUNCTION support_quota_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 AND (
        (TG_OP = 'INSERT' AND (NEW.used_pieces, NEW.used_money) <> (0, 0)) OR
        (TG_OP = 'UPDATE' AND (NEW.used_pieces, NEW.used_money) <> (OLD.used_pieces, OLD.used_money))) THEN
        RAISE EXCEPTION 'what is used of a quota is counted from applications'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'support_quota_is_counted';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER support_quota_guard BEFORE INSERT OR UPDATE ON support_quota
    FOR EACH ROW EXECUTE FUNCTION support_quota_guard();

CREATE FUNCTION support_quota_within() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whole support_programme%ROWTYPE; pieces_all bigint; money_all bigint;
BEGIN
    SELECT * INTO whole FROM support_programme WHERE id = NEW.programme_id FOR UPDATE;
    SELECT coalesce(sum(pieces), 0), coalesce(sum(money), 0) INTO pieces_all, money_all
        FROM support_quota WHERE programme_id = NEW.programme_id;
    IF pieces_all > whole.pieces OR money_all > whole.budget THEN
        RAISE EXCEPTION 'lines give more than the programme has'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'support_quota_within_programme';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER support_quota_within AFTER INSERT OR UPDATE OF pieces, money ON support_quota
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION support_quota_within();

CREATE FUNCTION support_programme_within() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT coalesce(sum(pieces), 0) > NEW.pieces OR coalesce(sum(money), 0) > NEW.budget
        FROM support_quota WHERE programme_id = NEW.id) THEN
        RAISE EXCEPTION 'lines give more than the programme has'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'support_quota_within_programme';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER support_programme_within AFTER UPDATE OF pieces, budget ON support_programme
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION support_programme_within();

-- in the order of lines, so that two statements never wait for each other
CREATE FUNCTION support_draw_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM support_draw(array_agg(line ORDER BY line), array_agg(n ORDER BY line), array_agg(money ORDER BY line))
    FROM (SELECT line_id AS line, count(*) AS n, sum(amount) AS money FROM after_rows
          WHERE state IN ('approved', 'delivered') AND line_id IS NOT NULL GROUP BY line_id) change;
    RETURN NULL;
END $$;
CREATE FUNCTION support_draw_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM support_draw(array_agg(line ORDER BY line), array_agg(n ORDER BY line), array_agg(money ORDER BY line))
    FROM (SELECT line, sum(n) AS n, sum(money) AS money
          FROM (SELECT line_id AS line, 1 AS n, amount AS money FROM after_rows WHERE state IN ('approved', 'delivered')
                UNION ALL
                SELECT line_id, -1, -amount FROM before_rows WHERE state IN ('approved', 'delivered')) one
          WHERE line IS NOT NULL GROUP BY line HAVING sum(n) <> 0 OR sum(money) <> 0) change;
    UPDATE support_claim claim
       SET live = one.state IN ('submitted', 'paper', 'approved', 'delivered')
      FROM after_rows one
     WHERE claim.application_id = one.id
       AND claim.live <> (one.state IN ('submitted', 'paper', 'approved', 'delivered'));
    RETURN NULL;
END $$;
CREATE FUNCTION support_draw(lines bigint[], counts bigint[], moneys numeric[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE place int;
BEGIN
    FOR place IN 1 .. coalesce(array_length(lines, 1), 0) LOOP
        UPDATE support_quota SET used_pieces = used_pieces + counts[place], used_money = used_money + moneys[place]
         WHERE id = lines[place];
    END LOOP;
END $$;
CREATE TRIGGER support_draw_inserted AFTER INSERT ON support_application REFERENCING NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION support_draw_inserted();
CREATE TRIGGER support_draw_updated AFTER UPDATE ON support_application
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION support_draw_updated();
"""
STAYS = """
CREATE FUNCTION support_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history never changes'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'support_history_stays';
END $$;
CREATE FUNCTION support_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (
        SELECT FROM support_application WHERE id = OLD.application_id AND state <> 'expired') THEN
        RETURN OLD;  -- of an application that nobody ever confirmed
    END IF;
    RAISE EXCEPTION 'history never changes'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'support_history_stays';
END $$;
CREATE TRIGGER support_entry_stays BEFORE UPDATE OR DELETE ON support_entry
    FOR EACH ROW EXECUTE FUNCTION support_entry_stays();
CREATE TRIGGER support_rules_stay BEFORE UPDATE OR DELETE ON support_rules
    FOR EACH ROW EXECUTE FUNCTION support_stays();
CREATE TRIGGER support_delivery_stays BEFORE UPDATE OR DELETE ON support_delivery
    FOR EACH ROW EXECUTE FUNCTION support_stays();
CREATE TRIGGER support_batch_stays BEFORE UPDATE OR DELETE ON support_batch
    FOR EACH ROW EXECUTE FUNCTION support_stays();

CREATE FUNCTION support_batch_line_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one support_application%ROWTYPE;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT * INTO one FROM support_application WHERE id = NEW.application_id FOR SHARE;
        IF one.state <> 'delivered' OR one.amount <> NEW.amount OR NOT EXISTS (
            SELECT FROM support_batch WHERE id = NEW.batch_id AND programme_id = one.programme_id) THEN
            RAISE EXCEPTION 'only what was delivered is paid, as it was approved'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'support_pays_deliveries';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state <> 'sent' OR (NEW.batch_id, NEW.number, NEW.application_id, NEW.amount)
       IS DISTINCT FROM (OLD.batch_id, OLD.number, OLD.application_id, OLD.amount) THEN
        RAISE EXCEPTION 'a batch stays as it was made; each line is settled once'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'support_batch_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER support_batch_line_guard BEFORE INSERT OR UPDATE OR DELETE ON support_batchline
    FOR EACH ROW EXECUTE FUNCTION support_batch_line_guard();

CREATE FUNCTION support_batch_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT (whole.count, whole.total) <> (SELECT count(*), coalesce(sum(amount), 0) FROM support_batchline
                                               WHERE batch_id = whole.id)
        FROM support_batch whole WHERE whole.id = (to_jsonb(NEW) ->> TG_ARGV[0])::bigint) THEN
        RAISE EXCEPTION 'a batch has the lines that it was made of'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'support_batch_whole';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER support_batch_whole AFTER INSERT ON support_batch
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION support_batch_whole('id');
CREATE CONSTRAINT TRIGGER support_batch_line_whole AFTER INSERT ON support_batchline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION support_batch_whole('batch_id');
"""


class Migration(migrations.Migration):

    dependencies = [("support", "0001_initial")]

    operations = [migrations.RunSQL(APPLICATION + QUOTA + STAYS, migrations.RunSQL.noop)]
