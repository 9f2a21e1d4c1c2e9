"""Search by the beginnings of words, whose index costs a filing less than one of trigrams; no index twice."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

import tinhso.blocks.cases.models.words

WORDS = """
CREATE FUNCTION cases_words(line text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT array_to_tsvector(array_remove(regexp_split_to_array(line, '[^a-z0-9]+'), ''))
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0008_places'),
        ('units', '0003_succession_in_time'),
    ]

    operations = [
        migrations.RunSQL(WORDS, "DROP FUNCTION cases_words(text);"),
        migrations.RemoveIndex(model_name="case", name="cases_search"),
        migrations.RemoveIndex(model_name="case", name="cases_places"),
        migrations.AddField(
            model_name="case",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=tinhso.blocks.cases.models.words.Words("search_text"),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AlterField(
            model_name='case',
            name='code',
            field=models.CharField(max_length=40, verbose_name='mã hồ sơ'),
        ),
        migrations.AlterField(
            model_name='case',
            name='receiving_unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='nơi tiếp nhận'),
        ),
        migrations.AlterField(
            model_name='case',
            name='support_unit',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='nơi hỗ trợ'),
        ),
        migrations.AlterField(
            model_name='case',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='cơ quan đang giải quyết'),
        ),
        migrations.AlterField(
            model_name='entry',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='cases.case'),
        ),
        migrations.AlterField(
            model_name='entry',
            name='unit',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit'),
        ),
        migrations.AlterField(
            model_name='party',
            name='owner',
            field=models.CharField(blank=True, max_length=64, verbose_name='khóa chủ hồ sơ'),
        ),
        migrations.AlterField(
            model_name='task',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='cases.case'),
        ),
        migrations.AlterField(
            model_name='task',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='đơn vị'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=django.contrib.postgres.indexes.GinIndex(fields=["words", "places"], name="cases_words"),
        ),
        migrations.AddIndex(
            model_name='party',
            index=models.Index(fields=['owner'], name='cases_owner'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(fields=('code',), name='cases_code'),
        ),
    ]
