"""Versions of surveys, filled-in forms, the files that came with them, and the keys that phones send with."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.identity.models import Person
from tinhso.blocks.units.models import Unit


class Version(models.Model):
    """What a survey asked from a moment on: the workbook as it was handed in, and what was made of it.

    The database refuses to change or remove it. Earlier versions go on taking answers: a phone may be without a network
    for weeks. ``hash`` (MD5, as OpenRosa wants it) tells phones whether theirs is the same.
    """

    survey = models.CharField(_("phiếu"), max_length=60)
    number = models.PositiveIntegerField(_("lần phát hành"))
    version = models.CharField(_("phiên bản"), max_length=60, blank=True)
    title = models.CharField(_("tên"), max_length=300)
    workbook = models.BinaryField(_("bảng tính"))
    workbook_name = models.CharField(_("tên tệp"), max_length=160)
    sha256 = models.CharField(_("mã băm của bảng tính"), max_length=64)
    xform = models.TextField(_("XForm"))
    hash = models.CharField(_("mã băm của XForm"), max_length=32)
    published_at = models.DateTimeField(_("phát hành lúc"))
    published_by = models.CharField(_("người phát hành"), max_length=80)
    published_name = models.CharField(_("tên người phát hành"), max_length=200)

    class Meta:
        verbose_name = _("phiên bản phiếu")
        verbose_name_plural = _("phiên bản phiếu")
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="surveys_number_once"),
            models.UniqueConstraint(fields=["survey", "version"], name="surveys_version_once"),
            models.UniqueConstraint(fields=["survey", "sha256"], name="surveys_workbook_once"),
        ]

    def __str__(self) -> str:
        return f"{self.survey} {self.version}"


class MediaFile(models.Model):
    """A file that a version was published with: a list that it chooses or reads from, a picture beside a question.

    The database refuses to change or remove it.
    """

    version = models.ForeignKey(Version, models.PROTECT, related_name="media", verbose_name=_("phiên bản"))
    name = models.CharField(_("tên tệp"), max_length=160)
    content = models.BinaryField(_("nội dung"))
    md5 = models.CharField(_("mã băm"), max_length=32)

    class Meta:
        verbose_name = _("tệp kèm phiếu")
        verbose_name_plural = _("tệp kèm phiếu")
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="surveys_media_once")]

    def __str__(self) -> str:
        return self.name


class FilledIn(models.Model):
    """One filled-in form, as it was sent (``xml``) and as it was understood (``values``).

    The database refuses to change or remove it, and to keep the same ``instance_id`` twice. ``digest`` is of what was
    sent: the same again is the same form, anything else under its name is refused. ``by`` is who sent it. A correction
    is a new row that ``replaces`` the earlier; ``first_id`` is the instance id of the first of them, by which other
    programs go on calling it (empty: its own).
    """

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    survey = models.CharField(_("phiếu"), max_length=60)
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name=_("phiên bản"))
    instance_id = models.CharField(_("mã do máy điền đặt"), max_length=120)
    digest = models.CharField(max_length=64)
    xml = models.TextField(_("nội dung đã gửi"))
    values = models.JSONField(_("trả lời"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    by = models.CharField(_("người gửi"), max_length=80, db_index=True)
    by_name = models.CharField(_("tên người gửi"), max_length=200)
    device = models.CharField(_("thiết bị"), max_length=200, blank=True)
    started_at = models.DateTimeField(_("bắt đầu điền"), null=True)
    ended_at = models.DateTimeField(_("điền xong"), null=True)
    received_at = models.DateTimeField(_("nhận lúc"))
    illustrative = models.BooleanField(_("minh họa"), default=False)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("sửa cho phiếu")
    )
    first_id = models.CharField(_("mã của phiếu đầu"), max_length=120, blank=True, default="", db_index=True)

    class Meta:
        verbose_name = _("phiếu đã điền")
        verbose_name_plural = _("phiếu đã điền")
        constraints = [models.UniqueConstraint(fields=["survey", "instance_id"], name="surveys_instance_once")]
        indexes = [
            models.Index(fields=["survey", "-received_at", "-id"], name="surveys_newest"),
            models.Index(fields=["survey", "unit", "-received_at"], name="surveys_of_unit"),
        ]

    def __str__(self) -> str:
        return self.ref


class FilledInFile(models.Model):
    """A file that came with a filled-in form, under the name that its answer gives it. It never changes nor goes."""

    filled_in = models.ForeignKey(FilledIn, models.PROTECT, related_name="files")
    name = models.CharField(_("tên tệp"), max_length=160)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("tệp"))

    class Meta:
        verbose_name = _("tệp của phiếu")
        verbose_name_plural = _("tệp của phiếu")
        constraints = [models.UniqueConstraint(fields=["filled_in", "name"], name="surveys_file_once")]

    def __str__(self) -> str:
        return self.name


class Remark(models.Model):
    """What somebody wrote about a filled-in form, or how they judged it; the newest judgement holds.

    It belongs to the first of the rows that correct each other. The database refuses to change or remove it.
    """

    class State(models.TextChoices):
        """The review states of ODK Central, by its names."""

        RECEIVED = "received", _("đã nhận")
        HAS_ISSUES = "hasIssues", _("có vấn đề")
        APPROVED = "approved", _("đã duyệt")
        REJECTED = "rejected", _("bị loại")

    filled_in = models.ForeignKey(FilledIn, models.PROTECT, related_name="remarks", verbose_name=_("phiếu đã điền"))
    state = models.CharField(_("đánh giá"), max_length=12, choices=State.choices, blank=True)
    body = models.TextField(_("bình luận"), blank=True)
    by = models.CharField(_("người ghi"), max_length=80)
    by_name = models.CharField(_("tên người ghi"), max_length=200)
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("nhận xét về phiếu")
        verbose_name_plural = _("nhận xét về phiếu")

    def __str__(self) -> str:
        return self.body[:60] or self.state


class WaitingFile(models.Model):
    """A file of a form whose other files are still to come: phones send what is large in several turns."""

    survey = models.CharField(_("phiếu"), max_length=60)
    instance_id = models.CharField(_("mã do máy điền đặt"), max_length=120)
    by = models.CharField(_("người gửi"), max_length=80)
    name = models.CharField(_("tên tệp"), max_length=160)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("tệp"))
    at = models.DateTimeField(_("lúc"), db_index=True)

    class Meta:
        verbose_name = _("tệp chờ phiếu")
        verbose_name_plural = _("tệp chờ phiếu")
        constraints = [
            models.UniqueConstraint(fields=["survey", "instance_id", "by", "name"], name="surveys_waiting_once")
        ]

    def __str__(self) -> str:
        return self.name


class AppKey(models.Model):
    """What ODK Collect on one phone shows instead of a log-in; only a keyed hash of it is kept."""

    ref = models.CharField(_("tham chiếu"), max_length=24, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    name = models.CharField(_("thiết bị"), max_length=120)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("tạo lúc"))
    expires_at = models.DateTimeField(_("hết hạn"))
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True)
    used_at = models.DateTimeField(_("dùng gần nhất"), null=True)

    class Meta:
        verbose_name = _("khóa ứng dụng")
        verbose_name_plural = _("khóa ứng dụng")

    def __str__(self) -> str:
        return self.name
