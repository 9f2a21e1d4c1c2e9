"""Bulletins: templates of a province, and the issues made of them."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.documents.models import Issued
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.units.models import Unit


class BulletinTemplate(models.Model):
    """What a recurring report says and in which order (see ``queries.bulletins.templates``)."""

    code = models.SlugField(_("mã"), max_length=60, unique=True)
    name = models.CharField(_("tên"), max_length=200)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=200, blank=True)
    period_type = models.CharField(_("kỳ"), max_length=10)
    spec = models.JSONField(_("nội dung"), encoder=DjangoJSONEncoder)
    in_use = models.BooleanField(_("đang dùng"), default=True)

    class Meta:
        verbose_name = _("mẫu bản tin")
        verbose_name_plural = _("mẫu bản tin")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Bulletin(models.Model):
    """One issue of a template for a unit and a period, drawn from one snapshot.

    ``spec`` is the template as it was when the draft was made; ``texts`` maps blocks to what an editor wrote instead.
    ``observed`` is what was seen beside the snapshot when it was handed in: late returns, why figures were revised.
    ``figures`` are the readings that it tells, for the list of revisions of the next issue.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("đang soạn")
        SUBMITTED = "submitted", _("chờ duyệt")
        ISSUED = "issued", _("đã ban hành")
        WITHDRAWN = "withdrawn", _("đã thu hồi")
        DROPPED = "dropped", _("đã bỏ")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("công khai")
        INTERNAL = "internal", _("nội bộ")

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    template = models.ForeignKey(BulletinTemplate, models.PROTECT, related_name="issues", verbose_name=_("mẫu"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    period = models.CharField(_("kỳ"), max_length=10)
    basis = models.CharField(_("cơ sở đơn vị"), max_length=10)
    audience = models.CharField(_("người đọc"), max_length=10, choices=Audience, default=Audience.INTERNAL)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="+", verbose_name=_("bản chụp số liệu"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.DRAFT)
    spec = models.JSONField(_("nội dung mẫu"), encoder=DjangoJSONEncoder)
    texts = models.JSONField(_("phần đã sửa"), default=dict)
    observed = models.JSONField(_("điều thấy được bên cạnh"), default=dict, encoder=DjangoJSONEncoder)
    figures = models.JSONField(_("số liệu đã nêu"), default=list, encoder=DjangoJSONEncoder)
    programs = models.JSONField(_("chương trình"), default=dict)
    made_at = models.DateTimeField(_("lập lúc"))
    made_by = models.CharField(_("người lập"), max_length=80)
    made_by_name = models.CharField(_("tên người lập"), max_length=200)
    submitted_at = models.DateTimeField(_("trình lúc"), null=True)
    submitted_by = models.CharField(_("người trình"), max_length=80, blank=True)
    sent_back_why = models.TextField(_("lý do trả lại"), blank=True)
    issued_at = models.DateTimeField(_("ban hành lúc"), null=True)
    document = models.OneToOneField(
        Issued, models.PROTECT, null=True, related_name="bulletin", verbose_name=_("văn bản")
    )
    former = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="later", verbose_name=_("số trước, để so sửa đổi")
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections", verbose_name=_("đính chính cho")
    )
    reason = models.TextField(_("lý do đính chính"), blank=True)

    class Meta:
        verbose_name = _("bản tin")
        verbose_name_plural = _("bản tin")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["template", "unit", "period"], name="ioc_bulletin_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "unit", "period"],
                condition=models.Q(state__in=["draft", "submitted"]),
                name="ioc_bulletin_one_open_issue",
            ),
            models.CheckConstraint(
                name="ioc_bulletin_issued_has_document",
                condition=~models.Q(state__in=["issued", "withdrawn"]) | models.Q(document__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class BulletinEdit(models.Model):
    """One rewording of a block of an issue; the newest one holds, an empty one goes back to the template's words."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="edits")
    block = models.CharField(_("phần"), max_length=60)
    text = models.TextField(_("nội dung"), blank=True)
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)

    class Meta:
        verbose_name = _("lần sửa bản tin")
        verbose_name_plural = _("các lần sửa bản tin")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.bulletin} {self.block}"
