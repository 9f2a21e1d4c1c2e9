"""Decisions that change targets: written down once, judged once, kept."""

from django.db import migrations, models


GUARD = """
CREATE FUNCTION indicators_amendment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE told text[] := ARRAY['judged_at', 'judged_by', 'judged_name', 'approved', 'answer'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.approved IS NOT NULL OR to_jsonb(NEW) - told IS DISTINCT FROM to_jsonb(OLD) - told THEN
        RAISE EXCEPTION 'a decision on a target stays as it was written; it is judged once'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'indicators_amendments_stay';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER indicators_amendment_guard BEFORE UPDATE OR DELETE ON indicators_amendment
    FOR EACH ROW EXECUTE FUNCTION indicators_amendment_guard();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0002_catalogues_as_published'),
    ]

    operations = [
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(max_length=24, unique=True, verbose_name='tham chiếu')),
                ('indicator', models.CharField(db_index=True, max_length=40, verbose_name='chỉ tiêu')),
                ('unit', models.CharField(blank=True, max_length=40)),
                ('since', models.CharField(max_length=7, verbose_name='từ tháng')),
                ('until', models.CharField(blank=True, max_length=7, verbose_name='đến hết tháng')),
                ('floor', models.DecimalField(decimal_places=6, max_digits=24, null=True, verbose_name='không dưới')),
                ('ceiling', models.DecimalField(decimal_places=6, max_digits=24, null=True, verbose_name='không quá')),
                ('former_floor', models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ('former_ceiling', models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ('decision', models.CharField(max_length=60, verbose_name='số quyết định')),
                ('decided_on', models.DateField(verbose_name='ngày quyết định')),
                ('why', models.CharField(max_length=500, verbose_name='lý do')),
                ('at', models.DateTimeField(verbose_name='ghi lúc')),
                ('by', models.CharField(max_length=80)),
                ('by_name', models.CharField(max_length=200, verbose_name='người ghi')),
                ('judged_at', models.DateTimeField(null=True, verbose_name='duyệt lúc')),
                ('judged_by', models.CharField(blank=True, max_length=80)),
                ('judged_name', models.CharField(blank=True, max_length=200, verbose_name='người duyệt')),
                ('approved', models.BooleanField(null=True)),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='ý kiến')),
            ],
            options={
                'verbose_name': 'lần đổi con số phải đạt',
                'verbose_name_plural': 'các lần đổi con số phải đạt',
                'constraints': [models.UniqueConstraint(condition=models.Q(('approved__isnull', True)), fields=('indicator', 'unit'), name='indicators_one_amendment_waits'), models.CheckConstraint(condition=models.Q(('floor__isnull', False), ('ceiling__isnull', False), _connector='OR'), name='indicators_amendment_says_a_number'), models.CheckConstraint(condition=models.Q(models.Q(('approved__isnull', True), ('judged_at__isnull', True), ('judged_by', '')), models.Q(('approved__isnull', False), ('judged_at__isnull', False), models.Q(('judged_by__in', ('', models.F('by'))), _negated=True)), _connector='OR'), name='indicators_amendment_four_eyes')],
            },
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
