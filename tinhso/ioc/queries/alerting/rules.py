"""What a province wants to hear of, and who is told when: its ``alerts.toml``."""

from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from tinhso.ioc.queries.alerting.seasonal import Method
from tinhso.kernel import working_calendar
from tinhso.kernel.province_table import province_table, table
from tinhso.kernel.working_calendar import Hours, WorkingCalendar

HEADLINE, KEY, NOTHING = "headline", "key", "none"
OFFICE, ABOVE = "office", "above"
Watch = Literal["headline", "key", "none"]
Number = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]


@table
class Relevance:
    """How far a figure must lie from what was expected to be worth a leader's time: points of a share, per cent of an
    amount, and at least so many of a count. ``watch``: which indicators are watched."""

    watch: Watch = "key"
    points: Number = 1.0
    percent: Number = 10.0
    count: Number = 5.0


@table
class ChangeRules:
    """Sudden changes: when to speak and when an alert ends, how many changes to know before, how many count as recent,
    and what is worth telling at each level."""

    open_at: Number = Method.open_at
    changes_at_least: Count = Method.changes_at_least
    recent: Count = Method.recent
    close_at: Number = 2.5
    province: Relevance = Relevance()
    commune: Relevance = Relevance()

    def __post_init__(self) -> None:
        if self.close_at > self.open_at:
            raise ValueError(_("close_at phải nhỏ hơn open_at, nếu không cảnh báo sẽ bật tắt liên tục"))

    @property
    def method(self) -> Method:
        """The numbers of the method."""
        return Method(self.open_at, self.changes_at_least, self.recent)

    def worth(self, level: str) -> Relevance:
        """What is worth telling of a unit of ``level``."""
        return {"province": self.province, "commune": self.commune}.get(level, Relevance())


@table
class Misses:
    """Which indicators are watched, after how many misses, at most how many units of one indicator (those furthest from
    the target; 0: all)."""

    watch: Watch = "key"
    misses: Count = 1
    worst: Count = 0


@table
class AimRules:
    """Missed targets at each level, and how many periods that meet the target end an alert."""

    meets: Count = 2
    province: Misses = Misses()
    commune: Misses = Misses()

    def at(self, level: str) -> Misses:
        """What holds for units of ``level``."""
        return {"province": self.province, "commune": self.commune}.get(level, Misses())


@table
class Late:
    """Late returns: grace in days; grave from so many days or from this share of those who should report."""

    grace_days: Count = 1
    high_days: Count = 10
    high_share: Number = 0.25


@table
class EscalationStep:
    """One step up when nobody acknowledges: after how many more working hours, to whom."""

    after_hours: Annotated[float, Field(gt=0)]
    to: Literal["office", "above"]
    roles: tuple[str, ...] = ()


@table
class Watching:
    """Whether the former province's figures are watched; after how many periods without a figure nothing is said."""

    former: bool = True
    stale_after: Count = 3


@table
class Owner:
    """Roles of those to whom alerts of a unit go."""

    roles: tuple[str, ...] = ()


@table
class AlertHours:
    """Working hours for alerts, where they are not the office's: ``[["07:30", "11:30"], ["13:00", "17:00"]]``."""

    day: tuple[working_calendar.Interval, ...] = ()


@table
class AlertRules:
    """All of it; the defaults hold where the province says nothing."""

    watching: Annotated[Watching, Field(alias="watch")] = Watching()
    aim: Annotated[AimRules, Field(alias="target")] = AimRules()
    change: ChangeRules = ChangeRules()
    late: Late = Late()
    owner: Owner = Owner()
    steps: Annotated[tuple[EscalationStep, ...], Field(alias="escalation")] = ()
    own_hours: Annotated[AlertHours, Field(alias="hours")] = AlertHours()

    @property
    def hours(self) -> Hours:
        """The hours in which somebody may be expected to look at alerts."""
        return Hours(self.own_hours.day) if self.own_hours.day else working_calendar.calendar().hours

    @property
    def days(self) -> WorkingCalendar:
        """The working days of the province at hand."""
        return working_calendar.working_days()


rules = province_table("alerts.toml", AlertRules)
