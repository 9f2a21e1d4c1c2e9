"""Certified copies: who certified what, and a line of the register for each copy."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.documents.models.files import StoredFile
from tinhso.blocks.documents.models.verification import Verification
from tinhso.blocks.units.models import Unit


class Certification(models.Model):
    """Copies of one original, certified in one go. ``right`` is what its maker held and a reader must hold, too."""

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    original = models.ForeignKey(StoredFile, models.PROTECT, related_name="certifications", verbose_name=_("bản chính"))
    what = models.CharField(_("tên giấy tờ"), max_length=300)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    right = models.CharField(_("quyền"), max_length=80)
    copies = models.PositiveIntegerField(_("số bản"))
    packed = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("tệp nén"))
    certified_at = models.DateTimeField(_("chứng thực lúc"))
    certified_by = models.CharField(_("người chứng thực"), max_length=80)
    certified_by_name = models.CharField(_("tên người chứng thực"), max_length=200)

    class Meta:
        verbose_name = _("lần chứng thực bản sao")
        verbose_name_plural = _("lần chứng thực bản sao")

    def __str__(self) -> str:
        return self.ref


class CertifiedCopy(models.Model):
    """A line of the register of certified copies; never changed nor removed (the database refuses)."""

    certification = models.ForeignKey(Certification, models.PROTECT, related_name="lines")
    place = models.PositiveIntegerField(_("bản thứ"))
    notation = models.CharField(_("ký hiệu"), max_length=40)
    year = models.PositiveSmallIntegerField(_("năm"))
    number = models.PositiveIntegerField(_("số"))
    sha256 = models.CharField(_("mã băm"), max_length=64)
    verification = models.OneToOneField(Verification, models.PROTECT, related_name="copy")

    class Meta:
        verbose_name = _("bản sao chứng thực")
        verbose_name_plural = _("bản sao chứng thực")
        constraints = [models.UniqueConstraint(fields=["certification", "place"], name="documents_copy_once")]

    def __str__(self) -> str:
        return f"{self.number:02d}/{self.notation}"
