"""The register of coverage: which operator reaches which place; it keeps its history."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import tinhso.blocks.registers.models.derived
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectivity', '0002_guards'),
        ('registers', '0003_large_files'),
        ('units', '0003_succession_in_time'),
    ]

    operations = [
        migrations.CreateModel(
            name='Coverage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(editable=False, max_length=40, unique=True, verbose_name='tham chiếu')),
                ('name', models.CharField(max_length=200, verbose_name='tên')),
                ('longitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-180), django.core.validators.MaxValueValidator(180)], verbose_name='kinh độ')),
                ('latitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-90), django.core.validators.MaxValueValidator(90)], verbose_name='vĩ độ')),
                ('valid_from', models.DateField(verbose_name='từ ngày')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='ngừng từ ngày')),
                ('removed', models.BooleanField(default=False, editable=False)),
                ('merged_into', models.CharField(blank=True, editable=False, max_length=40)),
                ('name_key', models.GeneratedField(db_persist=True, expression=tinhso.blocks.registers.models.derived.DictionaryOrder('name'), output_field=models.TextField(db_collation='C'))),
                ('code', models.CharField(max_length=60, verbose_name='mã')),
                ('g2', models.BooleanField(default=False, verbose_name='2G')),
                ('g3', models.BooleanField(default=False, verbose_name='3G')),
                ('g4', models.BooleanField(default=False, verbose_name='4G')),
                ('g5', models.BooleanField(default=False, verbose_name='5G')),
                ('told_by', models.CharField(choices=[('operator', 'nhà mạng báo'), ('measured', 'cơ quan đo kiểm'), ('commune', 'xã, phường báo')], default='operator', max_length=10, verbose_name='nguồn')),
                ('told_on', models.DateField(verbose_name='ngày của nguồn')),
                ('words', models.GeneratedField(db_persist=True, expression=tinhso.blocks.registers.models.derived.SearchWords('ref', 'name', 'code'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('key', models.GeneratedField(db_persist=True, expression=tinhso.blocks.registers.models.derived.RecordKey('code'), output_field=models.TextField())),
                ('facets', models.GeneratedField(db_persist=True, expression=tinhso.blocks.registers.models.derived.Facets('operator', 'told_by', 'g2', 'g3', 'g4', 'g5'), output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None))),
                ('act', models.ForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.act')),
                ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='coverage', to='connectivity.operator', verbose_name='doanh nghiệp viễn thông')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='đơn vị')),
            ],
            options={
                'verbose_name': 'vùng phủ sóng',
                'verbose_name_plural': 'vùng phủ sóng',
                'ordering': ('name_key', 'pk'),
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['words', 'facets'], name='reg_coverage_words'), models.Index(condition=models.Q(('removed', False)), fields=['name_key', 'id'], include=('unit', 'ended_on', 'operator', 'told_by', 'g2', 'g3', 'g4', 'g5'), name='reg_coverage_order'), django.contrib.postgres.indexes.GistIndex(models.Func('longitude', 'latitude', function='point'), condition=models.Q(('removed', False), ('longitude__isnull', False)), name='reg_coverage_place')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed', False), models.Q(('key', ''), _negated=True)), fields=('key',), name='reg_coverage_key'), models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), _connector='OR'), name='reg_coverage_place_whole')],
            },
        ),
        migrations.RunSQL("SELECT registers_attach('connectivity_coverage', 'coverage');", migrations.RunSQL.noop),
    ]
