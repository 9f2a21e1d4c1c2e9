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
    return {one.code: one for provider in DATA_SET_PROVIDERS for one in provider()}


def newest_run() -> QualityRun | None:
    """The judging of the newest snapshot that was judged."""
    return QualityRun.objects.select_related("snapshot").order_by("-snapshot_id").first()


def last_reminders(keys: Iterable[str], *, now: datetime) -> dict[str, Reminded]:
    """The last reminder of each problem that has one; recent ones must not be repeated yet."""
    recent = now - timedelta(days=limits().remind_again_days)
    found = QualityReminder.objects.filter(key__in=list(keys)).order_by("at")
    return {one.key: Reminded(one.at, one.by_name, one.told, one.at > recent) for one in found}


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
        told = self.sets.get(data_set)
        if told is not None and told.filed_by == "commune":
            return unit
        return agency_of(self.at.places, agency or (told.agency if told is not None else "")) or unit

    def set_name(self, code: str) -> str:
        """A data set's name in the reader's language; of an indicator where the problem is about one."""
        told = self.sets.get(code) or self.at.catalogue.indicators.get(code)
        return name_in_language(told) if told is not None else code


def agency_of(known: Places, code: str) -> UnitNode | None:
    """Today's agency with a short code."""
    return next((one for one in known.today.nodes.values() if one.level == Level.AGENCY and one.code == code), None)


def problems_of(desk: QualityDesk, found: Sequence[QualityFinding]) -> list[QualityProblem]:
    """Findings in words; figures only where the reader may see returns of the unit."""
    last = last_reminders((one.key for one in found), now=desk.now)
    return with_people(desk, [_problem_of_finding(desk, one, last.get(one.key)) for one in found])


def with_people(desk: QualityDesk, found: Sequence[QualityProblem]) -> list[QualityProblem]:
    """The same with the names of those who can correct them: posted at the owner or above it, the nearest first."""
    posts = identity.posts_on(desk.at.today).filter(role__rights__contains=[HAND_IN_RETURNS], person__is_active=True)
    reach: dict[int, set[int]] = {}
    names: dict[int, dict[str, None]] = {}
    for post in posts.select_related("person", "unit"):
        covered = reach.setdefault(post.unit_id, _unit_and_parts(desk.at.places, post.unit_id))
        for owner in {one.owner.pk for one in found if one.owner is not None} & covered:
            names.setdefault(owner, {})[post.person.name] = None
    return [replace(one, people=tuple(names.get(one.owner.pk, ())) if one.owner else ()) for one in found]


def _unit_and_parts(known: Places, unit: int) -> set[int]:
    """A unit, all below it, and what became part of it."""
    node = known.every.nodes.get(unit)
    before = known.sources.get((CURRENT, node.ref), ()) if node is not None else ()
    return {*known.every.subtree(unit), *(one.node.pk for one in before)}


def _problem_of_finding(desk: QualityDesk, one: QualityFinding, last: Reminded | None) -> QualityProblem:
    unit = desk.at.places.by_ref.get(one.unit) or (desk.at.places.home if not one.unit else None)
    owner = desk.owner(one.data_set, unit, one.agency)
    name = name_in_language(unit) if unit is not None else one.unit
    parts = [desk.set_name(one.data_set), name, period_text(one.month)]
    may = owner is not None and desk.by.can(SEE_RETURNS, at=owner)
    return QualityProblem(
        key=one.key,
        kind=one.test,
        title=", ".join(parts),
        why=_doubt_text(desk, one, may),
        unit=unit,
        owner=owner,
        href=reverse("ioc:quality_finding", args=[one.key]),
        data_set=one.data_set,
        period=one.month,
        severity=one.severity,
        reminded=last,
        may_remind=may and desk.by.kind == "person",
        finding=one,
    )


def _doubt_text(desk: QualityDesk, one: QualityFinding, may_see: bool) -> str:
    """Why it is doubted, with figures where they may be seen."""
    words = {
        "value": _plain_number_text(one.value) if may_see else "…",
        "usual": _plain_number_text(one.expected) if may_see else "…",
        "column": column_name(desk, one),
        "more": one.more,
    }
    if one.test == tests.RULE:
        return _("%(more)s: %(value)s so với %(usual)s") % words
    if one.test == tests.FACTOR:
        words["times"] = _power_text(int(one.more or 0))
        return _("%(column)s: %(value)s, %(times)s các kỳ quanh đó (thường %(usual)s); có thể nhầm đơn vị tính") % words
    if one.test == tests.STILL:
        many, _bar, since = one.more.partition("|")
        return _("%(column)s: đúng %(value)s trong %(many)s kỳ liền, từ %(since)s") % {
            **words,
            "many": many,
            "since": period_text(since),
        }
    if one.test == tests.COPIED:
        return _("mọi số phát sinh giống hệt %(period)s") % {"period": period_text(one.more)}
    if one.test == tests.TWIN:
        return _("mọi số phát sinh giống hệt %(units)s cùng kỳ") % {"units": _other_unit_names(desk, one)}
    return _why_alone(one.test) % words


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


def _other_unit_names(desk: QualityDesk, one: QualityFinding) -> str:
    refs = [ref for ref in one.more.split() if ref != one.unit]
    names = [name_in_language(desk.at.places.by_ref[ref]) for ref in refs[:SHOWN_NAMES] if ref in desk.at.places.by_ref]
    return list_text(names) + (" …" if len(refs) > SHOWN_NAMES else "")


def column_name(desk: QualityDesk, one: QualityFinding) -> str:
    """The column's and the members' names."""
    fact = desk.at.catalogue.facts.get(one.data_set)
    if fact is None:
        return one.column
    column = next((name_in_language(found) for found in fact.columns if found.code == one.column), one.column)
    codes = dict(part.split("=", 1) for part in one.member.split(";") if "=" in part)
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


def newest_findings(desk: QualityDesk, wanted: QualityFilter) -> QuerySet[QualityFinding]:
    """Findings of the newest judging, newest month first."""
    found = QualityFinding.objects.filter(run=desk.run, month__range=(wanted.first, wanted.last))
    if wanted.data_set:
        found = found.filter(data_set=wanted.data_set)
    if wanted.agency:
        found = found.filter(agency=wanted.agency)
    if wanted.test:
        found = found.filter(test=wanted.test)
    refs = refs_below(desk.at, wanted.unit)
    if refs is not None:
        found = found.filter(unit__in=refs)
    return found.order_by("-month", "test", "data_set", "unit", "pk")


def refs_below(at: SnapshotFrame, unit: str) -> list[str] | None:
    """References of a unit and all below it, past ones too; None where the whole province is meant."""
    node = at.places.by_ref.get(unit)
    if node is None or (at.places.home is not None and node.pk == at.places.home.pk):
        return None
    sources = (one.node.ref for one in at.places.sources.get((CURRENT, node.ref), ()))
    below = (at.places.every.nodes[pk].ref for pk in at.places.every.subtree(node.pk))
    return sorted({*sources, *below})


def problem_by_key(desk: QualityDesk, key: str) -> QualityProblem:
    """One problem of the newest judging; refuses an unknown one."""
    one = QualityFinding.objects.filter(key=key).order_by("-run__snapshot_id").first()
    if one is None:
        raise Refused("unknown_problem", _("Không còn phát hiện này; có thể số liệu đã được sửa."))
    return problems_of(desk, [one])[0]
