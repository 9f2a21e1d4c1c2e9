"""Finding data sets, and who owes a return of one."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.government.reporting.models import DataSet, Return
from tinhso.government.reporting.queries.specs import DataSetSpec, parse_spec
from tinhso.kernel import periods
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import Period
from tinhso.kernel.province_table import province_table, table
from tinhso.ui.wording import name_in_language


def versions(code: str = "") -> QuerySet[DataSet]:
    """All versions, newest first, of one data set or of all."""
    data_sets = DataSet.objects.order_by("code", "-effective")
    return data_sets.filter(code=code) if code else data_sets


def current_versions() -> list[DataSet]:
    """The newest version of every data set, ordered by domain and code."""
    return list(DataSet.objects.filter(effective__upper_inf=True).order_by("domain", "code"))


def in_force(day: date) -> QuerySet[DataSet]:
    """The versions in force on ``day``."""
    return DataSet.objects.filter(effective__contains=day).order_by("code")


def newest_version(code: str) -> DataSet:
    """The newest version of a data set; refuses an unknown code."""
    data_set = versions(code).first()
    if data_set is None:
        raise Refused("no_data_set", _("Không có biểu mẫu “%(code)s”."), code=code)
    return data_set


def version_for(code: str, period: Period) -> DataSet:
    """The version in force at the end of ``period``; refuses a period before the first or after the last."""
    data_set = DataSet.objects.filter(code=code, effective__contains=period.end).first()
    if data_set is None:
        newest_version(code)
        raise Refused("not_in_force", _("Biểu mẫu %(code)s chưa áp dụng cho kỳ %(at)s."), code=code, at=period)
    return data_set


def spec_of(data_set: DataSet) -> DataSetSpec:
    """What a stored version asks for; parsed once for each content."""
    return _parsed_spec(json.dumps(data_set.spec, sort_keys=True))


@lru_cache(maxsize=512)
def _parsed_spec(content: str) -> DataSetSpec:
    return parse_spec(json.loads(content))


@dataclass(frozen=True)
class Owing:
    """Who owes returns for a period, and which units their rows are about."""

    reporters: tuple[Unit, ...]
    communes: tuple[Unit, ...]
    province: Unit


def owing_units(spec: DataSetSpec, period: Period) -> Owing:
    """The units that owe a return of ``spec``: as they are on the last day of ``period``.

    The agency's province decides which communes belong. Refuses a period for which no agency can be found.
    """
    agency = units.agency(spec.agency_code(period), period.end)
    if agency is None or agency.parent_id is None:
        code = spec.agency_code(period)
        raise Refused("no_agency", _("Không có cơ quan “%(code)s” trong kỳ %(at)s."), code=code, at=period)
    province = Unit.objects.get(pk=agency.parent_id)
    communes = tuple(communes_of(province.pk, period)) if spec.rows != "whole" else ()
    return Owing(communes if spec.filed_by == "commune" else (agency,), communes, province)


def communes_of(province: int, period: Period) -> QuerySet[Unit]:
    """The communes of a province, directly or through districts, on the last day of ``period``."""
    valid = units.at(period.end).filter(level=Level.COMMUNE)
    inside = valid.filter(parent=province) | valid.filter(parent__parent=province)
    return inside.order_by("sort_key", "pk")


def row_units(one: Return, spec: DataSetSpec) -> list[Unit]:
    """The units that the rows of a return are about: its own unit, every commune, or the whole province."""
    if spec.rows == "own":
        return [one.unit]
    province = one.unit.parent_id or one.unit_id
    if spec.rows == "whole":
        return list(Unit.objects.filter(pk=province))
    return list(communes_of(province, periods.parse(one.period)))


@table
class DomainLine:
    """A domain of figures (``[[domain]]``), as it is loaded into the catalogue of indicators."""

    code: str
    name: str
    name_en: str = ""
    icon: str = ""
    order: int = 0


@table
class Domains:
    """The province's domains in their order."""

    domain: tuple[DomainLine, ...] = ()


domains = province_table("domains.toml", Domains)


def domain_names() -> Mapping[str, str]:
    """Names of the province's domains by their codes, in the reader's language."""
    return {line.code: name_in_language(line) for line in domains().domain}


def last_handed_in(code: str) -> Return | None:
    """The latest return of a data set that was ever handed in: a changed form begins after its period."""
    handed_in = Return.objects.filter(data_set__code=code, first_submitted_at__isnull=False)
    return handed_in.order_by("-period_end").first()


def read_specs(folder: Path) -> list[DataSetSpec]:
    """All data sets of ``data_sets/*.toml`` in ``folder``; refuses a broken file or a code given twice."""
    data_set_specs_by_key: dict[str, DataSetSpec] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8")).get("data_set", [])
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Refused("bad_spec", _("%(file)s không phải TOML: %(why)s."), file=path.name, why=error) from error
        for raw in tables:
            spec = parse_spec(raw, source=path.name)
            if spec.code in data_set_specs_by_key:
                raise Refused("bad_spec", _("%(file)s: biểu mẫu %(code)s đã khai báo."), file=path.name, code=spec.code)
            data_set_specs_by_key[spec.code] = spec
    return list(data_set_specs_by_key.values())
