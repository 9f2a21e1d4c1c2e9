"""Difficulties that people told a team of: sent to whoever can do something, until somebody answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit
from tinhso.society.community_teams.models.teams import Team
from tinhso.society.community_teams.models.visits import Visit


class Difficulty(models.Model):
    """What keeps people from using digital services (Nghị định 224/2026/NĐ-CP, Điều 79: collected and reported).

    ``kind`` is one of the province's rules, which say who answers. ``unit`` is where people met it, ``routed_to`` who
    has to answer, None where nobody is named for it.
    """

    class State(models.TextChoices):
        OPEN = "open", _("chờ trả lời")
        ANSWERED = "answered", _("đã trả lời")
        CLOSED = "closed", _("đã xong")

    ref = models.CharField(_("tham chiếu"), max_length=24, unique=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="difficulties", verbose_name=_("tổ"))
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="difficulties")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("nơi gặp"))
    kind = models.CharField(_("loại khó khăn"), max_length=40)
    words = models.CharField(_("nội dung"), max_length=2000)
    people = models.PositiveIntegerField(_("số người gặp"), default=1)
    routed_to = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("nơi trả lời"))
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.OPEN)
    at = models.DateTimeField(_("ghi lúc"))
    by = models.CharField(max_length=80)
    by_name = models.CharField(_("người ghi"), max_length=200)
    due_at = models.DateTimeField(_("hạn trả lời"))
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True)
    answer = models.CharField(_("trả lời"), max_length=2000, blank=True)
    moves = models.PositiveIntegerField(default=0)
    illustrative = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("khó khăn")
        verbose_name_plural = _("khó khăn")
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="community_teams_difficulties"),
            models.Index(fields=["routed_to", "state"], name="community_teams_routed"),
        ]
        constraints = [
            models.CheckConstraint(
                name="community_teams_answered",
                condition=models.Q(state="open", answered_at=None)
                | models.Q(state__in=("answered", "closed"), answered_at__isnull=False) & ~models.Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class Entry(models.Model):
    """What happened to a difficulty; kept for good."""

    difficulty = models.ForeignKey(Difficulty, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=200)
    did = models.CharField(max_length=20)
    note = models.CharField(max_length=2000, blank=True)

    class Meta:
        verbose_name = _("diễn biến")
        verbose_name_plural = _("diễn biến")
        constraints = [models.UniqueConstraint(fields=["difficulty", "number"], name="community_teams_entry_number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.did}"
