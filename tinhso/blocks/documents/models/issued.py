"""Issued documents with their bytes, and the series that their numbers come from."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit


class NumberSeries(models.Model):
    """The last number that a body gave in a year to documents of one notation; numbers begin again on 1 January."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    notation = models.CharField(_("ký hiệu"), max_length=40)
    year = models.PositiveSmallIntegerField(_("năm"))
    last = models.PositiveIntegerField(_("số cuối"), default=0)

    class Meta:
        verbose_name = _("sổ đăng ký số văn bản")
        verbose_name_plural = _("sổ đăng ký số văn bản")
        constraints = [models.UniqueConstraint(fields=["unit", "notation", "year"], name="documents_one_series")]

    def __str__(self) -> str:
        return f"{self.notation} {self.year}: {self.last}"


class Issued(models.Model):
    """A document that was issued. Number, date and content never change (the database refuses); it may be withdrawn.

    ``content`` is the plain data of ``contract.Document``; ``versions`` are the programs that set its files.
    """

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    notation = models.CharField(_("ký hiệu"), max_length=40)
    year = models.PositiveSmallIntegerField(_("năm"))
    number = models.PositiveIntegerField(_("số"))
    day = models.DateField(_("ngày"))
    kind = models.CharField(_("tên loại"), max_length=80)
    subject = models.CharField(_("trích yếu"), max_length=500)
    content = models.JSONField(_("nội dung"), encoder=DjangoJSONEncoder)
    versions = models.JSONField(_("phiên bản"))
    issued_at = models.DateTimeField(_("ban hành lúc"))
    issued_by = models.CharField(_("người ban hành"), max_length=80)
    issued_by_name = models.CharField(_("tên người ban hành"), max_length=200)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("thay thế văn bản")
    )
    withdrawn_at = models.DateTimeField(_("thu hồi lúc"), null=True)
    withdrawn_by = models.CharField(_("người thu hồi"), max_length=80, blank=True)
    withdrawn_why = models.TextField(_("lý do thu hồi"), blank=True)

    class Meta:
        verbose_name = _("văn bản")
        verbose_name_plural = _("văn bản")
        constraints = [
            models.UniqueConstraint(fields=["unit", "notation", "year", "number"], name="documents_number_once"),
            models.CheckConstraint(
                name="documents_withdrawn_says_why",
                condition=models.Q(withdrawn_at=None) | ~models.Q(withdrawn_why=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number:02d}/{self.notation}"


class IssuedFile(models.Model):
    """The bytes of an issued document in one form, exactly as they were issued; never changed nor removed."""

    document = models.ForeignKey(Issued, models.PROTECT, related_name="files")
    form = models.CharField(_("dạng"), max_length=10)
    sha256 = models.CharField(_("mã băm"), max_length=64)
    size = models.PositiveIntegerField(_("cỡ"))
    content = models.BinaryField(_("nội dung"))

    class Meta:
        verbose_name = _("tệp văn bản")
        verbose_name_plural = _("tệp văn bản")
        constraints = [models.UniqueConstraint(fields=["document", "form"], name="documents_one_file_a_form")]

    def __str__(self) -> str:
        return f"{self.document} {self.form}"
