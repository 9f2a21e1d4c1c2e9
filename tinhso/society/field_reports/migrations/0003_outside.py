"""Tables of the public side, and the moment at which strangers could first see a report."""

import django.db.models.deletion
from django.db import migrations, models


# Whoever lets a report through, at the desk or by hand: the moment is kept here once. A report that arrives released
# (illustrative ones do) was so since somebody classified it.
KEEP = """
CREATE FUNCTION field_reports_keep_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_public AND NEW.status BETWEEN 1 AND 9 THEN
        INSERT INTO field_reports_release (report_id, at)
        VALUES (NEW.id, CASE WHEN TG_OP = 'INSERT' THEN coalesce(NEW.classified_at, clock_timestamp()) ELSE clock_timestamp() END)
        ON CONFLICT (report_id) DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER field_reports_keep_release_new AFTER INSERT ON field_reports_report
    FOR EACH ROW WHEN (NEW.is_public) EXECUTE FUNCTION field_reports_keep_release();
CREATE TRIGGER field_reports_keep_release AFTER UPDATE OF is_public, status ON field_reports_report
    FOR EACH ROW WHEN (NEW.is_public AND (NOT OLD.is_public OR OLD.status = 0))
    EXECUTE FUNCTION field_reports_keep_release();
INSERT INTO field_reports_release (report_id, at)
    SELECT id, coalesce(classified_at, received_at) FROM field_reports_report WHERE is_public AND status BETWEEN 1 AND 9;
CREATE TRIGGER field_reports_look_stays BEFORE UPDATE OR DELETE ON field_reports_look
    FOR EACH ROW EXECUTE FUNCTION field_reports_stays();
CREATE TRIGGER field_reports_covering_stays BEFORE UPDATE OR DELETE ON field_reports_covering
    FOR EACH ROW EXECUTE FUNCTION field_reports_stays();
CREATE INDEX field_reports_to_look_at ON field_reports_report (unit_id, received_at, id)
    WHERE NOT is_public AND kind = 'field' AND status IN (1, 2, 3, 4, 5, 6, 9);
"""
KEEP_BACK = """
DROP INDEX field_reports_to_look_at;
DROP TRIGGER field_reports_covering_stays ON field_reports_covering;
DROP TRIGGER field_reports_look_stays ON field_reports_look;
DROP TRIGGER field_reports_keep_release ON field_reports_report;
DROP TRIGGER field_reports_keep_release_new ON field_reports_report;
DROP FUNCTION field_reports_keep_release();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('field_reports', '0002_guards'),
        ('units', '0003_succession_in_time'),
    ]

    operations = [
        migrations.CreateModel(
            name='Covering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('areas', models.JSONField(verbose_name='chỗ che')),
                ('at', models.DateTimeField(verbose_name='lúc')),
                ('by', models.CharField(max_length=80, verbose_name='ai')),
                ('after', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='field_reports.picture', verbose_name='ảnh sau')),
                ('attachment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='coverings', to='field_reports.attachment')),
                ('before', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='field_reports.picture', verbose_name='ảnh trước')),
            ],
            options={
                'verbose_name': 'lần che ảnh',
                'verbose_name_plural': 'lần che ảnh',
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, verbose_name='công khai lúc')),
                ('report', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='release', to='field_reports.report')),
            ],
            options={
                'verbose_name': 'lần công khai',
                'verbose_name_plural': 'lần công khai',
            },
        ),
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='lúc')),
                ('by', models.CharField(max_length=80, verbose_name='ai')),
                ('by_name', models.CharField(max_length=200, verbose_name='tên')),
                ('released', models.BooleanField(verbose_name='cho công khai')),
                ('why', models.TextField(blank=True, verbose_name='lý do')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='looks', to='field_reports.report')),
            ],
            options={
                'verbose_name': 'lần duyệt công khai',
                'verbose_name_plural': 'lần duyệt công khai',
                'indexes': [models.Index(fields=['report', '-id'], name='field_reports_looked')],
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='thư điện tử')),
                ('category', models.CharField(blank=True, max_length=40, verbose_name='lĩnh vực')),
                ('language', models.CharField(default='vi', max_length=5, verbose_name='ngôn ngữ')),
                ('since', models.DateTimeField(verbose_name='từ')),
                ('told_until', models.DateTimeField(verbose_name='đã báo đến')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='xã, phường')),
            ],
            options={
                'verbose_name': 'đăng ký nhận tin theo nơi',
                'verbose_name_plural': 'đăng ký nhận tin theo nơi',
                'constraints': [models.UniqueConstraint(fields=('email', 'unit', 'category'), name='field_reports_watches_once', nulls_distinct=False)],
            },
        ),
        migrations.RunSQL(KEEP, KEEP_BACK),
    ]
