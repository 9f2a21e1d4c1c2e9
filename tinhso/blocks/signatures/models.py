"""Documents that were signed here, each signature with its hashes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit


class SignedDocument(models.Model):
    """A document from the bytes that were first signed. ``about`` is what it is to whoever asked for it.

    Neither it nor its signatures ever change or go away (the database refuses).
    """

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    about = models.CharField(_("về"), max_length=120, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    sha256 = models.CharField(_("mã băm của bản gốc"), max_length=64)
    created_at = models.DateTimeField(_("ký lần đầu lúc"))

    class Meta:
        verbose_name = _("văn bản đã ký số")
        verbose_name_plural = _("văn bản đã ký số")
        constraints = [
            models.CheckConstraint(
                name="signatures_document_hash", condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return self.about


class Signature(models.Model):
    """One signature: what was signed, what came out of it (bytes included), whose key, who let it sign, when."""

    document = models.ForeignKey(SignedDocument, models.PROTECT, related_name="signatures")
    place = models.PositiveSmallIntegerField(_("thứ tự"))
    request = models.CharField(_("yêu cầu"), max_length=200, unique=True)
    kind = models.CharField(_("loại"), max_length=10, choices=[("person", _("Cá nhân")), ("seal", _("Cơ quan"))])
    level = models.CharField(_("mức"), max_length=5)
    signed_sha256 = models.CharField(_("mã băm của bản được ký"), max_length=64)
    result_sha256 = models.CharField(_("mã băm của bản đã ký"), max_length=64, db_index=True)
    result = models.BinaryField(_("bản đã ký"))
    by = models.CharField(_("người thực hiện"), max_length=80)
    by_name = models.CharField(_("tên người thực hiện"), max_length=200)
    subject = models.CharField(_("chủ chứng thư"), max_length=500)
    issuer = models.CharField(_("nơi cấp chứng thư"), max_length=500)
    serial = models.CharField(_("số chứng thư"), max_length=64)
    key = models.CharField(_("nơi giữ khóa"), max_length=20)
    said_place = models.CharField(_("nơi ký"), max_length=200, blank=True)
    reason = models.CharField(_("lý do"), max_length=300, blank=True)
    at = models.DateTimeField(_("ký lúc"))

    class Meta:
        verbose_name = _("chữ ký số")
        verbose_name_plural = _("chữ ký số")
        indexes = [models.Index(fields=["serial", "issuer"], name="signatures_by_certificate")]
        constraints = [
            models.UniqueConstraint(fields=["document", "place"], name="signatures_place_once"),
            models.CheckConstraint(name="signatures_kind", condition=models.Q(kind__in=["person", "seal"])),
            models.CheckConstraint(
                name="signatures_level", condition=models.Q(level__in=["B-B", "B-T", "B-LT", "B-LTA"])
            ),
            models.CheckConstraint(
                name="signatures_hashes",
                condition=models.Q(signed_sha256__regex=r"^[0-9a-f]{64}$", result_sha256__regex=r"^[0-9a-f]{64}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.place}"


class ArchiveStamp(models.Model):
    """A timestamp over a whole signed PDF, of which it is known until when its certificate proves anything.

    ``place`` 0 is the one that came with the signature and has no bytes of its own; each later one is a new version,
    the bytes before it and a timestamp more. None of them ever changes (the database refuses).
    """

    signature = models.ForeignKey(Signature, models.PROTECT, related_name="archive_stamps")
    place = models.PositiveSmallIntegerField(_("thứ tự"))
    before_sha256 = models.CharField(_("mã băm của bản trước"), max_length=64)
    sha256 = models.CharField(_("mã băm của bản có dấu thời gian này"), max_length=64)
    content = models.BinaryField(_("bản có dấu thời gian này"), default=b"")
    until = models.DateTimeField(_("chứng thư dấu thời gian hết hạn"))
    at = models.DateTimeField(_("ghi lúc"))

    class Meta:
        verbose_name = _("dấu thời gian lưu trữ")
        verbose_name_plural = _("dấu thời gian lưu trữ")
        constraints = [
            models.UniqueConstraint(fields=["signature", "place"], name="signatures_stamp_place_once"),
            models.CheckConstraint(
                name="signatures_stamp_bytes",
                condition=models.Q(place=0, content=b"") | models.Q(place__gt=0) & ~models.Q(content=b""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signature}/{self.place}"
