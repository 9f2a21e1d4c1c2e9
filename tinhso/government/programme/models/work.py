"""Tasks and directives: what somebody was told to do, until when, and everything that happened to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tinhso.blocks.units.models import Unit
from tinhso.government.programme.models.plans import Pillar, Plan


class Work(models.Model):
    """What tasks and directives have in common.

    ``unit`` does it now, ``origin_unit`` was told first; ``owner`` is a person of the unit, or empty. ``climbed`` is
    how far up its lateness was told: 0 nobody, 1 owner (before the day), 2 head of the unit, 3 whoever gave it.
    """

    ref = models.CharField(_("tham chiếu"), max_length=24, unique=True)
    title = models.CharField(_("việc"), max_length=300)
    words = models.CharField(_("nội dung"), max_length=2000, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị chủ trì"))
    origin_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị được giao"))
    owner = models.CharField(max_length=40, blank=True, db_index=True)
    owner_name = models.CharField(_("người phụ trách"), max_length=200, blank=True)
    giver = models.CharField(max_length=80, db_index=True)
    giver_name = models.CharField(_("người giao"), max_length=200)
    given_at = models.DateTimeField(_("giao lúc"))
    first_due_on = models.DateField(_("hạn ban đầu"))
    due_on = models.DateField(_("hạn"))
    closed_at = models.DateTimeField(_("đóng lúc"), null=True)
    climbed = models.PositiveSmallIntegerField(default=0)
    needs_unit = models.BooleanField(_("chờ phân định đơn vị"), default=False)
    moves = models.PositiveIntegerField(default=0)
    illustrative = models.BooleanField(_("minh họa"), default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class Task(Work):
    """A piece of a plan that a unit carries out; ``goal`` is the reference of the aim that it serves."""

    class State(models.TextChoices):
        PLANNED = "planned", _("chưa bắt đầu")
        DOING = "doing", _("đang làm")
        REPORTED = "reported", _("chờ nghiệm thu")
        RETURNED = "returned", _("bị trả lại")
        ACCEPTED = "accepted", _("đã nghiệm thu")
        DONE = "done", _("kết thúc")
        DROPPED = "dropped", _("thôi làm")

    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="tasks", verbose_name=_("chương trình"))
    goal = models.CharField(max_length=24, blank=True, db_index=True)
    pillar = models.CharField(_("trụ cột"), max_length=10, choices=Pillar, default=Pillar.FOUNDATION)
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.PLANNED)
    percent = models.PositiveSmallIntegerField(_("tiến độ (%)"), default=0)
    started_at = models.DateTimeField(_("bắt đầu lúc"), null=True)
    reported_at = models.DateTimeField(_("báo xong lúc"), null=True)

    class Meta:
        verbose_name = _("nhiệm vụ")
        verbose_name_plural = _("nhiệm vụ")
        indexes = [models.Index(fields=["state", "due_on", "id"], name="programme_tasks")]
        constraints = [
            models.CheckConstraint(name="programme_task_percent", condition=models.Q(percent__lte=100)),
            models.CheckConstraint(
                name="programme_task_closed_says_when",
                condition=models.Q(state__in=("accepted", "done", "dropped"), closed_at__isnull=False)
                | (~models.Q(state__in=("accepted", "done", "dropped")) & models.Q(closed_at__isnull=True)),
            ),
        ]


class Directive(Work):
    """What a leader wants done about something; ``about_*`` are its kind, reference, words and address as told then."""

    class State(models.TextChoices):
        OPEN = "open", _("chờ trả lời")
        ANSWERED = "answered", _("đã trả lời")
        CLOSED = "closed", _("kết thúc")
        WITHDRAWN = "withdrawn", _("đã rút")

    about_kind = models.CharField(_("về"), max_length=20, blank=True)
    about_ref = models.CharField(max_length=120, blank=True)
    about_label = models.CharField(_("về việc"), max_length=300, blank=True)
    about_href = models.CharField(max_length=500, blank=True)
    about_unit = models.CharField(max_length=40, blank=True)
    indicator = models.CharField(_("chỉ tiêu"), max_length=40, blank=True)
    period = models.CharField(_("kỳ"), max_length=10, blank=True)
    state = models.CharField(_("trạng thái"), max_length=9, choices=State, default=State.OPEN)
    answered_at = models.DateTimeField(_("trả lời lần đầu lúc"), null=True)
    asked_again = models.PositiveSmallIntegerField(_("số lần hỏi lại"), default=0)

    class Meta:
        verbose_name = _("chỉ đạo")
        verbose_name_plural = _("chỉ đạo")
        indexes = [
            models.Index(fields=["state", "due_on", "id"], name="programme_directives"),
            models.Index(fields=["indicator", "about_unit"], name="programme_directives_on"),
            models.Index(fields=["about_kind", "about_ref"], name="programme_directives_about"),
        ]
        constraints = [
            models.CheckConstraint(
                name="programme_directive_closed_says_when",
                condition=models.Q(state__in=("closed", "withdrawn"), closed_at__isnull=False)
                | models.Q(state__in=("open", "answered"), closed_at__isnull=True),
            ),
        ]


class Partner(models.Model):
    """A unit that helps with a task."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="partners")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("đơn vị phối hợp")
        verbose_name_plural = _("đơn vị phối hợp")
        constraints = [models.UniqueConstraint(fields=["task", "unit"], name="programme_partner_once")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.unit_id}"


class Dependency(models.Model):
    """``task`` cannot be reported as finished before ``on`` is accepted; the database refuses circles."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="needs")
    on = models.ForeignKey(Task, models.PROTECT, related_name="needed_by")

    class Meta:
        verbose_name = _("phụ thuộc")
        verbose_name_plural = _("phụ thuộc")
        constraints = [
            models.UniqueConstraint(fields=["task", "on"], name="programme_dependency_once"),
            models.CheckConstraint(name="programme_not_on_itself", condition=~models.Q(task=models.F("on"))),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} → {self.on_id}"


class Entry(models.Model):
    """One thing that happened to a task or a directive; it stays as it was written."""

    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="entries")
    directive = models.ForeignKey(Directive, models.PROTECT, null=True, related_name="entries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(_("lúc"))
    by = models.CharField(max_length=80)
    by_name = models.CharField(_("ai"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    did = models.CharField(_("việc"), max_length=20)
    state = models.CharField(_("trạng thái"), max_length=9)
    note = models.TextField(_("nội dung"), blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("diễn biến")
        verbose_name_plural = _("diễn biến")
        constraints = [
            models.CheckConstraint(
                name="programme_entry_of_one",
                condition=models.Q(task__isnull=False, directive__isnull=True)
                | models.Q(task__isnull=True, directive__isnull=False),
            ),
            models.UniqueConstraint(fields=["task", "number"], name="programme_task_entry_once"),
            models.UniqueConstraint(fields=["directive", "number"], name="programme_directive_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.did}"
