"""Windows of maps are walked through in strips, and filtered as they are: an index that holds the facets."""

import tinhso.blocks.registers.models.derived
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('infrastructure', '0004_order_of_a_unit'),
        ('registers', '0004_quick_letters'),
        ('units', '0003_succession_in_time'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='line',
            name='reg_line_place',
        ),
        migrations.RemoveIndex(
            model_name='room',
            name='reg_room_place',
        ),
        migrations.RemoveIndex(
            model_name='server',
            name='reg_server_place',
        ),
        migrations.RemoveIndex(
            model_name='service',
            name='reg_service_place',
        ),
        migrations.AddIndex(
            model_name='line',
            index=models.Index(tinhso.blocks.registers.models.derived.LatitudeStrip('latitude'), models.F('longitude'), condition=models.Q(('removed', False), ('longitude__isnull', False)), include=('latitude', 'unit', 'ended_on', 'kind', 'state', 'provider', 'reserve'), name='reg_line_place'),
        ),
        migrations.AddIndex(
            model_name='room',
            index=models.Index(tinhso.blocks.registers.models.derived.LatitudeStrip('latitude'), models.F('longitude'), condition=models.Q(('removed', False), ('longitude__isnull', False)), include=('latitude', 'unit', 'ended_on', 'kind', 'state'), name='reg_room_place'),
        ),
        migrations.AddIndex(
            model_name='server',
            index=models.Index(tinhso.blocks.registers.models.derived.LatitudeStrip('latitude'), models.F('longitude'), condition=models.Q(('removed', False), ('longitude__isnull', False)), include=('latitude', 'unit', 'ended_on', 'kind', 'state', 'room'), name='reg_server_place'),
        ),
        migrations.AddIndex(
            model_name='service',
            index=models.Index(tinhso.blocks.registers.models.derived.LatitudeStrip('latitude'), models.F('longitude'), condition=models.Q(('removed', False), ('longitude__isnull', False)), include=('latitude', 'unit', 'ended_on', 'kind', 'state', 'essential', 'level'), name='reg_service_place'),
        ),
    ]
