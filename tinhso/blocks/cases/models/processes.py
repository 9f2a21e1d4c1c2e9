"""The drawn ways that dossiers take (BPMN), where each dossier stands on its own, and dossiers that open others.

A version never changes (the database refuses): a dossier ends by the drawing that it began with.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.cases.models.dossiers import Case


class Process(models.Model):
    """A way that dossiers of some procedures take; ``usual``: those of all procedures without one of their own."""

    code = models.SlugField(_("mã quy trình"), max_length=60, unique=True)
    name = models.CharField(_("tên quy trình"), max_length=200)
    procedures = ArrayField(models.CharField(max_length=40), verbose_name=_("thủ tục"), default=list)
    usual = models.BooleanField(_("dùng khi thủ tục chưa có quy trình"), default=False)
    illustrative = models.BooleanField(_("minh họa"), default=False)

    class Meta:
        verbose_name = _("quy trình")
        verbose_name_plural = _("quy trình")
        constraints = [
            models.UniqueConstraint(fields=["usual"], name="cases_one_usual", condition=models.Q(usual=True))
        ]

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
        constraints = [models.UniqueConstraint(fields=["process", "number"], name="cases_process_version")]

    def __str__(self) -> str:
        return f"{self.process_id} v{self.number}"


class CaseProcess(models.Model):
    """Where a dossier stands on its way. ``state`` changes only while the dossier's row is held.

    ``wakes_at`` is when the next timer ends, in so far as nothing stops the clock until then.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="process")
    version = models.ForeignKey(ProcessVersion, models.PROTECT, related_name="+")
    state = models.JSONField(_("trạng thái quy trình"))
    wakes_at = models.DateTimeField(_("hẹn giờ"), null=True)

    class Meta:
        verbose_name = _("quy trình của hồ sơ")
        verbose_name_plural = _("quy trình của hồ sơ")
        indexes = [
            models.Index(fields=["wakes_at"], name="cases_wakes", condition=models.Q(wakes_at__isnull=False)),
            models.Index(fields=["version"], name="cases_by_version"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.version_id}"


class CaseLink(models.Model):
    """A dossier that a step of another one opened; the step is done when the ``child`` is finished."""

    parent = models.ForeignKey(Case, models.PROTECT, related_name="links")
    step = models.PositiveIntegerField(_("bước"))
    child = models.OneToOneField(Case, models.PROTECT, related_name="opened_by")

    class Meta:
        verbose_name = _("hồ sơ liên thông")
        verbose_name_plural = _("hồ sơ liên thông")
        constraints = [models.UniqueConstraint(fields=["parent", "step"], name="cases_link_once")]

    def __str__(self) -> str:
        return f"{self.parent_id} #{self.step} → {self.child_id}"
