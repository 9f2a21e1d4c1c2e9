"""Data sets (biểu mẫu), returns and every revision of their values."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit


class DataSet(models.Model):
    """One version of a form: its fields, dimensions, rules and due date are data (see ``queries.specs``)."""

    code = models.CharField(_("mã"), max_length=40)
    name = models.CharField(_("tên"), max_length=200)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=200, blank=True)
    domain = models.CharField(_("lĩnh vực"), max_length=40, db_index=True)
    agency = models.CharField(_("cơ quan chịu trách nhiệm"), max_length=20)
    period_type = models.CharField(_("kỳ"), max_length=10)
    spec = models.JSONField(_("nội dung"), encoder=DjangoJSONEncoder)
    effective = DateRangeField(_("hiệu lực"))

    class Meta:
        verbose_name = _("biểu mẫu")
        verbose_name_plural = _("biểu mẫu")
        constraints = [
            ExclusionConstraint(
                name="reporting_one_version_at_a_time",
                expressions=[("code", RangeOperators.EQUAL), ("effective", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Return(models.Model):
    """A data set handed in by one unit for one period."""

    class State(models.TextChoices):
        DRAFT = "draft", _("đang soạn")
        SUBMITTED = "submitted", _("đã gửi, chờ duyệt")
        SENT_BACK = "sent_back", _("trả lại để sửa")
        APPROVED = "approved", _("đã duyệt")
        PUBLISHED = "published", _("đã công bố")

    class Status(models.TextChoices):
        ESTIMATE = "estimate", _("ước tính")
        PRELIMINARY = "preliminary", _("sơ bộ")
        OFFICIAL = "official", _("chính thức")

    ref = models.CharField(_("mã báo cáo"), max_length=24, unique=True)
    data_set = models.ForeignKey(DataSet, models.PROTECT, related_name="returns")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period = models.CharField(_("kỳ"), max_length=10)
    period_end = models.DateField(_("ngày cuối kỳ"), db_index=True)
    due_at = models.DateTimeField(_("hạn gửi"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.DRAFT)
    status = models.CharField(_("tính chất số liệu"), max_length=12, choices=Status, default=Status.OFFICIAL)
    revision = models.ForeignKey("Revision", models.PROTECT, null=True, related_name="+")
    published_revision = models.ForeignKey("Revision", models.PROTECT, null=True, related_name="+")
    first_submitted_at = models.DateTimeField(_("gửi lần đầu"), null=True)
    submitted_at = models.DateTimeField(_("gửi lúc"), null=True)
    submitted_by = models.CharField(_("người gửi"), max_length=80, blank=True)
    approved_at = models.DateTimeField(_("duyệt lúc"), null=True)
    published_at = models.DateTimeField(_("công bố lúc"), null=True)
    sent_back_why = models.TextField(_("lý do trả lại"), blank=True)
    times_sent_back = models.PositiveSmallIntegerField(_("số lần bị trả lại"), default=0)
    delegate = models.CharField(_("người được giao"), max_length=80, blank=True)
    delegate_name = models.CharField(_("tên người được giao"), max_length=200, blank=True)
    is_demo = models.BooleanField(_("dữ liệu minh họa"), default=False)

    class Meta:
        verbose_name = _("báo cáo")
        verbose_name_plural = _("báo cáo")
        constraints = [
            models.UniqueConstraint(fields=["data_set", "unit", "period"], name="reporting_one_return_a_period"),
            models.CheckConstraint(
                name="reporting_published_has_values",
                condition=~models.Q(state="published") | models.Q(published_revision__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "due_at"], name="reporting_desk"),
            models.Index(fields=["data_set", "period"], name="reporting_set_period"),
            models.Index(fields=["due_at"], name="reporting_late", condition=models.Q(first_submitted_at=None)),
            models.Index(fields=["published_at"], name="reporting_published_at"),
            models.Index(fields=["state"], name="reporting_open", condition=~models.Q(state="published")),
        ]

    def __str__(self) -> str:
        return self.ref


class Revision(models.Model):
    """The values of a return at one time; never changed once the return is submitted (the database refuses)."""

    parent = models.ForeignKey(Return, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("lần"))
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    via = models.CharField(_("bằng cách"), max_length=10)
    why = models.TextField(_("lý do"), blank=True)
    sealed = models.BooleanField(_("đã chốt"), default=False)
    warnings = models.JSONField(_("cảnh báo"), default=list)

    class Meta:
        verbose_name = _("lần sửa")
        verbose_name_plural = _("các lần sửa")
        constraints = [models.UniqueConstraint(fields=["parent", "number"], name="reporting_revision_number")]

    def __str__(self) -> str:
        return f"{self.parent} #{self.number}"


class Row(models.Model):
    """One row of a revision: a unit and a combination of members (``kenh=truc-tuyen``; empty without dimensions).

    ``values`` maps field codes to decimal strings ("1542", "84.5"), never floats; a missing key means not given.
    """

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="rows")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    member = models.CharField(_("phân tổ"), max_length=120, blank=True)
    values = models.JSONField(_("số liệu"))

    class Meta:
        verbose_name = _("dòng số liệu")
        verbose_name_plural = _("dòng số liệu")
        constraints = [models.UniqueConstraint(fields=["revision", "unit", "member"], name="reporting_row_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.member}"


class Upload(models.Model):
    """A file that was read but not yet confirmed: what it says waits here, apart from the return, until it expires."""

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    parent = models.ForeignKey(Return, models.CASCADE, related_name="uploads")
    by = models.CharField(_("ai"), max_length=80)
    at = models.DateTimeField(_("lúc"))
    expires_at = models.DateTimeField(_("hết hạn lúc"), db_index=True)
    via = models.CharField(_("bằng cách"), max_length=10)
    file_name = models.CharField(_("tên tệp"), max_length=200)
    entries = models.JSONField(_("số liệu đọc được"))
    problems = models.JSONField(_("lỗi và cảnh báo"))

    class Meta:
        verbose_name = _("tệp chờ xác nhận")
        verbose_name_plural = _("tệp chờ xác nhận")

    def __str__(self) -> str:
        return self.file_name
