"""Files that were read: an inventory, or the answers to a batch; they wait for a yes and can be taken back."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.government.certificates.models.requests import Batch


class Run(models.Model):
    """One file: ``lines`` as they were read (emptied once taken in), ``report`` what they would do or did."""

    class Kind(models.TextChoices):
        INVENTORY = "inventory", _("danh sách chứng thư")
        ANSWERS = "answers", _("kết quả của nơi cấp")

    class State(models.TextChoices):
        HELD = "held", _("chờ xác nhận")
        DONE = "done", _("đã nhập")
        UNDONE = "undone", _("đã hoàn tác")

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="runs")
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.HELD)
    file_name = models.CharField(_("tên tệp"), max_length=200)
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    expires_at = models.DateTimeField(_("chờ đến"))
    lines = models.JSONField(_("dòng đọc được"), encoder=DjangoJSONEncoder)
    report = models.JSONField(_("thay đổi"), encoder=DjangoJSONEncoder)
    touched = models.JSONField(_("đã đụng đến"), default=list)
    undone_at = models.DateTimeField(_("hoàn tác lúc"), null=True)
    undone_by = models.CharField(_("người hoàn tác"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("lần nhập")
        verbose_name_plural = _("các lần nhập")

    def __str__(self) -> str:
        return self.file_name
