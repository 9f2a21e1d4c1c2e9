"""The visit log: where a team helped people, with what."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit
from tinhso.society.community_teams.models.teams import Team


class Visit(models.Model):
    """Once that a team helped people. Nobody who was helped is named, only counted.

    ``unit`` is where the team stood then. Nothing of it changes: a wrong one is voided, with the reason, and written
    anew. ``submission`` is the reference of the form that it came by; places are rounded to about a hundred metres.
    """

    class Kind(models.TextChoices):
        HOME = "home", _("tại nhà người dân")
        POINT = "point", _("tại điểm hỗ trợ")
        MARKET = "market", _("tại chợ, nơi kinh doanh")
        MEETING = "meeting", _("buổi sinh hoạt, tuyên truyền")

    ref = models.CharField(_("tham chiếu"), max_length=24, unique=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="visits", verbose_name=_("tổ"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    day = models.DateField(_("ngày"))
    kind = models.CharField(_("hình thức"), max_length=8, choices=Kind)
    people = models.PositiveIntegerField(_("số người được hướng dẫn"))
    women = models.PositiveIntegerField(_("trong đó nữ"), null=True, blank=True)
    old = models.PositiveIntegerField(_("trong đó từ 60 tuổi"), null=True, blank=True)
    done_by_self = models.PositiveIntegerField(_("số người tự làm được sau hướng dẫn"), null=True, blank=True)
    topics = ArrayField(models.CharField(max_length=40), verbose_name=_("nội dung hướng dẫn"))
    note = models.CharField(_("ghi chú"), max_length=1000, blank=True)
    longitude = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    latitude = models.DecimalField(max_digits=5, decimal_places=3, null=True)
    submission = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(_("ghi lúc"))
    by = models.CharField(max_length=80, db_index=True)
    by_name = models.CharField(_("người ghi"), max_length=200)
    voided_at = models.DateTimeField(_("hủy lúc"), null=True)
    voided_by_name = models.CharField(_("người hủy"), max_length=200, blank=True)
    void_why = models.CharField(_("lý do hủy"), max_length=300, blank=True)
    illustrative = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("lượt hỗ trợ")
        verbose_name_plural = _("lượt hỗ trợ")
        indexes = [
            models.Index(fields=["team", "-day", "-id"], name="community_teams_visits"),
            models.Index(fields=["unit", "-day", "-id"], name="community_teams_visits_at"),
            GinIndex(fields=["topics"], name="community_teams_visit_topics"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"], name="community_teams_visit_once", condition=~models.Q(submission="")
            ),
            models.CheckConstraint(
                name="community_teams_visit_counts",
                condition=models.Q(people__range=(1, 5000), topics__len__gte=1)
                & (models.Q(women=None) | models.Q(women__lte=models.F("people")))
                & (models.Q(old=None) | models.Q(old__lte=models.F("people")))
                & (models.Q(done_by_self=None) | models.Q(done_by_self__lte=models.F("people"))),
            ),
            models.CheckConstraint(
                name="community_teams_void_says_why",
                condition=models.Q(voided_at=None, void_why="")
                | models.Q(voided_at__isnull=False) & ~models.Q(void_why=""),
            ),
        ]

    def __str__(self) -> str:
        return self.ref
