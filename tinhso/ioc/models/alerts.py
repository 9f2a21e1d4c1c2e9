"""Alerts: what deserves a leader's attention, who has it in hand, and everything that happened to it."""

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.identity.models import Person
from tinhso.blocks.units.models import Unit


class Alert(models.Model):
    """One condition at one place, from the moment it began to hold until it ended.

    ``key`` names the condition (kind, indicator or data set, unit, basis or period): the database allows one that is
    not resolved. ``unit`` is the place it is about, ``office`` the unit or agency that answers for it. ``facts`` holds
    the numbers behind the sentence on its page. ``concerned`` are the units named in a grouped alert. A ``restricted``
    one is shown only to those who may see restricted figures of ``unit``.
    """

    class Kind(models.TextChoices):
        TARGET = "target", _("Chưa đạt mục tiêu")
        CHANGE = "change", _("Thay đổi đột ngột")
        LATE = "late", _("Báo cáo trễ hạn")
        RULE = "rule", _("Số liệu vi phạm quy tắc")
        BURST = "burst", _("Phản ánh dồn dập")

    class State(models.TextChoices):
        OPEN = "open", _("mới")
        ACKNOWLEDGED = "acknowledged", _("đã nhận")
        RESOLVED = "resolved", _("đã hết")

    class Severity(models.TextChoices):
        WARNING = "warning", _("cần chú ý")
        HIGH = "high", _("nghiêm trọng")

    ref = models.CharField(_("mã"), max_length=24, unique=True)
    key = models.CharField(_("khóa"), max_length=200)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    severity = models.CharField(_("mức độ"), max_length=10, choices=Severity, default=Severity.WARNING)
    state = models.CharField(_("trạng thái"), max_length=14, choices=State, default=State.OPEN)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    office = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("nơi chịu trách nhiệm"))
    concerned = ArrayField(models.BigIntegerField(), verbose_name=_("đơn vị liên quan"), default=list, blank=True)
    domain = models.CharField(_("lĩnh vực"), max_length=40, blank=True)
    indicator = models.CharField(_("chỉ tiêu"), max_length=40, blank=True)
    data_set = models.CharField(_("biểu mẫu"), max_length=40, blank=True)
    basis = models.CharField(_("cơ sở đơn vị"), max_length=10, blank=True)
    period = models.CharField(_("kỳ"), max_length=10)
    facts = models.JSONField(_("các con số"), encoder=DjangoJSONEncoder, default=dict)
    restricted = models.BooleanField(_("số liệu hạn chế"), default=False)
    snapshot = models.BigIntegerField(_("bản chụp số liệu"), null=True, blank=True)
    opened_at = models.DateTimeField(_("mở lúc"))
    changed_at = models.DateTimeField(_("thay đổi lúc"))
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người phụ trách")
    )
    step = models.PositiveSmallIntegerField(_("số bậc đã chuyển lên"), default=0)
    escalate_at = models.DateTimeField(_("chuyển lên lúc"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("hết lúc"), null=True, blank=True)
    is_demo = models.BooleanField(_("minh họa"), default=False)

    class Meta:
        verbose_name = _("cảnh báo")
        verbose_name_plural = _("cảnh báo")
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=~models.Q(state="resolved"), name="ioc_alert_one_at_a_time"
            ),
            models.CheckConstraint(
                name="ioc_alert_resolved_says_when",
                condition=models.Q(state="resolved") ^ models.Q(resolved_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-opened_at"], name="ioc_alert_list"),
            models.Index(fields=["indicator", "unit"], name="ioc_alert_of"),
            models.Index(fields=["escalate_at"], name="ioc_alert_to_escalate", condition=models.Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.key}"


class AlertEntry(models.Model):
    """One thing that happened to an alert, by whom and when; the database refuses to change or remove it."""

    class Did(models.TextChoices):
        OPENED = "opened", _("mở cảnh báo")
        CONTINUED = "continued", _("vẫn còn ở kỳ mới")
        CORRECTED = "corrected", _("số liệu của kỳ được tính lại")
        ACKNOWLEDGED = "acknowledged", _("nhận xử lý")
        ASSIGNED = "assigned", _("giao người phụ trách")
        SILENCED = "silenced", _("tạm dừng thông báo")
        SPOKE = "spoke", _("thông báo trở lại")
        COMMENTED = "commented", _("ghi chú")
        ESCALATED = "escalated", _("chuyển lên cấp trên")
        RESOLVED = "resolved", _("hết cảnh báo")

    alert = models.ForeignKey(Alert, models.PROTECT, related_name="entries", verbose_name=_("cảnh báo"))
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    did = models.CharField(_("việc"), max_length=14, choices=Did)
    words = models.TextField(_("nội dung"), blank=True)
    data = models.JSONField(_("các con số"), encoder=DjangoJSONEncoder, default=dict)

    class Meta:
        verbose_name = _("diễn biến cảnh báo")
        verbose_name_plural = _("diễn biến cảnh báo")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.did}"


class Silence(models.Model):
    """Nobody is told or pressed until ``until``: about one alert, or about every alert of an indicator at a unit."""

    alert = models.ForeignKey(Alert, models.PROTECT, null=True, blank=True, related_name="silences")
    indicator = models.CharField(_("chỉ tiêu"), max_length=40, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị"))
    until = models.DateTimeField(_("đến"))
    why = models.CharField(_("lý do"), max_length=300)
    at = models.DateTimeField(_("từ"))
    by = models.CharField(_("ai"), max_length=80)
    by_name = models.CharField(_("tên"), max_length=200)
    ended_at = models.DateTimeField(_("thôi tạm dừng lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("tạm dừng thông báo")
        verbose_name_plural = _("tạm dừng thông báo")
        constraints = [
            models.CheckConstraint(
                name="ioc_silence_of_one_alert_or_of_an_indicator",
                condition=models.Q(alert__isnull=False, indicator="", unit__isnull=True)
                | (models.Q(alert__isnull=True, unit__isnull=False) & ~models.Q(indicator="")),
            ),
            models.CheckConstraint(
                name="ioc_silence_ends_after_it_began", condition=models.Q(until__gt=models.F("at"))
            ),
        ]
        indexes = [models.Index(fields=["until"], name="ioc_silence_running", condition=models.Q(ended_at=None))]

    def __str__(self) -> str:
        return f"{self.alert_id or self.indicator} → {self.until:%Y-%m-%d}"


class AlertWish(models.Model):
    """How one person wants to hear of one kind of alert; without a row the usual ways hold."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="alert_wishes", verbose_name=_("người dùng"))
    kind = models.CharField(_("loại"), max_length=10, choices=Alert.Kind)
    in_app = models.BooleanField(_("trong hộp tin"), default=True)
    mail = models.BooleanField(_("thư điện tử"), default=True)
    push = models.BooleanField(_("thông báo đẩy"), default=True)
    digest = models.BooleanField(_("bản tổng hợp buổi sáng"), default=True)

    class Meta:
        verbose_name = _("cách nhận cảnh báo")
        verbose_name_plural = _("cách nhận cảnh báo")
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="ioc_alert_wish_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.kind}"
