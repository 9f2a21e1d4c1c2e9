"""Definitions as data, snapshots, what each fact held when it was last computed, and claimed figures."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class Domain(models.Model):
    """A field of work that leaders watch together, such as health."""

    code = models.SlugField(_("mã"), unique=True)
    name = models.CharField(_("tên"), max_length=120)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=120, blank=True)
    icon = models.CharField(_("biểu tượng"), max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"))

    class Meta:
        verbose_name = _("lĩnh vực")
        verbose_name_plural = _("lĩnh vực")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Definition(models.Model):
    """One version of a province's own indicator; ``spec`` holds the fields of ``contract.Indicator``."""

    code = models.CharField(_("mã"), max_length=40)
    spec = models.JSONField(_("định nghĩa"), encoder=DjangoJSONEncoder)
    effective = DateRangeField(_("hiệu lực"))

    class Meta:
        verbose_name = _("định nghĩa chỉ tiêu")
        verbose_name_plural = _("định nghĩa chỉ tiêu")
        constraints = [
            ExclusionConstraint(
                name="indicators_one_definition_at_a_time",
                expressions=[("code", RangeOperators.EQUAL), ("effective", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return self.code


class Amendment(models.Model):
    """A decision that changes the number of a target from ``since`` on, for all units or one; ``former_*`` held before.

    It binds once somebody else than who wrote it down has approved it; before that, and when refused, it says nothing.
    """

    ref = models.CharField(_("tham chiếu"), max_length=24, unique=True)
    indicator = models.CharField(_("chỉ tiêu"), max_length=40, db_index=True)
    unit = models.CharField(max_length=40, blank=True)
    since = models.CharField(_("từ tháng"), max_length=7)
    until = models.CharField(_("đến hết tháng"), max_length=7, blank=True)
    floor = models.DecimalField(_("không dưới"), max_digits=24, decimal_places=6, null=True)
    ceiling = models.DecimalField(_("không quá"), max_digits=24, decimal_places=6, null=True)
    former_floor = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    former_ceiling = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    decision = models.CharField(_("số quyết định"), max_length=60)
    decided_on = models.DateField(_("ngày quyết định"))
    why = models.CharField(_("lý do"), max_length=500)
    at = models.DateTimeField(_("ghi lúc"))
    by = models.CharField(max_length=80)
    by_name = models.CharField(_("người ghi"), max_length=200)
    judged_at = models.DateTimeField(_("duyệt lúc"), null=True)
    judged_by = models.CharField(max_length=80, blank=True)
    judged_name = models.CharField(_("người duyệt"), max_length=200, blank=True)
    approved = models.BooleanField(null=True)
    answer = models.CharField(_("ý kiến"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("lần đổi con số phải đạt")
        verbose_name_plural = _("các lần đổi con số phải đạt")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "unit"],
                name="indicators_one_amendment_waits",
                condition=models.Q(approved__isnull=True),
            ),
            models.CheckConstraint(
                name="indicators_amendment_says_a_number",
                condition=models.Q(floor__isnull=False) | models.Q(ceiling__isnull=False),
            ),
            models.CheckConstraint(
                name="indicators_amendment_four_eyes",
                condition=models.Q(approved__isnull=True, judged_at__isnull=True, judged_by="")
                | (
                    models.Q(approved__isnull=False, judged_at__isnull=False)
                    & ~models.Q(judged_by__in=("", models.F("by")))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.since} {self.decision}"


class PublishedCatalogue(models.Model):
    """Domains, facts and definitions as snapshots were made of them; kept once however many snapshots share it."""

    digest = models.CharField(max_length=64, unique=True)
    content = models.JSONField(_("nội dung"), encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("danh mục đã công bố")
        verbose_name_plural = _("danh mục đã công bố")

    def __str__(self) -> str:
        return self.digest[:12]


class Snapshot(models.Model):
    """An immutable, published set of readings. The row is the publication: readers take the highest number.

    ``manifest`` lists, per fact, the files that hold its cells and the columns of each measure; ``catalogue`` what
    its indicators meant. A ``pinned`` one is never swept: something issued must be drawn from it again. Of a ``swept``
    one the files are gone.
    """

    number = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("công bố lúc"))
    engine = models.CharField(_("máy tính toán"), max_length=20)
    manifest = models.JSONField(_("danh mục tệp"))
    summary = models.JSONField(_("thay đổi"), default=dict)
    catalogue = models.ForeignKey(PublishedCatalogue, models.PROTECT, null=True, related_name="snapshots")
    pinned = models.BooleanField(_("giữ mãi"), default=False)
    swept = models.BooleanField(_("đã dọn tệp"), default=False)

    class Meta:
        verbose_name = _("bản chụp số liệu")
        verbose_name_plural = _("bản chụp số liệu")

    def __str__(self) -> str:
        return str(self.number)


class FactMonth(models.Model):
    """What a fact held in one month when the newest snapshot was made; another fingerprint means: compute again."""

    fact = models.CharField(max_length=40)
    month = models.CharField(max_length=7)
    fingerprint = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("tháng dữ liệu")
        verbose_name_plural = _("tháng dữ liệu")
        constraints = [models.UniqueConstraint(fields=["fact", "month"], name="indicators_fact_month_once")]

    def __str__(self) -> str:
        return f"{self.fact} {self.month}"


class Claim(models.Model):
    """A figure that somebody published, to be recomputed from returns: the words, the numbers, where and when."""

    code = models.CharField(_("mã"), max_length=20, unique=True)
    wording = models.CharField(_("nội dung"), max_length=300)
    date = models.DateField(_("ngày công bố"))
    source = models.CharField(_("nguồn"), max_length=200)
    spec = models.JSONField(_("số liệu"), encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("số liệu đã công bố")
        verbose_name_plural = _("số liệu đã công bố")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
