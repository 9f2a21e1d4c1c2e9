"""Photos and voice notes: the original kept as it came, and what is shown of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.documents.models import StoredFile
from tinhso.society.field_reports.models.reports import Report


class Picture(models.Model):
    """An original photo, and the two pictures drawn anew from it that carry no metadata: one to look at, one for lists.

    ``taken_at`` and the place are what the camera wrote into the original, if anything.
    """

    original = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("bản gốc"))
    shown = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("bản xem"))
    small = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("bản nhỏ"))
    width = models.PositiveIntegerField(_("rộng"))
    height = models.PositiveIntegerField(_("cao"))
    taken_at = models.DateTimeField(_("chụp lúc"), null=True)
    longitude = models.FloatField(_("kinh độ"), null=True)
    latitude = models.FloatField(_("vĩ độ"), null=True)

    class Meta:
        verbose_name = _("ảnh")
        verbose_name_plural = _("ảnh")

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"


class Attachment(models.Model):
    """A photo or a voice note of a report. ``public``: somebody at the desk found that anybody may see it."""

    class Kind(models.TextChoices):
        BEFORE = "before", _("ảnh hiện trường")
        AFTER = "after", _("ảnh sau xử lý")
        VOICE = "voice", _("lời nói")

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    report = models.ForeignKey(Report, models.CASCADE, related_name="attachments")
    kind = models.CharField(_("là gì"), max_length=6, choices=Kind)
    picture = models.ForeignKey(Picture, models.PROTECT, null=True, related_name="+", verbose_name=_("ảnh"))
    voice = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name=_("tệp tiếng"))
    added_at = models.DateTimeField(_("thêm lúc"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    public = models.BooleanField(_("công khai"), default=False)

    class Meta:
        verbose_name = _("tệp kèm phản ánh")
        verbose_name_plural = _("tệp kèm phản ánh")
        constraints = [
            models.UniqueConstraint(fields=["report", "kind", "picture"], name="field_reports_picture_once"),
            models.CheckConstraint(
                name="field_reports_is_one_thing",
                condition=models.Q(kind="voice", voice__isnull=False, picture=None, public=False)
                | (~models.Q(kind="voice") & models.Q(picture__isnull=False, voice=None)),
            ),
        ]
        indexes = [models.Index(fields=["report", "kind", "id"], name="field_reports_files")]

    def __str__(self) -> str:
        return self.ref
