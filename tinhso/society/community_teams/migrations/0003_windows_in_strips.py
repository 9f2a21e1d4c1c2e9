"""Windows of maps are walked through in strips, and filtered as they are: an index that holds the facets."""

import tinhso.blocks.registers.models.derived
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('community_teams', '0002_guards'),
        ('registers', '0004_quick_letters'),
        ('units', '0003_succession_in_time'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='member',
            name='reg_member_place',
        ),
        migrations.RemoveIndex(
            model_name='team',
            name='reg_team_place',
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(tinhso.blocks.registers.models.derived.LatitudeStrip('latitude'), models.F('longitude'), condition=models.Q(('removed', False), ('longitude__isnull', False)), include=('latitude', 'unit', 'ended_on', 'role', 'body', 'team'), name='reg_member_place'),
        ),
        migrations.AddIndex(
            model_name='team',
            index=models.Index(tinhso.blocks.registers.models.derived.LatitudeStrip('latitude'), models.F('longitude'), condition=models.Q(('removed', False), ('longitude__isnull', False)), include=('latitude', 'unit', 'ended_on', 'tier'), name='reg_team_place'),
        ),
    ]
