"""Resolutions and plans, what they aim at, and how that was judged.

What a target's number is, stands in the definition of the indicator that measures it (``contract.Target``) and nowhere
else; a goal says which document and article ask for it, for which year and unit.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit


class Pillar(models.TextChoices):
    """The three pillars of digital transformation, and what carries them."""

    GOVERNMENT = "government", _("Chính quyền số")
    ECONOMY = "economy", _("Kinh tế số")
    SOCIETY = "society", _("Xã hội số")
    FOUNDATION = "foundation", _("Nền tảng chung")


class Plan(models.Model):
    """A document that sets aims: a resolution, a scheme, a plan; ``first_year`` to ``last_year`` is its period."""

    class Kind(models.TextChoices):
        RESOLUTION = "resolution", _("nghị quyết")
        SCHEME = "scheme", _("đề án")
        PROGRAMME = "programme", _("chương trình")
        PLAN = "plan", _("kế hoạch")

    ref = models.CharField(_("tham chiếu"), max_length=24, unique=True)
    kind = models.CharField(_("loại văn bản"), max_length=10, choices=Kind)
    number = models.CharField(_("số, ký hiệu"), max_length=60)
    title = models.CharField(_("trích yếu"), max_length=300)
    issuer = models.CharField(_("cơ quan ban hành"), max_length=200)
    issued_on = models.DateField(_("ngày ban hành"))
    first_year = models.IntegerField(_("từ năm"))
    last_year = models.IntegerField(_("đến năm"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị chủ trì"))
    source = models.CharField(_("nguồn"), max_length=300, blank=True)
    illustrative = models.BooleanField(_("minh họa"), default=False)
    made_at = models.DateTimeField(_("nhập lúc"))
    made_by = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("chương trình")
        verbose_name_plural = _("chương trình")
        constraints = [
            models.UniqueConstraint(fields=["number", "issued_on"], name="programme_plan_once"),
            models.CheckConstraint(
                name="programme_plan_period",
                condition=models.Q(first_year__gte=1990, last_year__lte=2100, last_year__gte=models.F("first_year")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Goal(models.Model):
    """One wording of an aim, known from ``known_from`` until ``known_to``: a change is a row with the next version.

    ``indicator`` measures it; without one it is a milestone, reached when all its tasks are accepted. ``unit`` empty:
    the whole province.
    """

    ref = models.CharField(_("tham chiếu"), max_length=24)
    version = models.PositiveSmallIntegerField(_("bản"), default=1)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="goals", verbose_name=_("chương trình"))
    title = models.CharField(_("mục tiêu"), max_length=300)
    article = models.CharField(_("điều, mục"), max_length=120, blank=True)
    pillar = models.CharField(_("trụ cột"), max_length=10, choices=Pillar)
    year = models.IntegerField(_("năm"))
    indicator = models.CharField(_("chỉ tiêu"), max_length=40, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị"))
    dropped = models.BooleanField(_("đã bỏ"), default=False)
    why = models.CharField(_("lý do thay đổi"), max_length=500, blank=True)
    known_from = models.DateTimeField(_("từ lúc"))
    known_to = models.DateTimeField(_("đến lúc"), null=True)
    by = models.CharField(max_length=80)
    by_name = models.CharField(_("người ghi"), max_length=200)

    class Meta:
        verbose_name = _("mục tiêu")
        verbose_name_plural = _("mục tiêu")
        constraints = [
            models.UniqueConstraint(fields=["ref", "version"], name="programme_goal_version_once"),
            models.UniqueConstraint(
                fields=["ref"], condition=models.Q(known_to__isnull=True), name="programme_goal_one_wording"
            ),
            models.UniqueConstraint(
                fields=["plan", "indicator", "year", "unit"],
                condition=models.Q(known_to__isnull=True, dropped=False) & ~models.Q(indicator=""),
                nulls_distinct=False,
                name="programme_goal_measured_once",
            ),
            models.CheckConstraint(name="programme_goal_year", condition=models.Q(year__range=(1990, 2100))),
            models.CheckConstraint(
                name="programme_goal_change_says_why", condition=models.Q(version=1) | ~models.Q(why="")
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Judgement(models.Model):
    """How a goal stood in a month, reckoned from what was published then; nobody types it in.

    ``floor`` and ``ceiling`` are the target that it was judged by, whatever became of the target later.
    """

    class State(models.TextChoices):
        REACHED = "reached", _("đạt")
        ON_TRACK = "on_track", _("đúng tiến độ")
        BEHIND = "behind", _("chậm")
        UNKNOWN = "unknown", _("chưa tính được")

    goal = models.CharField(max_length=24)
    month = models.CharField(_("tháng"), max_length=7)
    pillar = models.CharField(max_length=10, choices=Pillar)
    year = models.IntegerField(_("năm"))
    state = models.CharField(_("trạng thái"), max_length=8, choices=State)
    value = models.DecimalField(_("giá trị"), max_digits=24, decimal_places=6, null=True)
    floor = models.DecimalField(_("không dưới"), max_digits=24, decimal_places=6, null=True)
    ceiling = models.DecimalField(_("không quá"), max_digits=24, decimal_places=6, null=True)
    period = models.CharField(_("kỳ"), max_length=10, blank=True)
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("lần đánh giá")
        verbose_name_plural = _("lần đánh giá")
        constraints = [models.UniqueConstraint(fields=["goal", "month"], name="programme_judged_once_a_month")]

    def __str__(self) -> str:
        return f"{self.goal} {self.month} {self.state}"
