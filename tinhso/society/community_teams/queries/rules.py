"""The province's own rules of community teams: ``community_teams.toml`` in its folder."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field

from tinhso.blocks.indicators.contract.pairs import ComparedSources
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.kernel.province_table import province_table, table
from tinhso.kernel.working_calendar import working_days
from tinhso.ui.wording import name_in_language

HERE = "commune"  # who answers a difficulty: the commune itself


@table
class RuleWord:
    """A word of the province's own lists."""

    code: str
    name: str
    name_en: str

    @property
    def label(self) -> str:
        """Its name in the language of the page."""
        return name_in_language(self)


@table
class DifficultyKind(RuleWord):
    """A kind of difficulty: ``to`` answers (an agency's code, or the commune) within ``days`` working days."""

    to: str = HERE
    days: int = 10


@table
class Reporting:
    """On which working day of the next month a team reports at the latest."""

    working_day: int = 5


@table
class Terms:
    """How many days before the end of a team's term its commune hears of it."""

    warn_days: int = 60


@table
class TeamRules(ComparedSources):
    """What the province decides about its teams; ``certificate``: words of a certificate of training."""

    topics: Annotated[tuple[RuleWord, ...], Field(alias="topic")] = ()
    skills: Annotated[tuple[RuleWord, ...], Field(alias="skill")] = ()
    kinds: Annotated[tuple[DifficultyKind, ...], Field(alias="difficulty")] = ()
    report: Reporting = Reporting()
    terms: Terms = Terms()
    certificate: Mapping[str, Any] = field(default_factory=dict)
    demo: Mapping[str, Any] = field(default_factory=dict)

    def topic(self, code: str) -> str:
        """What a topic is called; its code where it is not in the list any more."""
        return _label_of_code(self.topics, code)

    def skill(self, code: str) -> str:
        """What a group of skills is called."""
        return _label_of_code(self.skills, code)

    def kind_name(self, code: str) -> str:
        """What a kind of difficulty is called."""
        return _label_of_code(self.kinds, code)

    def kind(self, code: str) -> DifficultyKind:
        """A kind of difficulty; refuses what is none."""
        difficulty_kind = next((kind for kind in self.kinds if kind.code == code), None)
        if difficulty_kind is None:
            raise Refused("unknown_kind", _("Không có loại khó khăn “%(code)s”."), code=code[:40])
        return difficulty_kind


def _label_of_code(words: tuple[RuleWord, ...] | tuple[DifficultyKind, ...], code: str) -> str:
    return next((rule_word.label for rule_word in words if rule_word.code == code), code)


rules = province_table("community_teams.toml", TeamRules)


def due_at(now: datetime, days: int) -> datetime:
    """The end of the day ``days`` working days after ``now``."""
    day = working_days().add_working_days(clock.local(now).date(), days)
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=clock.VIETNAM)


def report_due(month: str) -> date:
    """Until which day a team reports of ``month`` (``YYYY-MM``)."""
    year, number = int(month[:4]), int(month[5:])
    first = date(year + number // 12, number % 12 + 1, 1)
    return working_days().nth_working_day(first, rules().report.working_day)
