"""Applications whose electronic form is still being filled in, and how often one address has begun some."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.cases.models.dossiers import Case, Party
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.forms.models import Draft
from tinhso.blocks.units.models import Unit


class Begun(models.Model):
    """What was told before an electronic form: personal data of nobody's case yet, gone together with its draft.

    ``competent`` is the reference of the commune that decides, where somebody at the desk chose one; ``papers`` are the
    names of those that lie on the desk.
    """

    draft = models.OneToOneField(Draft, models.CASCADE, related_name="+", verbose_name=_("bản nháp"))
    provider = models.CharField(_("nơi công bố thủ tục"), max_length=40)
    procedure = models.CharField(_("mã thủ tục"), max_length=40)
    option = models.CharField(_("mã trường hợp"), max_length=40, blank=True)
    channel = models.SmallIntegerField(_("cách nộp"), choices=Case.Channel)
    receiving_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("nơi tiếp nhận"))
    competent = models.CharField(_("cơ quan có thẩm quyền"), max_length=120, blank=True)
    kind = models.SmallIntegerField(_("đối tượng"), choices=Party.Kind, default=Party.Kind.CITIZEN)
    name = models.CharField(_("họ tên, tên tổ chức"), max_length=200)
    id_number = models.CharField(_("số giấy tờ"), max_length=20, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    email = models.CharField(_("thư điện tử"), max_length=254, blank=True)
    address = models.CharField(_("địa chỉ"), max_length=300, blank=True)
    papers = models.JSONField(_("giấy tờ"), default=list)
    note = models.CharField(_("ghi chú"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("hồ sơ đang điền")
        verbose_name_plural = _("hồ sơ đang điền")
        constraints = [
            models.CheckConstraint(name="cases_begun_by_somebody", condition=models.Q(name__regex=r"\S")),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.draft_id}"


class BegunFile(models.Model):
    """A file that was found harmless while the form was filled in; ``field`` of the form, or empty: a paper beside it.

    It holds on to the file, which is let go of after a month where nothing does. ``paper`` is the code of its kind.
    """

    begun = models.ForeignKey(Begun, models.CASCADE, related_name="files")
    field = models.CharField(_("trường"), max_length=40, blank=True)
    paper = models.CharField(_("mã loại giấy tờ"), max_length=80, blank=True)
    name = models.CharField(_("tên giấy tờ"), max_length=300)
    file_name = models.CharField(_("tên tệp"), max_length=300)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("tệp"))

    class Meta:
        verbose_name = _("tệp của hồ sơ đang điền")
        verbose_name_plural = _("tệp của hồ sơ đang điền")
        constraints = [
            models.UniqueConstraint(
                fields=["begun", "field"], name="cases_one_file_a_field", condition=~models.Q(field="")
            )
        ]

    def __str__(self) -> str:
        return self.name
