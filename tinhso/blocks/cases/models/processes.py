"""Where each case stands on its process, and cases that open others.

A case ends by the drawing that it began with (the database refuses another).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.bpmn.models import ProcessVersion
from tinhso.blocks.cases.models.dossiers import Case


class CaseProcess(models.Model):
    """Where a case stands on its way. ``state`` changes only while the case's row is held.

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
    """A case that a step of another one opened; the step is done when the ``child`` is finished."""

    parent = models.ForeignKey(Case, models.PROTECT, related_name="links")
    step = models.PositiveIntegerField(_("bước"))
    child = models.OneToOneField(Case, models.PROTECT, related_name="opened_by")

    class Meta:
        verbose_name = _("hồ sơ liên thông")
        verbose_name_plural = _("hồ sơ liên thông")
        constraints = [models.UniqueConstraint(fields=["parent", "step"], name="cases_link_once")]

    def __str__(self) -> str:
        return f"{self.parent_id} #{self.step} → {self.child_id}"
