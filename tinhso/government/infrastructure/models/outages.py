"""Planned outages: announced early enough, or with the reason why not (Nghị định 224/2026/NĐ-CP, Điều 13)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit


class Outage(models.Model):
    """Somebody stops services on purpose; ``ends_at`` is when they are expected back.

    ``notice_days`` are the working days between announcement and begin, ``required_days`` those that the province's
    rule asked for then: the database holds one to the other, unless a reason is given.
    """

    class State(models.TextChoices):
        ANNOUNCED = "announced", _("đã thông báo")
        CANCELLED = "cancelled", _("đã hủy")
        ENDED = "ended", _("đã khôi phục")

    ref = models.CharField(_("tham chiếu"), max_length=40, unique=True)
    title = models.CharField(_("tên"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị vận hành"))
    starts_at = models.DateTimeField(_("ngừng từ"))
    ends_at = models.DateTimeField(_("dự kiến khôi phục"))
    why = models.CharField(_("lý do ngừng"), max_length=1000)
    fallback = models.CharField(_("trong lúc ngừng, làm thế nào"), max_length=1000)
    announced_at = models.DateTimeField(_("thông báo lúc"))
    announced_by = models.CharField(max_length=80)
    announced_by_name = models.CharField(_("người thông báo"), max_length=200)
    notice_days = models.IntegerField(_("số ngày làm việc báo trước"))
    required_days = models.IntegerField(_("số ngày phải báo trước"))
    urgent_why = models.CharField(_("vì sao không báo trước đủ ngày"), max_length=500, blank=True)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.ANNOUNCED)
    closed_at = models.DateTimeField(_("khôi phục hoặc hủy lúc"), null=True)
    closed_why = models.CharField(_("ghi chú khi đóng"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("lần ngừng có kế hoạch")
        verbose_name_plural = _("lần ngừng có kế hoạch")
        indexes = [models.Index(fields=["-starts_at", "-id"], name="infrastructure_outages")]
        constraints = [
            models.CheckConstraint(
                name="infrastructure_announced_early",
                condition=models.Q(notice_days__gte=models.F("required_days")) | ~models.Q(urgent_why=""),
            ),
            models.CheckConstraint(
                name="infrastructure_ends_after", condition=models.Q(ends_at__gt=models.F("starts_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Touched(models.Model):
    """A thing that an outage stops; ``directly`` false: because it depends on one that is stopped."""

    outage = models.ForeignKey(Outage, models.CASCADE, related_name="touched")
    ref = models.CharField(max_length=40, db_index=True)
    register = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    directly = models.BooleanField()

    class Meta:
        verbose_name = _("thứ bị ngừng")
        verbose_name_plural = _("thứ bị ngừng")
        constraints = [models.UniqueConstraint(fields=["outage", "ref"], name="infrastructure_touched_once")]

    def __str__(self) -> str:
        return self.name
