"""Messages name the keys and codes that they are sent with, and hold none."""

from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION messaging_outgoing_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('sent', 'skipped')
       OR (NEW.correspondent_id, NEW.number, NEW.key, NEW.text, NEW.secret, NEW.choices, NEW.subject, NEW.written_by,
           NEW.made_at)
          IS DISTINCT FROM
          (OLD.correspondent_id, OLD.number, OLD.key, OLD.text, OLD.secret, OLD.choices, OLD.subject, OLD.written_by,
           OLD.made_at) THEN
        RAISE EXCEPTION 'a reply keeps its content, and once sent or skipped it never changes'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'messaging_outgoing_stays';
    END IF;
    RETURN NEW;
END $$;
"""
BACK = """
CREATE OR REPLACE FUNCTION messaging_outgoing_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('sent', 'skipped')
       OR (NEW.correspondent_id, NEW.number, NEW.key, NEW.text, NEW.choices, NEW.subject, NEW.written_by, NEW.made_at)
          IS DISTINCT FROM
          (OLD.correspondent_id, OLD.number, OLD.key, OLD.text, OLD.choices, OLD.subject, OLD.written_by, OLD.made_at) THEN
        RAISE EXCEPTION 'a reply keeps its content, and once sent or skipped it never changes'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'messaging_outgoing_stays';
    END IF;
    RETURN NEW;
END $$;
"""

# What was written before: the rest of a path of whoever told a report, applied for support or was offered something,
# and the codes that were sent to phones. What still waits is sent with what its name fills in. A code's turn is the end
# of the message's own key.
SCRUB = r"""
ALTER TABLE messaging_outgoing DISABLE TRIGGER messaging_outgoing_stays;
UPDATE messaging_outgoing
   SET secret = 'field_reports.page:' || substring(text from '/reports/([A-Z]+-[A-Z0-9-]+)/[2-9A-Z]{14}/'),
       text = regexp_replace(text, '/reports/[A-Z]+-[A-Z0-9-]+/[2-9A-Z]{14}/', '⟦…⟧', 'g')
 WHERE text ~ '/reports/[A-Z]+-[A-Z0-9-]+/[2-9A-Z]{14}/';
UPDATE messaging_outgoing
   SET secret = 'support.page:' || substring(text from '/support/mine/([A-Z]+-[A-Z0-9-]+)/[2-9A-Z]{14}/'),
       text = regexp_replace(text, '/support/mine/[A-Z]+-[A-Z0-9-]+/[2-9A-Z]{14}/', '⟦…⟧', 'g')
 WHERE text ~ '/support/mine/[A-Z]+-[A-Z0-9-]+/[2-9A-Z]{14}/';
UPDATE messaging_outgoing
   SET secret = CASE WHEN key LIKE 'report-code-%' THEN 'field_reports.code:' ELSE 'support.code:' END
                || substring(text from '[A-Z]{1,4}-[A-Z0-9-]+') || ':' || substring(key from '[0-9]+$'),
       text = regexp_replace(text, ': [0-9]{6}\.', ': ⟦…⟧.')
 WHERE (key LIKE 'report-code-%' OR key ~ '^support-[0-9]+-code-[0-9]+$') AND text ~ ': [0-9]{6}\.';
ALTER TABLE messaging_outgoing ENABLE TRIGGER messaging_outgoing_stays;
ALTER TABLE messaging_conversation DISABLE TRIGGER messaging_conversation_stays;
UPDATE messaging_conversation
   SET address = '/field-reports/' || substring(address from '/reports/([A-Z]+-[A-Z0-9-]+)/[2-9A-Z]{14}/') || '/'
 WHERE address ~ '/reports/[A-Z]+-[A-Z0-9-]+/[2-9A-Z]{14}/';
ALTER TABLE messaging_conversation ENABLE TRIGGER messaging_conversation_stays;
UPDATE messaging_message
   SET secret = 'public_services.offer:' || substring(href from '/([A-Z]+-[A-Z0-9-]+)/[2-9A-Z]{14}/$'), href = '⟦…⟧'
 WHERE key LIKE 'public\_services.ProactiveOffered:%' AND href ~ '/[A-Z]+-[A-Z0-9-]+/[2-9A-Z]{14}/$';
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0005_texts")]
    operations = [
        migrations.AddField("outgoing", "secret", models.CharField(blank=True, max_length=100)),
        migrations.AddField("message", "secret", models.CharField(blank=True, max_length=100)),
        migrations.RunSQL(GUARD, BACK),
        migrations.RunSQL(SCRUB, migrations.RunSQL.noop),
    ]
