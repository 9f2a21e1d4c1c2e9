"""Messages to the national portal, one line for each case; and cases of ministries' systems, for steering only.

What was sent or skipped never changes (the database refuses), and a message's content never does.
"""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit


class Dispatch(models.Model):
    """One message about a case; the same case, entry, kind and paper is one message, however often it is heard.

    ``paper`` is the reference of the paper that an attached file is, empty for other kinds.

    ``payload`` is what is sent, in the portal's names and without personal data; ``private`` maps the portal's names to
    what must be looked up in the case when it is sent, so that people's data is kept in one place only.
    ``place`` orders the messages of a case.
    """

    class Kind(models.TextChoices):
        CODE = "code", _("mã hồ sơ")
        UPLOAD = "upload", _("tệp đính kèm")
        DOSSIER = "dossier", _("hồ sơ")
        PROGRESS = "progress", _("tiến trình")
        STATUS = "status", _("trạng thái")

    class State(models.TextChoices):
        WAITING = "waiting", _("chờ gửi")
        FAILED = "failed", _("sẽ gửi lại")
        DEAD = "dead", _("dừng, chờ người xử lý")
        SENT = "sent", _("đã gửi")
        SKIPPED = "skipped", _("đã bỏ qua")

    dossier = models.CharField(_("mã hồ sơ"), max_length=40)
    number = models.PositiveIntegerField(_("mục nhật ký"))
    kind = models.CharField(_("loại"), max_length=8, choices=Kind)
    paper = models.CharField(_("giấy tờ"), max_length=24, blank=True, default="")
    place = models.PositiveIntegerField(_("thứ tự"))
    payload = models.JSONField(_("nội dung"))
    private = models.JSONField(_("điền khi gửi"), default=dict)
    state = models.CharField(_("tình trạng"), max_length=8, choices=State, default=State.WAITING)
    happened_at = models.DateTimeField(_("xảy ra lúc"))
    queued_at = models.DateTimeField(_("xếp hàng lúc"))
    tries = models.PositiveSmallIntegerField(_("số lần thử"), default=0)
    failures = models.PositiveSmallIntegerField(_("số lần hỏng"), default=0)
    next_at = models.DateTimeField(_("thử lại lúc"), null=True)
    last_error = models.TextField(_("lỗi gần nhất"), blank=True)
    sent_at = models.DateTimeField(_("gửi xong lúc"), null=True)
    answered = models.JSONField(_("trả lời"), null=True)
    skipped_by = models.CharField(_("người bỏ qua"), max_length=200, blank=True)
    skipped_why = models.TextField(_("lý do bỏ qua"), blank=True)

    class Meta:
        verbose_name = _("thông điệp lên Cổng quốc gia")
        verbose_name_plural = _("thông điệp lên Cổng quốc gia")
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number", "kind", "paper"], name="public_services_one_message"),
            models.CheckConstraint(
                name="public_services_message_state",
                condition=models.Q(state__in=["waiting", "failed", "dead", "sent", "skipped"]),
            ),
            models.CheckConstraint(
                name="public_services_sent_has_its_time",
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="public_services_skipped_says_why",
                condition=~models.Q(state="skipped") | models.Q(skipped_by__regex=r"\S", skipped_why__regex=r"\S"),
            ),
            models.CheckConstraint(
                name="public_services_failed_says_why",
                condition=~models.Q(state__in=["failed", "dead"]) | models.Q(last_error__regex=r"\S"),
            ),
            models.CheckConstraint(
                name="public_services_failed_tries_again",
                condition=~models.Q(state="failed") | models.Q(next_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["dossier", "place"],
                name="public_services_next",
                condition=models.Q(state__in=["waiting", "failed", "dead"]),
            ),
            models.Index(fields=["state", "-happened_at"], name="public_services_by_state"),
            models.Index(fields=["happened_at"], name="public_services_happened"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} #{self.number} {self.kind}"


class ForeignDossier(models.Model):
    """What a ministry's system said of a case, as known during ``known``: read only, no applicant, never ours.

    ``told_at`` is the moment of which the other system speaks; ``unit`` None: its code of the agency, kept in
    ``unit_code``, is nobody that the province knows. Legal basis: Nghị định 224/2026/NĐ-CP, Điều 15.1.h.
    """

    source = models.CharField(_("hệ thống"), max_length=40)
    code = models.CharField(_("mã hồ sơ"), max_length=60)
    procedure = models.CharField(_("mã thủ tục"), max_length=40, blank=True)
    name = models.CharField(_("tên thủ tục"), max_length=500, blank=True)
    unit_code = models.CharField(_("mã cơ quan"), max_length=60, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("cơ quan"))
    status = models.SmallIntegerField(_("trạng thái"))
    submitted_at = models.DateTimeField(_("nộp lúc"), null=True)
    received_at = models.DateTimeField(_("tiếp nhận lúc"), null=True)
    due_at = models.DateTimeField(_("hẹn trả"), null=True)
    finished_at = models.DateTimeField(_("xử lý xong lúc"), null=True)
    returned_at = models.DateTimeField(_("trả kết quả lúc"), null=True)
    told_at = models.DateTimeField(_("hệ thống nguồn ghi lúc"))
    known = DateTimeRangeField(_("được biết"))

    class Meta:
        verbose_name = _("hồ sơ của hệ thống bộ, ngành")
        verbose_name_plural = _("hồ sơ của hệ thống bộ, ngành")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "code"],
                name="public_services_foreign_known_once",
                condition=models.Q(known__endswith__isnull=True),
            ),
            models.CheckConstraint(name="public_services_foreign_status", condition=models.Q(status__range=(1, 10))),
        ]
        indexes = [
            models.Index(fields=["source", "code"], name="public_services_foreign"),
            models.Index(
                fields=["due_at"],
                name="public_services_foreign_due",
                condition=models.Q(known__endswith__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.code}"
