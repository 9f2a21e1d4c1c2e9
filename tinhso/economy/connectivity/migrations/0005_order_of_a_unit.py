"""The records of one unit are found, and listed by name, through an index of their own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectivity', '0004_order_with_facets'),
        ('registers', '0004_quick_letters'),
        ('units', '0003_succession_in_time'),
    ]

    operations = [
        migrations.AlterField(
            model_name='coverage',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='đơn vị'),
        ),
        migrations.AlterField(
            model_name='operator',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='đơn vị'),
        ),
        migrations.AlterField(
            model_name='post',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='đơn vị'),
        ),
        migrations.AlterField(
            model_name='station',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='đơn vị'),
        ),
        migrations.AddIndex(
            model_name='coverage',
            index=models.Index(condition=models.Q(('removed', False)), fields=['unit', 'name_key', 'id'], include=('ended_on', 'operator', 'told_by', 'g2', 'g3', 'g4', 'g5'), name='reg_coverage_unit'),
        ),
        migrations.AddIndex(
            model_name='operator',
            index=models.Index(condition=models.Q(('removed', False)), fields=['unit', 'name_key', 'id'], include=('ended_on', 'mobile', 'fixed'), name='reg_operator_unit'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('removed', False)), fields=['unit', 'name_key', 'id'], include=('ended_on', 'kind', 'state', 'same_day', 'helps_online'), name='reg_post_unit'),
        ),
        migrations.AddIndex(
            model_name='station',
            index=models.Index(condition=models.Q(('removed', False)), fields=['unit', 'name_key', 'id'], include=('ended_on', 'operator', 'state', 'g3', 'g4', 'g5'), name='reg_station_unit'),
        ),
    ]
