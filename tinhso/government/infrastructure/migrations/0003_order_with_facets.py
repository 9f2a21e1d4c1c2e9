"""The order of names holds the facets: a list is filtered as it is walked through, without opening records."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('infrastructure', '0002_guards'),
        ('registers', '0004_quick_letters'),
        ('units', '0003_succession_in_time'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='line',
            name='reg_line_order',
        ),
        migrations.RemoveIndex(
            model_name='room',
            name='reg_room_order',
        ),
        migrations.RemoveIndex(
            model_name='server',
            name='reg_server_order',
        ),
        migrations.RemoveIndex(
            model_name='service',
            name='reg_service_order',
        ),
        migrations.AddIndex(
            model_name='line',
            index=models.Index(condition=models.Q(('removed', False)), fields=['name_key', 'id'], include=('unit', 'ended_on', 'kind', 'state', 'provider', 'reserve'), name='reg_line_order'),
        ),
        migrations.AddIndex(
            model_name='room',
            index=models.Index(condition=models.Q(('removed', False)), fields=['name_key', 'id'], include=('unit', 'ended_on', 'kind', 'state'), name='reg_room_order'),
        ),
        migrations.AddIndex(
            model_name='server',
            index=models.Index(condition=models.Q(('removed', False)), fields=['name_key', 'id'], include=('unit', 'ended_on', 'kind', 'state', 'room'), name='reg_server_order'),
        ),
        migrations.AddIndex(
            model_name='service',
            index=models.Index(condition=models.Q(('removed', False)), fields=['name_key', 'id'], include=('unit', 'ended_on', 'kind', 'state', 'essential', 'level'), name='reg_service_order'),
        ),
    ]
