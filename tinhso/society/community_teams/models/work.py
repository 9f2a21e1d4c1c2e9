"""What teams are asked to do, and what they report of each month."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit
from tinhso.society.community_teams.models.teams import Team


class Task(models.Model):
    """Something that the commune or province asks one team to do; the same asking of many shares ``batch``."""

    class State(models.TextChoices):
        GIVEN = "given", _("chờ làm")
        REPORTED = "reported", _("chờ xác nhận")
        DONE = "done", _("đã xong")
        DROPPED = "dropped", _("thôi làm")

    ref = models.CharField(_("tham chiếu"), max_length=24, unique=True)
    batch = models.CharField(max_length=24, db_index=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="tasks", verbose_name=_("tổ"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị giao"))
    title = models.CharField(_("việc"), max_length=200)
    words = models.CharField(_("nội dung"), max_length=2000, blank=True)
    due_on = models.DateField(_("hạn"))
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.GIVEN)
    given_at = models.DateTimeField(_("giao lúc"))
    giver = models.CharField(max_length=80)
    giver_name = models.CharField(_("người giao"), max_length=200)
    reported_at = models.DateTimeField(_("báo xong lúc"), null=True)
    reporter = models.CharField(max_length=80, blank=True)
    reporter_name = models.CharField(_("người báo"), max_length=200, blank=True)
    result = models.CharField(_("kết quả"), max_length=2000, blank=True)
    closed_at = models.DateTimeField(_("đóng lúc"), null=True)
    closed_note = models.CharField(_("ý kiến"), max_length=2000, blank=True)
    illustrative = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("việc giao cho tổ")
        verbose_name_plural = _("việc giao cho tổ")
        indexes = [models.Index(fields=["team", "state", "due_on"], name="community_teams_tasks")]
        constraints = [
            models.CheckConstraint(
                name="community_teams_task_closed",
                condition=models.Q(state__in=("given", "reported"), closed_at=None)
                | models.Q(state__in=("done", "dropped"), closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="community_teams_task_reported",
                condition=models.Q(state__in=("given", "dropped"))
                | models.Q(reported_at__isnull=False) & ~models.Q(result=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MonthReport(models.Model):
    """A team's month as it was handed in: counted from its records then. Never changed; a later one is the next."""

    ref = models.CharField(_("tham chiếu"), max_length=24, unique=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="reports", verbose_name=_("tổ"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    month = models.CharField(_("tháng"), max_length=7)
    number = models.PositiveSmallIntegerField(_("lần"))
    figures = models.JSONField(_("số liệu"))
    note = models.CharField(_("kiến nghị"), max_length=2000, blank=True)
    at = models.DateTimeField(_("gửi lúc"))
    by = models.CharField(max_length=80)
    by_name = models.CharField(_("người gửi"), max_length=200)
    due_on = models.DateField(_("hạn gửi"))
    illustrative = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("báo cáo tháng của tổ")
        verbose_name_plural = _("báo cáo tháng của tổ")
        indexes = [models.Index(fields=["month", "unit"], name="community_teams_reports")]
        constraints = [
            models.UniqueConstraint(fields=["team", "month", "number"], name="community_teams_report_number"),
            models.CheckConstraint(
                name="community_teams_report_month", condition=models.Q(month__regex=r"^\d{4}-(0[1-9]|1[0-2])$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month}: {self.team}"
