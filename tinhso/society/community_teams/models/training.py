"""Training of members: sessions, who was there, certificates."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit
from tinhso.society.community_teams.models.teams import Member


class Session(models.Model):
    """A training session. ``skill`` is a group of the digital skills framework, as the province's rules name them.

    ``pass_score`` (0–100) is what a certificate needs beside being there; None where nobody is examined.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("sắp tới")
        HELD = "held", _("đã tổ chức")
        CANCELLED = "cancelled", _("đã hủy")

    ref = models.CharField(_("tham chiếu"), max_length=24, unique=True)
    title = models.CharField(_("nội dung"), max_length=200)
    skill = models.CharField(_("nhóm kỹ năng"), max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị tổ chức"))
    held_on = models.DateField(_("ngày"))
    hours = models.DecimalField(_("số giờ"), max_digits=4, decimal_places=1)
    place = models.CharField(_("địa điểm"), max_length=200)
    trainer = models.CharField(_("người hướng dẫn"), max_length=200)
    seats = models.PositiveIntegerField(_("số chỗ"))
    pass_score = models.PositiveSmallIntegerField(_("điểm đạt (0–100)"), null=True, blank=True)
    state = models.CharField(_("trạng thái"), max_length=9, choices=State, default=State.PLANNED)
    closed_at = models.DateTimeField(_("chốt điểm danh lúc"), null=True)
    by = models.CharField(max_length=80)
    by_name = models.CharField(_("người lập"), max_length=200)
    at = models.DateTimeField(_("lập lúc"))
    illustrative = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("buổi tập huấn")
        verbose_name_plural = _("buổi tập huấn")
        indexes = [models.Index(fields=["-held_on", "-id"], name="community_teams_sessions")]
        constraints = [
            models.CheckConstraint(
                name="community_teams_session_numbers",
                condition=models.Q(hours__gt=0, hours__lte=100, seats__gte=1)
                & (models.Q(pass_score=None) | models.Q(pass_score__range=(0, 100))),
            ),
            models.CheckConstraint(
                name="community_teams_session_closed",
                condition=models.Q(state="planned", closed_at=None)
                | models.Q(state__in=("held", "cancelled"), closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """A member's seat in a session. ``certificate`` is its number, ``token`` the public page that proves it."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="seats_taken")
    member = models.ForeignKey(Member, models.PROTECT, related_name="trainings")
    present = models.BooleanField(_("có mặt"), null=True)
    score = models.PositiveSmallIntegerField(_("điểm"), null=True, blank=True)
    certificate = models.CharField(_("số giấy chứng nhận"), max_length=60, blank=True)
    certified_at = models.DateTimeField(_("cấp lúc"), null=True)
    token = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("điểm danh")
        verbose_name_plural = _("điểm danh")
        constraints = [
            models.UniqueConstraint(fields=["session", "member"], name="community_teams_one_seat"),
            models.UniqueConstraint(
                fields=["certificate"], name="community_teams_certificate_once", condition=~models.Q(certificate="")
            ),
            models.CheckConstraint(
                name="community_teams_certified_was_there",
                condition=models.Q(certificate="", certified_at=None)
                | ~models.Q(certificate="") & models.Q(certified_at__isnull=False, present=True),
            ),
            models.CheckConstraint(
                name="community_teams_score", condition=models.Q(score=None) | models.Q(score__range=(0, 100))
            ),
        ]

    def __str__(self) -> str:
        return self.certificate or f"{self.session_id}/{self.member_id}"
