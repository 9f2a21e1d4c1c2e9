"""Every digital tool narrows a list: what the first page counts leads to its records. A generated column is made anew."""

import django.contrib.postgres.fields
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

import tinhso.blocks.registers.models.derived

FIRM = ("kind", "sector", "size", "told_by", "platform", "e_tax", "e_invoice", "signature", "shop")
HOUSEHOLD = ("sector", "told_by", "cashless", "e_tax", "e_invoice", "shop")


def _facets(names):
    listed = django.contrib.postgres.fields.ArrayField(models.TextField())
    made = tinhso.blocks.registers.models.derived.Facets(*names)
    return models.GeneratedField(db_persist=True, expression=made, output_field=listed)


def _made_anew(model, names):
    index = f"reg_{model}_words"
    return [
        migrations.RemoveIndex(model, index),
        migrations.RemoveField(model, "facets"),
        migrations.AddField(model, "facets", _facets(names)),
        migrations.AddIndex(model, GinIndex(fields=["words", "facets"], name=index)),
    ]


class Migration(migrations.Migration):

    dependencies = [("enterprises", "0002_guards")]

    operations = [*_made_anew("firm", FIRM), *_made_anew("household", HOUSEHOLD)]
