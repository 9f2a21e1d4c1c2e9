"""The order of names holds the facets: a list is filtered as it is walked through, without opening records."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectivity', '0003_coverage'),
        ('registers', '0004_quick_letters'),
        ('units', '0003_succession_in_time'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='operator',
            name='reg_operator_order',
        ),
        migrations.RemoveIndex(
            model_name='post',
            name='reg_post_order',
        ),
        migrations.RemoveIndex(
            model_name='station',
            name='reg_station_order',
        ),
        migrations.AddIndex(
            model_name='operator',
            index=models.Index(condition=models.Q(('removed', False)), fields=['name_key', 'id'], include=('unit', 'ended_on', 'mobile', 'fixed'), name='reg_operator_order'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('removed', False)), fields=['name_key', 'id'], include=('unit', 'ended_on', 'kind', 'state', 'same_day', 'helps_online'), name='reg_post_order'),
        ),
        migrations.AddIndex(
            model_name='station',
            index=models.Index(condition=models.Q(('removed', False)), fields=['name_key', 'id'], include=('unit', 'ended_on', 'operator', 'state', 'g3', 'g4', 'g5'), name='reg_station_order'),
        ),
    ]
