"""Processes and their published drawings."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Process",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="mã quy trình")),
                ("name", models.CharField(max_length=200, verbose_name="tên quy trình")),
                (
                    "procedures",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None, verbose_name="thủ tục"
                    ),
                ),
                ("usual", models.BooleanField(default=False, verbose_name="dùng khi thủ tục chưa có quy trình")),
                ("illustrative", models.BooleanField(default=False, verbose_name="minh họa")),
            ],
            options={
                "verbose_name": "quy trình",
                "verbose_name_plural": "quy trình",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("usual", True)), fields=("usual",), name="bpmn_one_usual"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProcessVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="phiên bản")),
                ("since", models.DateField(verbose_name="áp dụng từ")),
                ("bpmn", models.TextField(verbose_name="sơ đồ BPMN")),
                ("sha256", models.CharField(max_length=64, verbose_name="dấu vân tay")),
                ("published_at", models.DateTimeField(verbose_name="ban hành lúc")),
                ("published_by", models.CharField(max_length=80, verbose_name="ai")),
                ("published_by_name", models.CharField(max_length=200, verbose_name="tên")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="vì sao đổi")),
                (
                    "process",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="bpmn.process"
                    ),
                ),
            ],
            options={
                "verbose_name": "phiên bản quy trình",
                "verbose_name_plural": "phiên bản quy trình",
                "constraints": [models.UniqueConstraint(fields=("process", "number"), name="bpmn_process_version")],
            },
        ),
    ]
