"""What looks wrong, in words: what, why, who can correct it, and when they were reminded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.indicators.contract import DATA_SET_PROVIDERS, DataSetFacts
from tinhso.blocks.indicators.rights import HAND_IN_RETURNS, SEE_RETURNS
from tinhso.blocks.units.models import Level
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.models import QualityFinding, QualityReminder, QualityRun
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ioc.queries.places import CURRENT, Places
from tinhso.ioc.queries.quality import series as tests
from tinhso.ioc.queries.quality.limits import limits
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.wording import list_text, name_in_language, number_text, period_text

RETURN_KEY = "return:"
SHOWN_NAMES = 3


@dataclass(frozen=True)
class Reminded:
    """The last time somebody was asked to look at a problem."""

    at: datetime
    by_name: str
    told: int
    is_recent: bool


@dataclass(frozen=True)
class QualityProblem:
    """One thing to look at: what, why it is doubted, where to open it, which unit can correct it (``owner``)."""

    key: str
    kind: str
    title: str
    why: str
    href: str
    data_set: str
    unit: UnitNode | None
    owner: UnitNode | None
    period: str
    severity: str = "warning"
    reminded: Reminded | None = None
    may_remind: bool = False
    people: tuple[str, ...] = ()
    finding: QualityFinding | None = None

    @property
    def kind_name(self) -> str:
        """The test's name."""
        return test_names().get(self.kind, self.kind)


def test_names() -> dict[str, str]:
    """What each test is called."""
    return {
        tests.RULE: _("Trái quy tắc của biểu mẫu"),
        tests.FACTOR: _("Lệch 10, 100, 1.000 lần"),
        tests.STILL: _("Một số lặp lại nhiều kỳ"),
        tests.COPIED: _("Chép nguyên kỳ trước"),
        tests.TWIN: _("Giống hệt đơn vị khác"),
        tests.HEAPED: _("Quá nhiều số tròn chục"),
        tests.ZERO: _("Bằng 0 sau chuỗi dài có số"),
        tests.NEGATIVE: _("Số âm"),
        tests.OVER: _("Tỷ lệ vượt 100%"),
        tests.PAIR: _("Hai nguồn không khớp"),
        tests.CLAIM: _("Khác số đã công bố"),
    }


def test_explanation(test: str) -> str:
    """What a test does, in a sentence."""
    rules = limits()
    return {
        tests.RULE: _("Số đã công bố trái một quy tắc ghi trong biểu mẫu."),
        tests.FACTOR: _(
            "Số gấp, hay chỉ bằng một phần 10, 100, 1.000 trung vị của 12 kỳ quanh nó, ở chuỗi vốn ít lên xuống."
        ),
        tests.STILL: _("Cùng một số phát sinh lặp lại ít nhất %(many)s kỳ liền, trong một chuỗi vốn thay đổi.")
        % {"many": rules.run_length},
        tests.COPIED: _(
            "Mọi số phát sinh của đơn vị trong kỳ giống hệt kỳ liền trước, nhiều số tới mức khó là ngẫu nhiên."
        ),
        tests.TWIN: _(
            "Mọi số phát sinh của hai đơn vị trong cùng kỳ giống hệt nhau, nhiều số tới mức khó là ngẫu nhiên."
        ),
        tests.HEAPED: _("Số có ba chữ số trở lên tận cùng bằng 0 nhiều hơn hẳn các đơn vị khác: có thể là ước lượng."),
        tests.ZERO: _("Bằng 0 sau ít nhất %(many)s kỳ liền có số, ở một cột hiếm khi bằng 0: có thể quên nhập.")
        % {"many": rules.zero_before},
        tests.NEGATIVE: _("Số âm ở cột hầu như không có số âm."),
        tests.OVER: _("Tử số lớn hơn mẫu số, ở chỉ tiêu hầu như không bao giờ vượt 100%."),
        tests.PAIR: _("Hai nguồn nói về cùng một điều chênh nhau quá mức cho phép ghi trong quality.toml."),
        tests.CLAIM: _("Số đã công bố khác số tính lại từ báo cáo; xem trang Đối chiếu số liệu."),
    }.get(test, "")


def data_sets() -> dict[str, DataSetFacts]:
    """Data sets that some app tells the quality of, by code."""
    return {data_set_facts.code: data_set_facts for provider in DATA_SET_PROVIDERS for data_set_facts in provider()}


def newest_run() -> QualityRun | None:
    """The judging of the newest snapshot that was judged."""
    return QualityRun.objects.select_related("snapshot").order_by("-snapshot_id").first()


def last_reminders(keys: Iterable[str], *, now: datetime) -> dict[str, Reminded]:
    """The last reminder of each problem that has one; recent ones must not be repeated yet."""
    recent = now - timedelta(days=limits().remind_again_days)
    quality_reminders = QualityReminder.objects.filter(key__in=list(keys)).order_by("at")
    return {
        quality_reminder.key: Reminded(
            quality_reminder.at, quality_reminder.by_name, quality_reminder.told, quality_reminder.at > recent
        )
        for quality_reminder in quality_reminders
    }


@dataclass(frozen=True)
class QualityDesk:
    """What problems are told with: units, data sets, who asks, and when."""

    at: SnapshotFrame
    by: Actor
    now: datetime
    sets: Mapping[str, DataSetFacts]
    run: QualityRun | None = None

    def owner(self, data_set: str, unit: UnitNode | None, agency: str = "") -> UnitNode | None:
        """The unit whose people can correct a return: the agency responsible, or the commune that files it."""
        data_set_facts = self.sets.get(data_set)
        if data_set_facts is not None and data_set_facts.filed_by == "commune":
            return unit
        return (
            agency_of(self.at.places, agency or (data_set_facts.agency if data_set_facts is not None else "")) or unit
        )

    def set_name(self, code: str) -> str:
        """A data set's name in the reader's language; of an indicator where the problem is about one."""
        catalogue_entry = self.sets.get(code) or self.at.catalogue.indicators.get(code)
        return name_in_language(catalogue_entry) if catalogue_entry is not None else code


def agency_of(places: Places, code: str) -> UnitNode | None:
    """Today's agency with a short code."""
    return next(
        (
            unit_node
            for unit_node in places.today.nodes.values()
            if unit_node.level == Level.AGENCY and unit_node.code == code
        ),
        None,
    )


def problems_of(desk: QualityDesk, quality_findings: Sequence[QualityFinding]) -> list[QualityProblem]:
    """Findings in words; figures only where the reader may see returns of the unit."""
    last = last_reminders((quality_finding.key for quality_finding in quality_findings), now=desk.now)
    return with_people(
        desk,
        [
            _problem_of_finding(desk, quality_finding, last.get(quality_finding.key))
            for quality_finding in quality_findings
        ],
    )


def with_people(desk: QualityDesk, quality_problems: Sequence[QualityProblem]) -> list[QualityProblem]:
    """The same with the names of those who can correct them: posted at the owner or above it, the nearest first."""
    posts = identity.posts_on(desk.at.today).filter(role__rights__contains=[HAND_IN_RETURNS], person__is_active=True)
    reach: dict[int, set[int]] = {}
    names: dict[int, dict[str, None]] = {}
    for post in posts.select_related("person", "unit"):
        covered = reach.setdefault(post.unit_id, _unit_and_parts(desk.at.places, post.unit_id))
        for owner in {
            quality_problem.owner.pk for quality_problem in quality_problems if quality_problem.owner is not None
        } & covered:
            names.setdefault(owner, {})[post.person.name] = None
    return [
        replace(quality_problem, people=tuple(names.get(quality_problem.owner.pk, ())) if quality_problem.owner else ())
        for quality_problem in quality_problems
    ]


def _unit_and_parts(places: Places, unit: int) -> set[int]:
    """A unit, all below it, and what became part of it."""
    node = places.every.nodes.get(unit)
    before = places.sources.get((CURRENT, node.ref), ()) if node is not None else ()
    return {*places.every.subtree(unit), *(unit_source.node.pk for unit_source in before)}


def _problem_of_finding(desk: QualityDesk, quality_finding: QualityFinding, last: Reminded | None) -> QualityProblem:
    unit = desk.at.places.by_ref.get(quality_finding.unit) or (
        desk.at.places.home if not quality_finding.unit else None
    )
    owner = desk.owner(quality_finding.data_set, unit, quality_finding.agency)
    name = name_in_language(unit) if unit is not None else quality_finding.unit
    parts = [desk.set_name(quality_finding.data_set), name, period_text(quality_finding.month)]
    may = owner is not None and desk.by.can(SEE_RETURNS, at=owner)
    return QualityProblem(
        key=quality_finding.key,
        kind=quality_finding.test,
        title=", ".join(parts),
        why=_doubt_text(desk, quality_finding, may),
        unit=unit,
        owner=owner,
        href=reverse("ioc:quality_finding", args=[quality_finding.key]),
        data_set=quality_finding.data_set,
        period=quality_finding.month,
        severity=quality_finding.severity,
        reminded=last,
        may_remind=may and desk.by.kind == "person",
        finding=quality_finding,
    )


def _doubt_text(desk: QualityDesk, quality_finding: QualityFinding, may_see: bool) -> str:
    """Why it is doubted, with figures where they may be seen."""
    words = {
        "value": _plain_number_text(quality_finding.value) if may_see else "…",
        "usual": _plain_number_text(quality_finding.expected) if may_see else "…",
        "column": column_name(desk, quality_finding),
        "more": quality_finding.more,
    }
    if quality_finding.test == tests.RULE:
        return _("%(more)s: %(value)s so với %(usual)s") % words
    if quality_finding.test == tests.FACTOR:
        words["times"] = _power_text(int(quality_finding.more or 0))
        return _("%(column)s: %(value)s, %(times)s các kỳ quanh đó (thường %(usual)s); có thể nhầm đơn vị tính") % words
    if quality_finding.test == tests.STILL:
        many, _bar, since = quality_finding.more.partition("|")
        return _("%(column)s: đúng %(value)s trong %(many)s kỳ liền, từ %(since)s") % {
            **words,
            "many": many,
            "since": period_text(since),
        }
    if quality_finding.test == tests.COPIED:
        return _("mọi số phát sinh giống hệt %(period)s") % {"period": period_text(quality_finding.more)}
    if quality_finding.test == tests.TWIN:
        return _("mọi số phát sinh giống hệt %(units)s cùng kỳ") % {"units": _other_unit_names(desk, quality_finding)}
    return _why_alone(quality_finding.test) % words


def _why_alone(test: str) -> str:
    return {
        tests.HEAPED: _(
            "%(column)s: %(value)s%% các số tận cùng bằng 0, ở các đơn vị khác là %(usual)s%% (%(more)s số)"
        ),
        tests.ZERO: _("%(column)s: bằng 0, các kỳ trước đều có số, thường là %(usual)s"),
        tests.NEGATIVE: _("%(column)s: %(value)s, trong khi cột này không có số âm"),
        tests.OVER: _("chỉ tiêu %(more)s: %(value)s%%, tử số lớn hơn mẫu số"),
        tests.PAIR: _("%(more)s: %(value)s so với %(usual)s"),
        tests.CLAIM: _("đã công bố %(value)s, tính lại từ báo cáo %(usual)s: %(more)s"),
    }.get(test, "%(more)s")


def _power_text(power: int) -> str:
    if power >= 0:
        return _("gấp %(times)s lần") % {"times": number_text(10**power)}
    return _("bằng 1/%(times)s") % {"times": number_text(10**-power)}


def _plain_number_text(text: str) -> str:
    if not text:
        return "—"
    number = Decimal(text)
    return number_text(number, 0 if number == number.to_integral_value() else 2)


def _other_unit_names(desk: QualityDesk, quality_finding: QualityFinding) -> str:
    refs = [ref for ref in quality_finding.more.split() if ref != quality_finding.unit]
    names = [name_in_language(desk.at.places.by_ref[ref]) for ref in refs[:SHOWN_NAMES] if ref in desk.at.places.by_ref]
    return list_text(names) + (" …" if len(refs) > SHOWN_NAMES else "")


def column_name(desk: QualityDesk, quality_finding: QualityFinding) -> str:
    """The column's and the members' names."""
    fact = desk.at.catalogue.facts.get(quality_finding.data_set)
    if fact is None:
        return quality_finding.column
    column = next(
        (name_in_language(fact_column) for fact_column in fact.columns if fact_column.code == quality_finding.column),
        quality_finding.column,
    )
    codes = dict(part.split("=", 1) for part in quality_finding.member.split(";") if "=" in part)
    members = [name_in_language(m) for dim in fact.dims for m in dim.members if codes.get(dim.code) == m.code]
    return f"{column} ({', '.join(members)})" if members else column


@dataclass(frozen=True)
class QualityFilter:
    """What a board is narrowed to; empty means all. Months are both included; ``unit`` is a unit's reference."""

    first: str
    last: str
    data_set: str = ""
    agency: str = ""
    unit: str = ""
    test: str = ""


def newest_findings(desk: QualityDesk, quality_filter: QualityFilter) -> QuerySet[QualityFinding]:
    """Findings of the newest judging, newest month first."""
    quality_findings = QualityFinding.objects.filter(
        run=desk.run, month__range=(quality_filter.first, quality_filter.last)
    )
    if quality_filter.data_set:
        quality_findings = quality_findings.filter(data_set=quality_filter.data_set)
    if quality_filter.agency:
        quality_findings = quality_findings.filter(agency=quality_filter.agency)
    if quality_filter.test:
        quality_findings = quality_findings.filter(test=quality_filter.test)
    refs = refs_below(desk.at, quality_filter.unit)
    if refs is not None:
        quality_findings = quality_findings.filter(unit__in=refs)
    return quality_findings.order_by("-month", "test", "data_set", "unit", "pk")


def refs_below(at: SnapshotFrame, unit: str) -> list[str] | None:
    """References of a unit and all below it, past ones too; None where the whole province is meant."""
    node = at.places.by_ref.get(unit)
    if node is None or (at.places.home is not None and node.pk == at.places.home.pk):
        return None
    sources = (unit_source.node.ref for unit_source in at.places.sources.get((CURRENT, node.ref), ()))
    below = (at.places.every.nodes[pk].ref for pk in at.places.every.subtree(node.pk))
    return sorted({*sources, *below})


def problem_by_key(desk: QualityDesk, key: str) -> QualityProblem:
    """One problem of the newest judging; refuses an unknown one."""
    quality_finding = QualityFinding.objects.filter(key=key).order_by("-run__snapshot_id").first()
    if quality_finding is None:
        raise Refused("unknown_problem", _("Không còn phát hiện này; có thể số liệu đã được sửa."))
    return problems_of(desk, [quality_finding])[0]
