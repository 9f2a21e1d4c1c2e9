"""What was judged of a snapshot's data, what looked wrong in it, and who was reminded of what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.indicators.models import Snapshot


class QualityRun(models.Model):
    """One judging of all published values, after one snapshot; ``checked`` counts what each test looked at."""

    snapshot = models.OneToOneField(Snapshot, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("lúc"))
    since = models.CharField(_("từ tháng"), max_length=7)
    seconds = models.FloatField(_("giây"))
    found = models.JSONField(_("số phát hiện"), default=dict)

    class Meta:
        verbose_name = _("lần soát số liệu")
        verbose_name_plural = _("các lần soát số liệu")

    def __str__(self) -> str:
        return str(self.snapshot_id)


class QualityFinding(models.Model):
    """One thing that looks wrong. ``key`` stays the same from run to run; values are text, exact as they were read.

    ``unit`` is what the values are about, ``data_set`` the code of the form (of an indicator for pairs and claims).
    """

    run = models.ForeignKey(QualityRun, models.CASCADE, related_name="findings")
    key = models.CharField(max_length=40)
    test = models.CharField(_("phép thử"), max_length=12)
    severity = models.CharField(_("mức"), max_length=10)
    data_set = models.CharField(_("biểu mẫu"), max_length=40)
    agency = models.CharField(_("cơ quan"), max_length=20, blank=True)
    unit = models.CharField(_("đơn vị"), max_length=40)
    month = models.CharField(_("tháng"), max_length=7)
    member = models.CharField(_("phân tổ"), max_length=120, blank=True)
    column = models.CharField(_("cột"), max_length=60, blank=True)
    value = models.CharField(_("giá trị"), max_length=40, blank=True)
    expected = models.CharField(_("thường là"), max_length=40, blank=True)
    more = models.CharField(_("thêm"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("phát hiện")
        verbose_name_plural = _("các phát hiện")
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="ioc_finding_once")]
        indexes = [models.Index(fields=["run", "test", "-month"], name="ioc_finding_test")]

    def __str__(self) -> str:
        return f"{self.test} {self.data_set} {self.unit} {self.month}"


class QualityTally(models.Model):
    """How many of a unit's months of a data set were tested, and in how many of them something looked wrong."""

    run = models.ForeignKey(QualityRun, models.CASCADE, related_name="tallies")
    data_set = models.CharField(max_length=40)
    unit = models.CharField(max_length=40)
    checked = models.PositiveIntegerField()
    doubted = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("số kỳ đã soát")
        verbose_name_plural = _("số kỳ đã soát")
        constraints = [models.UniqueConstraint(fields=["run", "data_set", "unit"], name="ioc_tally_once")]

    def __str__(self) -> str:
        return f"{self.data_set} {self.unit} {self.doubted}/{self.checked}"


class QualityReminder(models.Model):
    """Somebody was asked to look at a problem; ``key`` is the finding's, or ``return:`` and a return's reference."""

    key = models.CharField(max_length=80)
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai nhắc"), max_length=80)
    by_name = models.CharField(_("tên người nhắc"), max_length=200)
    told = models.PositiveSmallIntegerField(_("số người được nhắc"))

    class Meta:
        verbose_name = _("lời nhắc")
        verbose_name_plural = _("các lời nhắc")
        indexes = [models.Index(fields=["key", "-at"], name="ioc_reminder_key")]

    def __str__(self) -> str:
        return self.key
