"""What a data set (biểu mẫu) asks for: fields, dimensions, rules and due date, read from a province's data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import Any

from django.utils.translation import gettext as _

from tinhso.government.reporting.queries.tables import SpecTable
from tinhso.kernel import periods
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import Period, PeriodType

TYPES = ("integer", "decimal", "money")
NATURES = ("flow", "stock")
FILED_BY = ("agency", "commune")
ROWS = ("communes", "whole", "own")
SEVERITIES = ("error", "warning")
RULES = ("part_le_whole", "sum_equals", "jump")
WORDS = ("name", "name_en", "description", "legal_basis", "domain")
MAX_PLACES = 3


@dataclass(frozen=True)
class MemberSpec:
    """One value of a dimension."""

    code: str
    name: str
    name_en: str = ""


@dataclass(frozen=True)
class DimensionSpec:
    """A way in which every row is broken down."""

    code: str
    name: str
    name_en: str
    members: tuple[MemberSpec, ...]


@dataclass(frozen=True)
class FieldSpec:
    """A number that is asked for. ``decimals`` is the most places it may have; ``unit`` is its unit of measure."""

    code: str
    name: str
    name_en: str
    unit: str
    type: str
    nature: str
    required: bool
    min: Decimal | None
    max: Decimal | None
    decimals: int


@dataclass(frozen=True)
class RuleSpec:
    """A check between fields of one row, or against the row's last period."""

    kind: str
    severity: str
    part: str = ""
    whole: str = ""
    parts: tuple[str, ...] = ()
    field: str = ""
    max_ratio: Decimal = Decimal(0)

    @property
    def fields(self) -> tuple[str, ...]:
        """Codes of all fields that the rule reads."""
        return tuple(code for code in (self.part, *self.parts, self.whole, self.field) if code)


@dataclass(frozen=True)
class DueRule:
    """Handed in by ``time`` on the n-th working day after the period; 0 means the period's own last day."""

    working_day: int
    time: time


@dataclass(frozen=True)
class FormerAgency:
    """The agency that was responsible for periods up to and including ``to``."""

    code: str
    to: Period


@dataclass(frozen=True)
class DataSetSpec:
    """One version of a form."""

    code: str
    name: str
    name_en: str
    domain: str
    agency: str
    filed_by: str
    rows: str
    period: PeriodType
    due: DueRule
    first: Period
    last: Period | None
    legal_basis: str
    description: str
    dimensions: tuple[DimensionSpec, ...]
    fields: tuple[FieldSpec, ...]
    rules: tuple[RuleSpec, ...]
    former_agencies: tuple[FormerAgency, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def members(self) -> Mapping[str, str]:
        """Keys of all member combinations (``kenh=truc-tuyen``; ``a=x;b=y``) with the words a reader sees."""
        if not self.dimensions:
            return {"": ""}
        combined = product(*([(dim, member) for member in dim.members] for dim in self.dimensions))
        return {
            ";".join(f"{dim.code}={member.code}" for dim, member in pairs): " · ".join(m.name for _dim, m in pairs)
            for pairs in combined
        }

    @cached_property
    def by_code(self) -> Mapping[str, FieldSpec]:
        """Fields by their codes."""
        return {field.code: field for field in self.fields}

    def agency_code(self, period: Period) -> str:
        """The short code of the agency responsible for ``period``."""
        former = (agency.code for agency in self.former_agencies if period.end <= agency.to.end)
        return next(former, self.agency)

    def asks_the_same(self, other: "DataSetSpec") -> bool:
        """Whether both versions ask for the same numbers; only the words around them may differ."""
        return _without_words(self.raw) == _without_words(other.raw)


def _without_words(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key not in WORDS}


def parse_spec(raw: Mapping[str, Any], *, source: str = "") -> DataSetSpec:
    """Read and check one ``[[data_set]]`` table; ``Refused("bad_spec")`` names file, data set and faulty field."""
    table = SpecTable(raw, where=(source, _("biểu mẫu %(code)s") % {"code": raw.get("code", "?")}))
    period = PeriodType(table.one_of("period", tuple(PeriodType)))
    fields = tuple(_read_field(item) for item in table.tables("field", label=_("trường")))
    last = table.text("to", default="")
    spec = DataSetSpec(
        code=table.code("code", pattern=r"[A-Z0-9][A-Z0-9-]*"),
        name=table.text("name"),
        name_en=table.text("name_en", default=""),
        domain=table.text("domain"),
        agency=table.text("agency"),
        filed_by=table.one_of("filed_by", FILED_BY),
        rows=table.one_of("rows", ROWS),
        period=period,
        due=_read_due(table.table("due"), period),
        first=_read_period(table, "from", period),
        last=_read_period(table, "to", period) if last else None,
        legal_basis=table.text("legal_basis", default=""),
        description=table.text("description", default=""),
        dimensions=tuple(
            _read_dimension(item) for item in table.tables("dimension", label=_("phân tổ"), required=False)
        ),
        fields=fields,
        rules=tuple(
            _read_rule(item, {field.code for field in fields})
            for item in table.tables("rule", label=_("quy tắc"), required=False)
        ),
        former_agencies=tuple(
            FormerAgency(item.text("code"), _read_period(item, "to", period))
            for item in table.tables("former_agency", label=_("cơ quan trước đây"), required=False)
        ),
        raw=raw,
    )
    table.done()
    _check_whole(spec, table)
    return spec


def _read_due(table: SpecTable, period: PeriodType) -> DueRule:
    working_day = table.integer("working_day", default=0 if period is PeriodType.DAY else None, least=0)
    hour = table.text("time")
    try:
        due = DueRule(working_day, time.fromisoformat(hour))
    except ValueError:
        table.refuse("time", _("phải là giờ dạng 17:00, đang là “%(value)s”") % {"value": hour})
    table.done()
    return due


def _read_period(table: SpecTable, key: str, kind: PeriodType) -> Period:
    """Any period code; what is finer or coarser than the data set's own period stands for the one it begins in."""
    text = table.text(key)
    try:
        return periods.of(periods.parse(text).start, kind)
    except Refused:
        table.refuse(key, _("không phải kỳ báo cáo: “%(value)s”") % {"value": text})


def _read_field(table: SpecTable) -> FieldSpec:
    kind = table.one_of("type", TYPES)
    spec = FieldSpec(
        code=table.code("code", pattern=r"[a-z][a-z0-9_]*"),
        name=table.text("name"),
        name_en=table.text("name_en", default=""),
        unit=table.text("unit", default=""),
        type=kind,
        nature=table.one_of("nature", NATURES),
        required=table.flag("required", default=True),
        min=table.decimal("min"),
        max=table.decimal("max"),
        decimals=table.integer("decimals", default=MAX_PLACES if kind == "decimal" else 0, least=0),
    )
    if spec.decimals > (MAX_PLACES if kind == "decimal" else 0):
        table.refuse("decimals", _("số nguyên không có số lẻ; số thập phân có nhiều nhất 3 chữ số lẻ"))
    if spec.min is not None and spec.max is not None and spec.min > spec.max:
        table.refuse("min", _("lớn hơn max"))
    table.done()
    return spec


def _read_dimension(table: SpecTable) -> DimensionSpec:
    members = []
    for item in table.tables("members", label=_("phân tổ con")):
        name = item.text("name")
        members.append(MemberSpec(item.code("code", pattern=r"[a-z0-9][a-z0-9_-]*"), name, item.text("name_en", "")))
        item.done()
    if len({member.code for member in members}) < len(members):
        table.refuse("members", _("có mã lặp lại"))
    code, name = table.code("code", pattern=r"[a-z][a-z0-9_]*"), table.text("name")
    spec = DimensionSpec(code, name, table.text("name_en", default=""), tuple(members))
    table.done()
    return spec


def _read_rule(table: SpecTable, known: set[str]) -> RuleSpec:
    kind = table.one_of("kind", RULES)
    severity = table.one_of("severity", SEVERITIES, default="warning" if kind == "jump" else "error")
    if kind == "part_le_whole":
        rule = RuleSpec(kind, severity, part=table.text("part"), whole=table.text("whole"))
    elif kind == "sum_equals":
        rule = RuleSpec(kind, severity, parts=table.texts("parts"), whole=table.text("whole"))
    else:
        ratio = table.decimal("max_ratio") or Decimal(0)
        if ratio <= 1:
            table.refuse("max_ratio", _("phải lớn hơn 1"))
        rule = RuleSpec(kind, severity, field=table.text("field"), max_ratio=ratio)
    for code in rule.fields:
        if code not in known:
            table.refuse("kind", _("nhắc đến trường “%(field)s” không có trong biểu mẫu") % {"field": code})
    table.done()
    return rule


def _check_whole(spec: DataSetSpec, table: SpecTable) -> None:
    codes = [field.code for field in spec.fields]
    reserved_codes = [dim.code for dim in spec.dimensions] + ["unit", "month", "status", "true_for"]
    repeated = {code for code in codes if codes.count(code) > 1} | (set(codes) & set(reserved_codes))
    if repeated:
        table.refuse("field", _("mã “%(code)s” lặp lại hoặc đã dành riêng") % {"code": sorted(repeated)[0]})
    if len(spec.dimensions) > 2:
        table.refuse("dimension", _("nhiều nhất hai phân tổ"))
    if (spec.filed_by == "commune") != (spec.rows == "own"):
        table.refuse("rows", _('xã tự nộp thì rows = "own"; cơ quan nộp thì "communes" hoặc "whole"'))
