"""Registers keep their history; what was logged, reported, answered and attended stays; seats are not overrun."""

from django.db import migrations

ATTACH = """
SELECT registers_attach('community_teams_team', 'teams');
SELECT registers_attach('community_teams_member', 'team-members');
"""
STAYS = """
CREATE FUNCTION community_teams_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - TG_ARGV) IS DISTINCT FROM (to_jsonb(OLD) - TG_ARGV) THEN
        RAISE EXCEPTION 'what was logged, reported or written down stays as it was'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'community_teams_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER community_teams_visit_stays BEFORE UPDATE OR DELETE ON community_teams_visit FOR EACH ROW
    EXECUTE FUNCTION community_teams_stays('voided_at', 'voided_by_name', 'void_why');
CREATE TRIGGER community_teams_report_stays BEFORE UPDATE OR DELETE ON community_teams_monthreport FOR EACH ROW
    EXECUTE FUNCTION community_teams_stays('-');
CREATE TRIGGER community_teams_entry_stays BEFORE UPDATE OR DELETE ON community_teams_entry FOR EACH ROW
    EXECUTE FUNCTION community_teams_stays('-');

CREATE FUNCTION community_teams_void_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a visit is voided once, and stays so'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'community_teams_void_once';
END $$;
CREATE TRIGGER community_teams_void_once BEFORE UPDATE ON community_teams_visit FOR EACH ROW
    WHEN (OLD.voided_at IS NOT NULL) EXECUTE FUNCTION community_teams_void_once();
"""
SEATS = """
CREATE FUNCTION community_teams_seat_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one community_teams_session%ROWTYPE;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'seats are not taken back' USING ERRCODE = 'integrity_constraint_violation',
            CONSTRAINT = 'community_teams_seat_stays';
    END IF;
    SELECT * INTO one FROM community_teams_session WHERE id = NEW.session_id FOR UPDATE;
    IF TG_OP = 'INSERT' THEN
        IF (SELECT count(*) FROM community_teams_attendance WHERE session_id = one.id) >= one.seats THEN
            RAISE EXCEPTION 'no seat is left' USING ERRCODE = 'integrity_constraint_violation',
                CONSTRAINT = 'community_teams_seats_left';
        END IF;
    ELSIF (OLD.present IS NOT NULL AND (NEW.present, NEW.score) IS DISTINCT FROM (OLD.present, OLD.score))
       OR (OLD.certificate <> '' AND NEW.certificate <> OLD.certificate)
       OR (NEW.session_id, NEW.member_id) IS DISTINCT FROM (OLD.session_id, OLD.member_id) THEN
        RAISE EXCEPTION 'who was there is written down once, a certificate given once'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'community_teams_seat_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER community_teams_seat_guard BEFORE INSERT OR UPDATE OR DELETE ON community_teams_attendance
    FOR EACH ROW EXECUTE FUNCTION community_teams_seat_guard();
"""


class Migration(migrations.Migration):

    dependencies = [("community_teams", "0001_initial"), ("registers", "0003_large_files")]

    operations = [migrations.RunSQL(ATTACH + STAYS + SEATS, migrations.RunSQL.noop)]
