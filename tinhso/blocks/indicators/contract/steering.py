"""What a leader may give a directive about, marks on a course, tables of a report: apps tell, whoever steers asks.

An app that has something to steer by tells how it is called and where it stands::

    @tells_subject("alert")
    def of_alerts(ref: str, by: Actor) -> Subject | None: ...

Whoever keeps directives knows no app: it keeps ``kind`` and ``ref``, with the words and the address as told then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tinhso.kernel.actor import Actor


@dataclass(frozen=True)
class Subject:
    """One thing that somebody may steer by; ``unit`` is where it is, ``indicator`` and ``period`` the course it is on.

    ``office`` is who answers for it where that is another unit.
    ``label`` names nobody and quotes nobody: it is shown to everybody who has to do with the directive.
    """

    kind: str
    ref: str
    label: str
    href: str
    unit: str = ""
    indicator: str = ""
    period: str = ""
    office: str = ""

    @property
    def recipient(self) -> str:
        """The unit to which one would give a directive about it."""
        return self.office or self.unit


@dataclass(frozen=True)
class SteeringMark:
    """Something that was done about an indicator at a unit; a chart marks the moment, the page tells the words."""

    unit: str
    at: datetime
    words: str
    href: str


@dataclass(frozen=True)
class ReportTable:
    """A table for an official report: heads, the number columns among them, rows of text; ``note`` stands below."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    note: str = ""


TableProvider = Callable[[str, date, date, datetime], ReportTable]
TABLE_PROVIDERS: dict[str, TableProvider] = {}
Teller = Callable[[str, Actor], Subject | None]
MarkProvider = Callable[[str, str, Actor], Sequence[SteeringMark]]
SUBJECT_TELLERS: dict[str, Teller] = {}
MARK_PROVIDERS: list[MarkProvider] = []


def register_subject(kind: str) -> Callable[[Teller], Teller]:
    """Register a function (ref, actor) that tells a thing of ``kind``; None where there is none for this actor."""

    def register(teller: Teller) -> Teller:
        SUBJECT_TELLERS[kind] = teller
        return teller

    return register


def subject_of(about: str, by: Actor) -> Subject | None:
    """The thing called ``kind:ref``; None for one that is not there, or not for ``by``."""
    kind, _colon, ref = about.partition(":")
    teller = SUBJECT_TELLERS.get(kind)
    return teller(ref, by) if teller is not None and ref else None


def register_marks(provider: MarkProvider) -> MarkProvider:
    """Register a function (indicator, unit's ref, actor) that yields what was done about the course."""
    MARK_PROVIDERS.append(provider)
    return provider


def register_report_table(code: str) -> Callable[[TableProvider], TableProvider]:
    """Register a function (unit's ref, first and last day, now) that yields the table ``code`` of a periodic report.

    It is for readers within the administration, never for the public.
    """

    def register(provider: TableProvider) -> TableProvider:
        TABLE_PROVIDERS[code] = provider
        return provider

    return register
