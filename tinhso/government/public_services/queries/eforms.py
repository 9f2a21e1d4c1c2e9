"""E-forms: those that are kept for a procedure, those that its publication lists, or one that is its own.

A form that is kept asks its own questions, and for the applicant in a part of its own, ``applicant``; where none is
kept, the applicant and what the procedure asks for are all there is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.forms import queries as forms
from tinhso.blocks.forms.models import FormVersion
from tinhso.government.public_services.models import Version
from tinhso.government.public_services.queries.finding import ProcedureFilter, search_procedures
from tinhso.kernel.errors import Refused

TEXTS = {"name": 200, "idNumber": 20, "phone": 20, "email": 254, "address": 300, "commune": 120, "note": 1000}
KINDS = ("citizen", "enterprise", "household")
APPLICANT = "applicant"


@dataclass(frozen=True)
class EForm:
    """A form under its identifier; ``kept`` where its questions are kept, ``takers`` the procedures that take it."""

    code: str
    name: str
    version: str
    takers: tuple[Version, ...]
    kept: FormVersion | None = None


def of_procedure(one: Version, day: date) -> list[EForm]:
    """The e-forms with which one applies for a procedure."""
    eforms = [_eform_of_version(version, (one,)) for version in forms.for_procedure(one.procedure.code, day)]
    return eforms or [EForm(code, name, _latest_start([one]), (one,)) for code, name in _forms_of_version(one)]


def _eform_of_version(version: FormVersion, takers: tuple[Version, ...]) -> EForm:
    return EForm(version.form.code, version.form.name, str(version.number), takers, version)


def _forms_of_version(version: Version) -> list[tuple[str, str]]:
    listed = [(str(form["code"]), str(form.get("name", ""))) for form in version.forms if form.get("code")]
    return listed or [(version.procedure.code, version.name)]


def _latest_start(takers: Sequence[Version]) -> str:
    return str(max(version.effective.lower for version in takers).isoformat())


def by_code(code: str, day: date) -> EForm:
    """One e-form with the procedures in force that take it; refuses an unknown one."""
    online = search_procedures(ProcedureFilter(), day).exclude(online=Version.Online.INFO)
    form_version = forms.in_force(code, day)
    if form_version is not None:
        return _eform_of_version(form_version, tuple(online.filter(procedure__code__in=form_version.form.procedures)))
    versions = online.filter(forms__contains=[{"code": code}]) | online.filter(procedure__code=code)
    takers = [version for version in versions if code in {form.code for form in of_procedure(version, day)}]
    if not takers:
        raise Refused("no_such_form", _("Không có mẫu điện tử nào mang mã này."))
    return EForm(code, dict(_forms_of_version(takers[0]))[code], _latest_start(takers), tuple(takers))


def schema_of(form: EForm) -> dict[str, Any]:
    """What an application says with a form, as JSON Schema."""
    applicant = _applicant_section(form.takers)
    if form.kept is None:
        return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | applicant
    own: dict[str, Any] = form.kept.document["schema"]
    return own | {"properties": own["properties"] | {APPLICANT: applicant}}


def canonical_answers(form: EForm, data: Mapping[str, Any], day: date) -> dict[str, Any]:
    """What was filled in, in its canonical form; refuses what the form does not allow. ``applicant`` stands apart."""
    values = {name: value for name, value in data.items() if form.kept is None or name != APPLICANT}
    if form.kept is None:
        return values
    checked = forms.check_values(form.kept, values, day=day)
    if checked.problems:
        text = "; ".join(f"{field_problem.path}: {field_problem.message}" for field_problem in checked.problems[:10])
        raise Refused("not_filled", _("Mẫu điện tử chưa điền đúng: %(told)s"), told=text)
    return dict(checked.values)


def _applicant_section(takers: Sequence[Version]) -> dict[str, Any]:
    """Who applies, and what the procedures ask for."""
    titles = {
        "name": _("Họ tên hoặc tên tổ chức của người nộp"),
        "idNumber": _("Số định danh hoặc mã số thuế"),
        "phone": _("Điện thoại"),
        "email": _("Thư điện tử"),
        "address": _("Địa chỉ"),
        "commune": _("Xã, phường tiếp nhận: mã hoặc tên"),
        "note": _("Ghi chú"),
    }
    properties: dict[str, Any] = {
        name: {"type": "string", "title": title, "maxLength": TEXTS[name]} for name, title in titles.items()
    }
    properties["kind"] = {"type": "string", "title": _("Đối tượng"), "enum": list(KINDS), "default": KINDS[0]}
    options = {
        str(case["code"]): str(case.get("name", "")) for taker in takers for case in taker.cases if case.get("code")
    }
    if options:
        choices = [{"const": code, "title": name} for code, name in options.items()]
        properties["option"] = {"type": "string", "title": _("Trường hợp"), "oneOf": choices}
    papers = list(dict.fromkeys(str(paper["name"]) for taker in takers for paper in taker.papers))
    if papers:
        items = {"type": "string", "enum": papers}
        properties["papers"] = {"type": "array", "title": _("Giấy tờ gửi kèm"), "items": items, "uniqueItems": True}
    return {
        "type": "object",
        "properties": properties,
        "required": ["name"],
    }
