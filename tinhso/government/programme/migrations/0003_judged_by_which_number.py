"""A judgement keeps the number that it was judged by."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programme', '0002_guards'),
    ]

    operations = [
        migrations.AddField(
            model_name='judgement',
            name='ceiling',
            field=models.DecimalField(decimal_places=6, max_digits=24, null=True, verbose_name='không quá'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='floor',
            field=models.DecimalField(decimal_places=6, max_digits=24, null=True, verbose_name='không dưới'),
        ),
    ]
