"""The records of one unit are found, and listed by name, through an index of their own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('infrastructure', '0003_order_with_facets'),
        ('registers', '0004_quick_letters'),
        ('units', '0003_succession_in_time'),
    ]

    operations = [
        migrations.AlterField(
            model_name='line',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='đơn vị'),
        ),
        migrations.AlterField(
            model_name='room',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='đơn vị'),
        ),
        migrations.AlterField(
            model_name='server',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='đơn vị'),
        ),
        migrations.AlterField(
            model_name='service',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit', verbose_name='đơn vị'),
        ),
        migrations.AddIndex(
            model_name='line',
            index=models.Index(condition=models.Q(('removed', False)), fields=['unit', 'name_key', 'id'], include=('ended_on', 'kind', 'state', 'provider', 'reserve'), name='reg_line_unit'),
        ),
        migrations.AddIndex(
            model_name='room',
            index=models.Index(condition=models.Q(('removed', False)), fields=['unit', 'name_key', 'id'], include=('ended_on', 'kind', 'state'), name='reg_room_unit'),
        ),
        migrations.AddIndex(
            model_name='server',
            index=models.Index(condition=models.Q(('removed', False)), fields=['unit', 'name_key', 'id'], include=('ended_on', 'kind', 'state', 'room'), name='reg_server_unit'),
        ),
        migrations.AddIndex(
            model_name='service',
            index=models.Index(condition=models.Q(('removed', False)), fields=['unit', 'name_key', 'id'], include=('ended_on', 'kind', 'state', 'essential', 'level'), name='reg_service_unit'),
        ),
    ]
