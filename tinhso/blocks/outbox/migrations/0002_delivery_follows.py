"""The database itself asks for the delivery of what is announced: no announcement without it, and no second question."""

from django.db import migrations

FOLLOW = """
CREATE FUNCTION outbox_ask_for_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'outbox.deliver', 0, 'outbox:' || NEW.aggregate, NULL,
        jsonb_build_object('announcement_id', NEW.id), NULL)::procrastinate_job_to_defer_v1]);
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_ask_for_delivery AFTER INSERT ON outbox_announcement
    FOR EACH ROW EXECUTE FUNCTION outbox_ask_for_delivery();
"""
BACK = """
DROP TRIGGER outbox_ask_for_delivery ON outbox_announcement;
DROP FUNCTION outbox_ask_for_delivery();
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [migrations.RunSQL(FOLLOW, BACK)]
