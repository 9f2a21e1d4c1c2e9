"""Live checks: what is asked, how it answered, and since when it has answered so."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit


class Check(models.Model):
    """A question to a thing that an operator declared; only hosts within the allowed networks are asked."""

    class Kind(models.TextChoices):
        TCP = "tcp", _("mở được cổng (TCP)")
        HTTP = "http", _("trang trả lời (HTTP)")
        TLS = "tls", _("chứng thư còn hạn (TLS)")
        DNS = "dns", _("tên miền trả lời (DNS)")

    class State(models.TextChoices):
        UNKNOWN = "unknown", _("chưa kiểm tra")
        UP = "up", _("chạy")
        DOWN = "down", _("không chạy")

    ref = models.CharField(_("tham chiếu"), max_length=40, unique=True)
    register = models.CharField(max_length=40)
    thing = models.CharField(max_length=40, db_index=True)
    thing_name = models.CharField(_("kiểm tra"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(_("cách kiểm tra"), max_length=4, choices=Kind)
    host = models.CharField(_("máy"), max_length=253)
    port = models.IntegerField(_("cổng"), default=443)
    path = models.CharField(_("đường dẫn"), max_length=300, blank=True, default="/")
    secure = models.BooleanField(_("HTTPS"), default=True)
    answers = models.CharField(_("trả lời mong đợi"), max_length=200, blank=True)
    days_left = models.IntegerField(_("báo trước khi hết hạn (ngày)"), default=30)
    every_minutes = models.IntegerField(_("mỗi (phút)"), default=5)
    failures_before = models.IntegerField(_("số lần hỏng liền nhau mới báo"), default=2)
    active = models.BooleanField(_("đang kiểm tra"), default=True)
    illustrative = models.BooleanField(default=False, editable=False)
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.UNKNOWN)
    since = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True, db_index=True)
    said = models.CharField(_("câu trả lời"), max_length=300, blank=True)
    milliseconds = models.IntegerField(null=True)

    class Meta:
        verbose_name = _("phép kiểm tra")
        verbose_name_plural = _("phép kiểm tra")
        constraints = [
            models.CheckConstraint(name="infrastructure_port", condition=models.Q(port__range=(1, 65535))),
            models.CheckConstraint(name="infrastructure_every", condition=models.Q(every_minutes__range=(1, 1440))),
        ]

    def __str__(self) -> str:
        return f"{self.thing_name} {self.kind}"


class Result(models.Model):
    """One answer; kept for a season."""

    check_of = models.ForeignKey(Check, models.CASCADE, related_name="results")
    at = models.DateTimeField()
    up = models.BooleanField()
    milliseconds = models.IntegerField()
    said = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("kết quả")
        verbose_name_plural = _("kết quả")
        indexes = [models.Index(fields=["check_of", "-at"], name="infrastructure_results")]

    def __str__(self) -> str:
        return f"{self.at} {self.up}"


class Span(models.Model):
    """From when to when a check found its thing up or down: availability is made of these."""

    check_of = models.ForeignKey(Check, models.CASCADE, related_name="spans")
    up = models.BooleanField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("khoảng chạy")
        verbose_name_plural = _("khoảng chạy")
        constraints = [
            models.UniqueConstraint(
                fields=["check_of"], name="infrastructure_one_open_span", condition=models.Q(until__isnull=True)
            ),
        ]
        indexes = [models.Index(fields=["check_of", "-since"], name="infrastructure_spans")]

    def __str__(self) -> str:
        return f"{self.since} {self.up}"
