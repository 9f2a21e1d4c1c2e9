"""The drawn processes (BPMN) and their versions.

A version never changes (the database refuses): what began by a drawing ends by it.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Process(models.Model):
    """A drawn way that some procedures follow; ``usual``: all those without one of their own."""

    code = models.SlugField(_("mã quy trình"), max_length=60, unique=True)
    name = models.CharField(_("tên quy trình"), max_length=200)
    procedures = ArrayField(models.CharField(max_length=40), verbose_name=_("thủ tục"), default=list)
    usual = models.BooleanField(_("dùng khi thủ tục chưa có quy trình"), default=False)
    illustrative = models.BooleanField(_("minh họa"), default=False)

    class Meta:
        verbose_name = _("quy trình")
        verbose_name_plural = _("quy trình")
        constraints = [models.UniqueConstraint(fields=["usual"], name="bpmn_one_usual", condition=models.Q(usual=True))]

    def __str__(self) -> str:
        return self.code


class ProcessVersion(models.Model):
    """A drawing, in force from ``since`` until a higher number is; ``sha256`` is of the file, in hexadecimal."""

    process = models.ForeignKey(Process, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("phiên bản"))
    since = models.DateField(_("áp dụng từ"))
    bpmn = models.TextField(_("sơ đồ BPMN"))
    sha256 = models.CharField(_("dấu vân tay"), max_length=64)
    published_at = models.DateTimeField(_("ban hành lúc"))
    published_by = models.CharField(_("ai"), max_length=80)
    published_by_name = models.CharField(_("tên"), max_length=200)
    note = models.CharField(_("vì sao đổi"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("phiên bản quy trình")
        verbose_name_plural = _("phiên bản quy trình")
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="bpmn_process_version")]

    def __str__(self) -> str:
        return f"{self.process_id} v{self.number}"
