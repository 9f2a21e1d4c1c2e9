"""A bulletin's template: what a recurring report says, in which order, who issues it. Data of a province."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.documents.contract import Letterhead, SignatureBlock
from tinhso.blocks.indicators.queries import Catalogue
from tinhso.ioc.queries.bulletins import phrases
from tinhso.ioc.queries.places import BASES, PUBLISHED
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import nfc

PERIODS = ("month", "quarter", "year")
COLUMNS = ("this", "before", "year_before", "change", "target", "state")
TEXTS = ("heading", "text", "note")  # what an editor may reword
SORTS = (*TEXTS, "table", "missed", "ranking", "chart", "units_chart", "late", "revisions", "app_table")
AUDIENCES = ("internal", "public")


@dataclass(frozen=True)
class TemplatePart:
    """One block of a template; which fields count depends on its sort (see the handbook, Bản tin)."""

    id: str
    sort: str
    text: str = ""
    level: int = 1
    indicators: tuple[str, ...] = ()
    domain: str = ""
    columns: tuple[str, ...] = ("this", "before", "year_before", "target", "state")
    indicator: str = ""
    member: str = ""
    best: int = 5
    worst: int = 5
    last: int = 13
    most: int = 20
    table: str = ""


@dataclass(frozen=True)
class Template:
    """A recurring report. ``subject`` is a phrase; ``unit`` empty means the province's own unit of the day."""

    code: str
    name: str
    period: str
    kind: str
    subject: str
    notation: str
    letterhead: Letterhead
    signature: SignatureBlock
    recipients: tuple[str, ...]
    parts: tuple[TemplatePart, ...]
    name_en: str = ""
    unit: str = ""
    basis: str = PUBLISHED
    audience: str = "internal"

    def part(self, wanted: str) -> TemplatePart:
        """The block with an id; refuses an unknown one."""
        for template_part in self.parts:
            if template_part.id == wanted:
                return template_part
        raise Refused("unknown_block", _("Bản tin không có phần “%(block)s”."), block=wanted)


def folder_specs(folder: Path) -> dict[str, dict[str, Any]]:
    """The templates of a province's ``bulletins/*.toml`` as plain data, by code; refuses a file that cannot be read."""
    specs: dict[str, dict[str, Any]] = {}
    for path in sorted((folder / "bulletins").glob("*.toml")):
        try:
            spec = tomllib.loads(nfc(path.read_text(encoding="utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Refused(
                "bad_bulletin", _("Tệp %(file)s không đọc được: %(why)s"), file=path.name, why=error
            ) from error
        specs[str(spec.get("code", path.stem))] = {"code": path.stem, **spec}
    return specs


def read_template(spec: Mapping[str, Any]) -> Template:
    """The template that ``spec`` describes; refuses with the name of the field that is wrong."""
    code = str(spec.get("code", "?"))
    for name in ("name", "period", "kind", "subject", "notation"):
        if not isinstance(spec.get(name), str) or not spec[name].strip():
            raise template_fault(code, name, _("phải có và là chữ"))
    _one_of(code, "period", spec["period"], PERIODS)
    _one_of(code, "basis", spec.get("basis", PUBLISHED), BASES)
    _one_of(code, "audience", spec.get("audience", "internal"), AUDIENCES)
    names = {field.name for field in fields(Template)} - {"letterhead", "signature", "recipients", "parts"}
    parts = tuple(_read_part(code, at, table) for at, table in enumerate(spec.get("block", []), 1))
    if len({part.id for part in parts}) < len(parts) or not parts:
        raise template_fault(code, "block", _("mỗi phần cần một id riêng, và phải có ít nhất một phần"))
    _check_phrases(code, "subject", spec["subject"])
    return Template(
        **{name: str(spec[name]) for name in names if name in spec},
        letterhead=_read_letterhead(code, spec.get("letterhead", {})),
        signature=_read_signature(spec.get("signature", {})),
        recipients=tuple(map(str, spec.get("recipients", []))),
        parts=parts,
    )


def check_template(template: Template, catalogue: Catalogue) -> None:
    """Refuse a template that names an indicator or a domain that the catalogue lacks."""
    for part in template.parts:
        indicator_codes = {*part.indicators, *filter(None, [part.indicator]), *phrases.indicators_in(part.text)}
        for code in sorted(indicator_codes):
            if code not in catalogue.indicators:
                raise template_fault(template.code, part.id, _("không có chỉ tiêu “%(code)s”") % {"code": code})
        if part.domain and part.domain not in catalogue.domains:
            raise template_fault(template.code, part.id, _("không có lĩnh vực “%(code)s”") % {"code": part.domain})


def template_fault(code: str, field: str, why: str) -> Refused:
    """A template's fault, with its code and the field."""
    return Refused("bad_bulletin", _("Mẫu bản tin %(code)s, mục %(field)s: %(why)s."), code=code, field=field, why=why)


def _read_part(code: str, at: int, table: Mapping[str, Any]) -> TemplatePart:
    field_types = {field.name: field.type for field in fields(TemplatePart)}
    for name in set(table) - set(field_types):
        raise template_fault(code, f"block {at}", _("không có mục “%(name)s”") % {"name": name})
    sort = str(table.get("sort", ""))
    _one_of(code, f"block {at}: sort", sort, SORTS)
    values: dict[str, Any] = {"id": str(table.get("id", f"{sort}-{at}")), "sort": sort}
    for name, value in table.items():
        if name in ("indicators", "columns"):
            values[name] = tuple(map(str, value))
        elif name in ("level", "best", "worst", "last", "most"):
            if not isinstance(value, int) or not 0 <= value <= 200:
                raise template_fault(code, f"block {at}: {name}", _("phải là số nguyên từ 0 đến 200"))
            values[name] = value
        else:
            values[name] = str(value).strip()
    for column in values.get("columns", ()):
        _one_of(code, f"block {at}: columns", column, COLUMNS)
    if sort in ("ranking", "chart", "units_chart") and not values.get("indicator"):
        raise template_fault(code, f"block {at}", _("phải nêu chỉ tiêu (indicator)"))
    if sort == "app_table" and not values.get("table"):
        raise template_fault(code, f"block {at}", _("phải nêu bảng (table)"))
    _check_phrases(code, f"block {at}", values.get("text", ""))
    return TemplatePart(**values)


def _read_letterhead(code: str, table: Mapping[str, Any]) -> Letterhead:
    if not table.get("body") or not table.get("place"):
        raise template_fault(code, "letterhead", _("phải có body (cơ quan ban hành) và place (nơi ban hành)"))
    return Letterhead(str(table["body"]).strip(), str(table["place"]).strip(), str(table.get("above", "")).strip())


def _read_signature(table: Mapping[str, Any]) -> SignatureBlock:
    return SignatureBlock(tuple(map(str, table.get("lines", []))), str(table.get("name", "")))


def _check_phrases(code: str, field: str, text: str) -> None:
    try:
        phrases.parse(text)
    except phrases.BadPhrase as problem:
        raise template_fault(code, field, str(problem)) from problem


def _one_of(code: str, field: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise template_fault(code, field, _("phải là một trong: %(allowed)s") % {"allowed": ", ".join(allowed)})
