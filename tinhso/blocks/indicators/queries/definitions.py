"""Reading an indicator's definition from data, with a message that names the faulty field."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import (
    SMALLEST,
    Access,
    Better,
    Fact,
    FactColumn,
    Indicator,
    IndicatorTarget,
    Nature,
    ReadingKind,
)
from tinhso.blocks.indicators.queries.expressions import BadExpression, parse_expression
from tinhso.kernel import periods
from tinhso.kernel.errors import Refused

TEXTS = ("code", "name", "domain", "fact", "count", "unit_of_measure", "method", "source", "agency")
OPTIONAL_TEXTS = ("name_en", "out_of", "basis", "since", "until")
KNOWN = {
    *TEXTS,
    *OPTIONAL_TEXTS,
    "kind",
    "scale",
    "decimals",
    "period",
    "better",
    "targets",
    "by",
    "headline",
    "key",
    "synonyms",
    "access",
    "smallest",
    "sensitive",
    "sample",
}
SAMPLES = (1, 16, 256)  # one hexadecimal digit of a digest, or two
LEVELS = ("", "province", "district", "commune", "agency")


def read_indicator(spec: Mapping[str, Any]) -> Indicator:
    """The indicator that ``spec`` describes; refuses with the name of the field that is wrong."""
    code = str(spec.get("code", "?"))
    for name in TEXTS:
        if not isinstance(spec.get(name), str) or not spec[name].strip():
            raise _definition_fault(code, name, _("phải có và là chữ"))
    for name in set(spec) - KNOWN:
        raise _definition_fault(code, name, _("không phải một mục của định nghĩa"))
    return Indicator(
        **{name: spec[name].strip() for name in TEXTS},
        **{name: str(spec.get(name, "")) for name in OPTIONAL_TEXTS},
        kind=_read_choice(code, spec, "kind", ReadingKind, None),
        better=_read_choice(code, spec, "better", Better, Better.NONE),
        scale=_integer_field(code, spec, "scale", 1, 1, 10**9),
        decimals=_integer_field(code, spec, "decimals", 0, 0, 6),
        period=str(_read_choice(code, spec, "period", periods.PeriodType, periods.PeriodType.MONTH)),
        targets=tuple(_read_target(code, item) for item in spec.get("targets", [])),
        by=tuple(map(str, spec.get("by", []))),
        headline=bool(spec.get("headline", False)),
        key=bool(spec.get("key", False)),
        synonyms=tuple(map(str, spec.get("synonyms", []))),
        access=_read_access(code, spec.get("access", {})),
        smallest=_integer_field(code, spec, "smallest", SMALLEST, 0, 1000),
        sensitive=bool(spec.get("sensitive", False)),
        sample=_integer_field(code, spec, "sample", 1, 1, max(SAMPLES)),
    )


def definition_as_data(indicator: Indicator) -> dict[str, Any]:
    """The definition as data, such that :func:`read` gives the same indicator again."""
    spec: dict[str, Any] = {name: getattr(indicator, name) for name in (*TEXTS, *OPTIONAL_TEXTS)}
    spec |= {name: str(getattr(indicator, name)) for name in ("kind", "better", "period")}
    plain = ("scale", "decimals", "headline", "key", "smallest", "sensitive", "sample")
    spec |= {name: getattr(indicator, name) for name in plain}
    spec |= {"by": list(indicator.by), "synonyms": list(indicator.synonyms)}
    spec["access"] = {level or "default": str(access) for level, access in indicator.access}
    spec["targets"] = [_target_spec(target) for target in indicator.targets]
    return spec


def _target_spec(target: IndicatorTarget) -> dict[str, str]:
    bounds = {"floor": target.floor, "ceiling": target.ceiling}
    values = {"from": target.since, "to": target.until, "unit": target.unit, "source": target.source}
    return values | {name: str(value) for name, value in bounds.items() if value is not None}


def _read_access(code: str, said: Any) -> tuple[tuple[str, Access], ...]:
    """``access = "public"`` for all levels, or ``access = {province = "public", default = "internal"}``."""
    table = {"default": said} if isinstance(said, str) else said
    if not isinstance(table, Mapping):
        raise _definition_fault(code, "access", _("phải là chữ hoặc bảng theo cấp"))
    accesses = []
    for name, access in table.items():
        level = "" if name == "default" else str(name)
        if level not in LEVELS or access not in list(Access):
            raise _definition_fault(code, "access", _("phải là một trong: %s") % ", ".join(Access))
        accesses.append((level, Access(access)))
    return tuple(accesses)


def check_indicator(indicator: Indicator, facts: Mapping[str, Fact], domains: frozenset[str]) -> None:
    """Refuse an indicator whose fact, domain, columns, dimensions or parts do not fit together."""
    fact = facts.get(indicator.fact)
    if fact is None:
        raise _definition_fault(indicator.code, "fact", _("không có bảng số liệu “%s”") % indicator.fact)
    if indicator.domain not in domains:
        raise _definition_fault(indicator.code, "domain", _("không có lĩnh vực “%s”") % indicator.domain)
    if indicator.kind.has_out_of != bool(indicator.out_of):
        raise _definition_fault(indicator.code, "out_of", _("phải có khi là tỷ lệ hoặc bình quân, và chỉ khi đó"))
    if indicator.sample not in SAMPLES or (indicator.sample > 1 and indicator.kind is not ReadingKind.DISTINCT):
        raise _definition_fault(
            indicator.code, "sample", _("chỉ của số đếm không trùng, và là 1 (chính xác), 16 hoặc 256")
        )
    dims = {dim.code for dim in fact.dims}
    for dim in indicator.by:
        if dim not in dims:
            raise _definition_fault(
                indicator.code, "by", _("bảng %(fact)s không có phân tổ “%(dim)s”") % {"fact": fact.code, "dim": dim}
            )
    for field in ("count", "out_of"):
        if getattr(indicator, field):
            _check_expression(indicator, field, fact, dims)


def _check_expression(indicator: Indicator, field: str, fact: Fact, dims: set[str]) -> None:
    try:
        expression = parse_expression(getattr(indicator, field))
    except BadExpression as error:
        raise _definition_fault(indicator.code, field, str(error)) from error
    columns = {column.code: column for column in fact.columns}
    if indicator.kind is ReadingKind.DISTINCT and field == "count":
        columns |= {name: FactColumn(name, name) for name in ("unit", *dims)}  # what is counted need not be a number
    for name in (expression.columns - set(columns)) | (expression.dims - dims):
        raise _definition_fault(
            indicator.code, field, _("bảng %(fact)s không có “%(name)s”") % {"fact": fact.code, "name": name}
        )
    natures = {columns[name].nature for name in expression.columns}
    if len(natures) > 1:
        raise _definition_fault(indicator.code, field, _("trộn số phát sinh trong kỳ với số cuối kỳ"))
    if indicator.kind is ReadingKind.SUM and natures == {Nature.STOCK}:
        raise _definition_fault(indicator.code, "kind", _("số cuối kỳ không cộng theo thời gian: dùng “latest”"))
    if indicator.kind is ReadingKind.LATEST and natures == {Nature.FLOW}:
        raise _definition_fault(indicator.code, "kind", _("số phát sinh trong kỳ thì cộng lại: dùng “sum”"))


def _read_target(code: str, item: Mapping[str, Any]) -> IndicatorTarget:
    try:
        floor, ceiling = (Decimal(str(item[name])) if name in item else None for name in ("floor", "ceiling"))
    except InvalidOperation as error:
        raise _definition_fault(code, "targets", _("giá trị phải là số")) from error
    if floor is None and ceiling is None:
        raise _definition_fault(code, "targets", _("mỗi mục tiêu cần “floor” hoặc “ceiling”"))
    since, until = str(item.get("from", "")), str(item.get("to", ""))
    for month in filter(None, (since, until)):
        periods.parse(month)
    return IndicatorTarget(since, until, floor, ceiling, str(item.get("unit", "")), str(item.get("source", "")))


def _read_choice(code: str, spec: Mapping[str, Any], name: str, kinds: Any, default: Any) -> Any:
    try:
        return kinds(spec[name]) if name in spec or default is None else default
    except (KeyError, ValueError) as error:
        choices = ", ".join(kinds)
        raise _definition_fault(code, name, _("phải là một trong: %s") % choices) from error


def _integer_field(code: str, spec: Mapping[str, Any], name: str, default: int, least: int, most: int) -> int:
    value = spec.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _definition_fault(
            code, name, _("phải là số nguyên từ %(least)s đến %(most)s") % {"least": least, "most": most}
        )
    return value


def _definition_fault(code: str, field: str, why: str) -> Refused:
    return Refused(
        "bad_definition", _("Chỉ tiêu %(indicator)s, mục “%(field)s”: %(why)s."), indicator=code, field=field, why=why
    )
