"""The order of names holds the facets: a list is filtered as it is walked through, without opening records."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('enterprises', '0003_tools_as_filters'),
        ('registers', '0004_quick_letters'),
        ('units', '0003_succession_in_time'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='firm',
            name='reg_firm_order',
        ),
        migrations.RemoveIndex(
            model_name='household',
            name='reg_household_order',
        ),
        migrations.AddIndex(
            model_name='firm',
            index=models.Index(condition=models.Q(('removed', False)), fields=['name_key', 'id'], include=('unit', 'ended_on', 'kind', 'sector', 'size', 'told_by', 'platform', 'e_tax', 'e_invoice', 'signature', 'shop'), name='reg_firm_order'),
        ),
        migrations.AddIndex(
            model_name='household',
            index=models.Index(condition=models.Q(('removed', False)), fields=['name_key', 'id'], include=('unit', 'ended_on', 'sector', 'told_by', 'cashless', 'e_tax', 'e_invoice', 'shop'), name='reg_household_order'),
        ),
    ]
