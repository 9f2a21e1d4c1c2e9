"""Requests for certificates, what happened to them, their papers, and the batches that went to the cipher agency."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.units.models import Unit
from tinhso.government.certificates import contract
from tinhso.government.certificates.models.register import Certificate, Version


class Batch(models.Model):
    """Requests handed over together, numbered by year without gaps; the files that were handed over never change."""

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    year = models.PositiveSmallIntegerField(_("năm"))
    number = models.PositiveIntegerField(_("số"))
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    note = models.TextField(_("ghi chú"), blank=True)
    sheet = models.BinaryField(_("tệp XLSX"))
    table = models.BinaryField(_("tệp CSV"))
    manifest = models.JSONField(_("bản kê có mã băm"), encoder=DjangoJSONEncoder)
    is_demo = models.BooleanField(_("dữ liệu minh họa"), default=False)

    class Meta:
        verbose_name = _("lô đề nghị")
        verbose_name_plural = _("lô đề nghị")
        constraints = [models.UniqueConstraint(fields=["year", "number"], name="certificates_batch_number")]

    def __str__(self) -> str:
        return f"{self.number:03}/{self.year}"


class Request(models.Model):
    """Somebody asks for a certificate, or for something to be done with one.

    ``values`` are the answers to the fields that the province's ``certificates.toml`` names for the kind of request.
    """

    class Ask(models.TextChoices):
        ISSUE = contract.RequestPurpose.ISSUE.value, _("cấp mới")
        RENEW = contract.RequestPurpose.RENEW.value, _("gia hạn")
        CHANGE = contract.RequestPurpose.CHANGE.value, _("thay đổi nội dung")
        RECOVER = contract.RequestPurpose.RECOVER.value, _("khôi phục thiết bị")
        REVOKE = contract.RequestPurpose.REVOKE.value, _("thu hồi")

    class Step(models.TextChoices):
        DRAFT = contract.RequestStep.DRAFT.value, _("đang soạn")
        SUBMITTED = contract.RequestStep.SUBMITTED.value, _("chờ lãnh đạo duyệt")
        APPROVED = contract.RequestStep.APPROVED.value, _("chờ đầu mối tiếp nhận")
        ACCEPTED = contract.RequestStep.ACCEPTED.value, _("chờ gửi theo lô")
        SENT = contract.RequestStep.SENT.value, _("đã gửi nơi cấp")
        ANSWERED = contract.RequestStep.ANSWERED.value, _("đã có kết quả")
        HANDED = contract.RequestStep.HANDED.value, _("đã bàn giao")
        REFUSED = contract.RequestStep.REFUSED.value, _("bị từ chối")
        WITHDRAWN = contract.RequestStep.WITHDRAWN.value, _("đã rút")

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    key = models.CharField(_("khóa chống gửi hai lần"), max_length=64, null=True, unique=True)
    ask = models.CharField(_("đề nghị"), max_length=10, choices=Ask)
    kind = models.CharField(_("loại chứng thư"), max_length=12, choices=Version.Kind)
    step = models.CharField(_("trạng thái"), max_length=10, choices=Step, default=Step.DRAFT)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    certificate = models.ForeignKey(Certificate, models.PROTECT, null=True, related_name="requests")
    values = models.JSONField(_("nội dung"), default=dict)
    title = models.CharField(_("cho ai"), max_length=400)
    search_text = models.TextField(editable=False)
    made_at = models.DateTimeField(_("lập lúc"))
    made_by = models.CharField(_("người lập"), max_length=80)
    made_by_name = models.CharField(_("tên người lập"), max_length=200)
    submitted_at = models.DateTimeField(_("gửi lúc"), null=True)
    submitted_by = models.CharField(_("người gửi"), max_length=80, blank=True)
    approved_at = models.DateTimeField(_("duyệt lúc"), null=True)
    accepted_at = models.DateTimeField(_("tiếp nhận lúc"), null=True)
    sent_at = models.DateTimeField(_("gửi nơi cấp lúc"), null=True)
    answered_at = models.DateTimeField(_("có kết quả lúc"), null=True)
    handed_at = models.DateTimeField(_("bàn giao lúc"), null=True)
    handed_to = models.CharField(_("bàn giao cho"), max_length=150, blank=True)
    closed_at = models.DateTimeField(_("kết thúc lúc"), null=True)
    due_at = models.DateTimeField(_("hạn của bước này"), null=True)
    why = models.TextField(_("lý do trả lại, từ chối"), blank=True)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="requests")
    result = models.ForeignKey(Certificate, models.PROTECT, null=True, related_name="+")
    moves = models.PositiveIntegerField(_("số lần chuyển bước"), default=0)
    is_demo = models.BooleanField(_("dữ liệu minh họa"), default=False)

    class Meta:
        verbose_name = _("đề nghị")
        verbose_name_plural = _("đề nghị")
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"],
                name="certificates_one_open_request",
                condition=models.Q(step__in=[str(step) for step in contract.OPEN]),
            ),
            models.CheckConstraint(
                name="certificates_request_about_one",
                condition=models.Q(ask="issue") ^ models.Q(certificate__isnull=False),
            ),
            models.CheckConstraint(
                name="certificates_sent_in_a_batch",
                condition=~models.Q(step__in=["sent", "answered", "handed"]) | models.Q(batch__isnull=False),
            ),
            models.CheckConstraint(
                name="certificates_refused_for_a_reason", condition=~models.Q(step="refused") | ~models.Q(why="")
            ),
            models.CheckConstraint(
                name="certificates_handed_to_somebody", condition=~models.Q(step="handed") | ~models.Q(handed_to="")
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "step", "due_at"], name="certificates_requests_desk"),
            models.Index(fields=["step", "due_at"], name="certificates_requests_due"),
            models.Index(fields=["made_at"], name="certificates_requests_made"),
        ]

    def __str__(self) -> str:
        return self.ref


class Entry(models.Model):
    """One thing that happened to a request; never changed (the database refuses)."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField(_("số thứ tự"))
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    step = models.CharField(_("trạng thái sau đó"), max_length=10, choices=Request.Step)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("việc đã làm")
        verbose_name_plural = _("các việc đã làm")
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="certificates_entry_number")]

    def __str__(self) -> str:
        return f"{self.request} {self.number}"


class Paper(models.Model):
    """A paper attached to a request."""

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    request = models.ForeignKey(Request, models.PROTECT, related_name="papers")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField(_("tên tệp"), max_length=150)
    at = models.DateTimeField(_("lúc"))
    by_name = models.CharField(_("ai"), max_length=200)

    class Meta:
        verbose_name = _("giấy tờ kèm theo")
        verbose_name_plural = _("giấy tờ kèm theo")
        constraints = [models.UniqueConstraint(fields=["request", "file"], name="certificates_paper_once")]

    def __str__(self) -> str:
        return self.name
