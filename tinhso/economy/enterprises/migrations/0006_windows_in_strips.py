"""Windows of maps are walked through in strips, and filtered as they are: an index that holds the facets."""

import tinhso.blocks.registers.models.derived
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('enterprises', '0005_order_of_a_unit'),
        ('registers', '0004_quick_letters'),
        ('units', '0003_succession_in_time'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='firm',
            name='reg_firm_place',
        ),
        migrations.RemoveIndex(
            model_name='household',
            name='reg_household_place',
        ),
        migrations.AddIndex(
            model_name='firm',
            index=models.Index(tinhso.blocks.registers.models.derived.LatitudeStrip('latitude'), models.F('longitude'), condition=models.Q(('removed', False), ('longitude__isnull', False)), include=('latitude', 'unit', 'ended_on', 'kind', 'sector', 'size', 'told_by', 'platform', 'e_tax', 'e_invoice', 'signature', 'shop'), name='reg_firm_place'),
        ),
        migrations.AddIndex(
            model_name='household',
            index=models.Index(tinhso.blocks.registers.models.derived.LatitudeStrip('latitude'), models.F('longitude'), condition=models.Q(('removed', False), ('longitude__isnull', False)), include=('latitude', 'unit', 'ended_on', 'sector', 'told_by', 'cashless', 'e_tax', 'e_invoice', 'shop'), name='reg_household_place'),
        ),
    ]
