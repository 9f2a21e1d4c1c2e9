"""The records of one unit are found, and listed by name, through an index of their own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('enterprises', '0004_order_with_facets'),
        ('registers', '0004_quick_letters'),
        ('units', '0003_succession_in_time'),
    ]

    operations = [
        migrations.AlterField(
            model_name='firm',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='đơn vị'),
        ),
        migrations.AlterField(
            model_name='household',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='đơn vị'),
        ),
        migrations.AddIndex(
            model_name='firm',
            index=models.Index(condition=models.Q(('removed', False)), fields=['unit', 'name_key', 'id'], include=('ended_on', 'kind', 'sector', 'size', 'told_by', 'platform', 'e_tax', 'e_invoice', 'signature', 'shop'), name='reg_firm_unit'),
        ),
        migrations.AddIndex(
            model_name='household',
            index=models.Index(condition=models.Q(('removed', False)), fields=['unit', 'name_key', 'id'], include=('ended_on', 'sector', 'told_by', 'cashless', 'e_tax', 'e_invoice', 'shop'), name='reg_household_unit'),
        ),
    ]
