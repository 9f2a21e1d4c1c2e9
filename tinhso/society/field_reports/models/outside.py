"""What strangers see and ask for: who looked at a report for them, what was covered on photos, who watches a place."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit
from tinhso.society.field_reports.models.files import Attachment, Picture
from tinhso.society.field_reports.models.reports import Report


class Release(models.Model):
    """When strangers could first see a report; written by the database, whoever let it through."""

    report = models.OneToOneField(Report, models.CASCADE, related_name="release")
    at = models.DateTimeField(_("công khai lúc"), db_index=True)

    class Meta:
        verbose_name = _("lần công khai")
        verbose_name_plural = _("lần công khai")

    def __str__(self) -> str:
        return f"#{self.report_id}"


class Look(models.Model):
    """Somebody at the desk looked at a report for strangers, and let it through or hid it; only ever added."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="looks")
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    released = models.BooleanField(_("cho công khai"))
    why = models.TextField(_("lý do"), blank=True)

    class Meta:
        verbose_name = _("lần duyệt công khai")
        verbose_name_plural = _("lần duyệt công khai")
        indexes = [models.Index(fields=["report", "-id"], name="field_reports_looked")]

    def __str__(self) -> str:
        return f"#{self.report_id} {self.released}"


class Covering(models.Model):
    """Faces and plates on a photo were made unrecognisable: ``after`` is shown from then on instead of ``before``.

    ``areas``: left, top, right, bottom of each, in hundredths of the picture's width and height.
    """

    attachment = models.ForeignKey(Attachment, models.CASCADE, related_name="coverings")
    before = models.ForeignKey(Picture, models.PROTECT, related_name="+", verbose_name=_("ảnh trước"))
    after = models.ForeignKey(Picture, models.PROTECT, related_name="+", verbose_name=_("ảnh sau"))
    areas = models.JSONField(_("chỗ che"))
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai"), max_length=80)

    class Meta:
        verbose_name = _("lần che ảnh")
        verbose_name_plural = _("lần che ảnh")

    def __str__(self) -> str:
        return f"#{self.attachment_id}"


class Watch(models.Model):
    """Somebody wants to hear by e-mail of what is reported in a commune (anywhere, where none is named).

    There is one only once its owner has shown that the mailbox is theirs. ``told_until``: what was released before was
    told already.
    """

    email = models.EmailField(_("thư điện tử"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("xã, phường"))
    category = models.CharField(_("lĩnh vực"), max_length=40, blank=True)
    language = models.CharField(_("ngôn ngữ"), max_length=5, default="vi")
    since = models.DateTimeField(_("từ"))
    told_until = models.DateTimeField(_("đã báo đến"))

    class Meta:
        verbose_name = _("đăng ký nhận tin theo nơi")
        verbose_name_plural = _("đăng ký nhận tin theo nơi")
        constraints = [
            models.UniqueConstraint(
                fields=["email", "unit", "category"], name="field_reports_watches_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
