"""Windows of maps are walked through in strips, and filtered as they are: an index that holds the facets."""

import tinhso.blocks.registers.models.derived
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectivity', '0005_order_of_a_unit'),
        ('registers', '0004_quick_letters'),
        ('units', '0003_succession_in_time'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='coverage',
            name='reg_coverage_place',
        ),
        migrations.RemoveIndex(
            model_name='operator',
            name='reg_operator_place',
        ),
        migrations.RemoveIndex(
            model_name='post',
            name='reg_post_place',
        ),
        migrations.RenameIndex(
            model_name='station',
            new_name='reg_station_near',
            old_name='reg_station_place',
        ),
        migrations.AddIndex(
            model_name='coverage',
            index=models.Index(tinhso.blocks.registers.models.derived.LatitudeStrip('latitude'), models.F('longitude'), condition=models.Q(('removed', False), ('longitude__isnull', False)), include=('latitude', 'unit', 'ended_on', 'operator', 'told_by', 'g2', 'g3', 'g4', 'g5'), name='reg_coverage_place'),
        ),
        migrations.AddIndex(
            model_name='operator',
            index=models.Index(tinhso.blocks.registers.models.derived.LatitudeStrip('latitude'), models.F('longitude'), condition=models.Q(('removed', False), ('longitude__isnull', False)), include=('latitude', 'unit', 'ended_on', 'mobile', 'fixed'), name='reg_operator_place'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(tinhso.blocks.registers.models.derived.LatitudeStrip('latitude'), models.F('longitude'), condition=models.Q(('removed', False), ('longitude__isnull', False)), include=('latitude', 'unit', 'ended_on', 'kind', 'state', 'same_day', 'helps_online'), name='reg_post_place'),
        ),
        migrations.AddIndex(
            model_name='station',
            index=models.Index(tinhso.blocks.registers.models.derived.LatitudeStrip('latitude'), models.F('longitude'), condition=models.Q(('removed', False), ('longitude__isnull', False)), include=('latitude', 'unit', 'ended_on', 'operator', 'state', 'g3', 'g4', 'g5'), name='reg_station_place'),
        ),
    ]
