"""What was printed of dossiers; the database refuses to change or remove it."""

import django.db.models.deletion
from django.db import migrations, models


GUARD = """
CREATE FUNCTION cases_slip_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was printed stays as it was'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cases_slip_stays';
END $$;
CREATE TRIGGER cases_slip_stays BEFORE UPDATE OR DELETE ON cases_slip
    FOR EACH ROW EXECUTE FUNCTION cases_slip_stays();
"""
BACK = "DROP TRIGGER cases_slip_stays ON cases_slip; DROP FUNCTION cases_slip_stays();"


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0006_declared_stays'),
    ]

    operations = [
        migrations.CreateModel(
            name='Slip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.PositiveSmallIntegerField(verbose_name='mẫu số')),
                ('entry', models.PositiveIntegerField(verbose_name='mục nhật ký')),
                ('edition', models.PositiveSmallIntegerField(default=1, verbose_name='lần lập')),
                ('token', models.CharField(max_length=40, unique=True, verbose_name='mã kiểm tra')),
                ('made_at', models.DateTimeField(verbose_name='in lúc')),
                ('by', models.CharField(max_length=80, verbose_name='ai')),
                ('by_name', models.CharField(max_length=200, verbose_name='tên')),
                ('sha256', models.CharField(max_length=64, verbose_name='mã băm')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slips', to='cases.case')),
            ],
            options={
                'verbose_name': 'phiếu đã in',
                'verbose_name_plural': 'phiếu đã in',
                'constraints': [models.UniqueConstraint(fields=('case', 'form', 'entry', 'edition'), name='cases_slip_once'), models.CheckConstraint(condition=models.Q(('edition__gte', 1), ('entry__gte', 1), ('form__range', (1, 6))), name='cases_slip_form'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='cases_slip_hash')],
            },
        ),
        migrations.RunSQL(GUARD, BACK),
    ]
