"""OData as Central answers it: a table of forms and one of each repeat.

With ``$top``, ``$skip``, ``$count``, ``$expand=*``, some of ``$filter``."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from lxml import etree
from lxml.builder import ElementMaker

from tinhso.blocks.surveys import queries
from tinhso.blocks.surveys.api import shapes
from tinhso.blocks.surveys.models import FilledIn
from tinhso.blocks.surveys.queries import tables
from tinhso.blocks.surveys.queries.xform import SurveyForm, SurveyQuestion
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

MOST = 250  # rows of an answer that does not say how many
LIMIT = 5_000
CLAUSE = re.compile(r"\(?\s*__system/(submissionDate|submitterId)\s+(lt|le|eq|ne|ge|gt)\s+('?[\w:.+\-]+'?)\s*\)?")
SIGNS = {"lt": "__lt", "le": "__lte", "eq": "", "ge": "__gte", "gt": "__gt"}
KNOWN = {"$top", "$skip", "$count", "$filter", "$expand", "$wkt"}


def table_document(
    request: HttpRequest, rows: QuerySet[FilledIn], name: str, newest: SurveyForm
) -> tuple[dict[str, Any], int]:
    """The table ``name`` as a document, and how many rows it holds."""
    _must_be_supported(request)
    repeat = dict(shapes.tables_of_form(newest)).get(name)
    if repeat is None:
        raise Refused("unknown_table", _("Phiếu này không có bảng “%(name)s”."), name=name[:80])
    top, skip = _integer_param(request, "$top", MOST), _integer_param(request, "$skip", 0)
    filled_ins = _filtered_rows(rows, request.GET.get("$filter", ""))
    context = request.build_absolute_uri(request.path.rpartition("/")[0] + f"/$metadata#{name}")
    if name == "Submissions":
        page = filled_ins.select_related("version").prefetch_related("files")[skip : skip + min(top, LIMIT)]
        value = _page_rows(list(page), expand=request.GET.get("$expand") == "*")
        count = filled_ins.count() if _is_counted(request) else 0
    else:
        every = [line for row in filled_ins.select_related("version")[:LIMIT] for line in _repeat_rows(row, repeat)]
        value, count = every[skip : skip + min(top, LIMIT)], len(every)
    document: dict[str, Any] = {"value": value, "@odata.context": context}
    if _is_counted(request):
        document["@odata.count"] = count
    return document, len(value)


def _is_counted(request: HttpRequest) -> bool:
    return request.GET.get("$count", "").lower() == "true"


def _must_be_supported(request: HttpRequest) -> None:
    if strange := [name for name in request.GET if name.startswith("$") and name not in KNOWN]:
        raise Refused("unsupported", _("Không có tham số %(name)s."), name=strange[0][:40])
    if request.GET.get("$expand", "*") != "*" or request.GET.get("$wkt", "false") != "false":
        raise Refused("unsupported", _("Không có tham số %(name)s."), name="$expand, $wkt")


def _page_rows(page: list[FilledIn], *, expand: bool) -> list[dict[str, Any]]:
    forms = {row.version_id: queries.form_of(row.version) for row in page}
    states = queries.review_states(page)
    return [
        shapes.table_row(
            row,
            forms[row.version_id],
            (len(row.files.all()), len(tables.expected_files(row))),
            expand=expand,
            state=states.get(row.first_id or row.instance_id),
        )
        for row in page
    ]


def _repeat_rows(row: FilledIn, repeat: SurveyQuestion) -> Iterator[dict[str, Any]]:
    """The rows of a repeat of one form, by the version that it was filled in with; none where it had no such repeat."""
    form = queries.form_of(row.version)
    survey_question = form.by_path.get(repeat.path)
    return (
        shapes.repeat_rows(row, form, survey_question)
        if survey_question is not None and survey_question.kind == "repeat"
        else iter(())
    )


EDM = {
    "int": "Edm.Int64",
    "decimal": "Edm.Decimal",
    "date": "Edm.Date",
    "datetime": "Edm.DateTimeOffset",
    "geopoint": "Edm.GeographyPoint",
}
EDMX, SCHEMA = "http://docs.oasis-open.org/odata/ns/edmx", "http://docs.oasis-open.org/odata/ns/edm"


def metadata_document(code: str, form: SurveyForm) -> bytes:
    """The tables of a form as OData describes them (CSDL 4.0)."""
    edmx = ElementMaker(namespace=EDMX, nsmap={"edmx": EDMX})
    make = ElementMaker(namespace=SCHEMA, nsmap={None: SCHEMA})
    name = re.sub(r"\W", "_", code)
    types, sets = [], []
    for table, question in shapes.tables_of_form(form):
        key = make.Key(make.PropertyRef(Name="__id"))
        properties = [make.Property(Name="__id", Type="Edm.String"), *_property_elements(make, question, "")]
        types.append(make.EntityType(key, *properties, Name=table))
        sets.append(make.EntitySet(Name=table, EntityType=f"org.opendatakit.user.{name}.{table}"))
    schema = make.Schema(*types, make.EntityContainer(*sets, Name=name), Namespace=f"org.opendatakit.user.{name}")
    document = edmx.Edmx(edmx.DataServices(schema), Version="4.0")
    return bytes(etree.tostring(document, xml_declaration=True, encoding="UTF-8"))


def _property_elements(make: ElementMaker, group: SurveyQuestion, before: str) -> Iterator["etree._Element"]:
    for child in group.children:
        if child.name == "meta" or child.kind in {"note", "repeat"}:
            continue
        if child.kind == "group":
            yield from _property_elements(make, child, f"{before}{child.name}.")
        else:
            yield make.Property(Name=f"{before}{child.name}", Type=EDM.get(child.kind, "Edm.String"))


def _integer_param(request: HttpRequest, name: str, usual: int) -> int:
    text = request.GET.get(name, "")
    if text and not re.fullmatch(r"[0-9]{1,7}", text):
        raise Refused("bad_value", _("“%(name)s” sai dạng."), name=name)
    return int(text) if text else usual


def _filtered_rows(rows: QuerySet[FilledIn], told: str) -> QuerySet[FilledIn]:
    for part in re.split(r"\s+and\s+", told.strip()) if told.strip() else ():
        match = CLAUSE.fullmatch(part.strip())
        if match is None:
            raise Refused("bad_filter", _("Chỉ lọc được theo __system/submissionDate và submitterId."))
        rows = _filter_clause(rows, match[1], match[2], match[3].strip("'"))
    return rows


def _filter_clause(rows: QuerySet[FilledIn], name: str, sign: str, told: str) -> QuerySet[FilledIn]:
    if name == "submitterId":
        refs = [
            ref
            for ref in rows.order_by("by").values_list("by", flat=True).distinct()
            if str(shapes.person_number(ref)) == told
        ]
        if sign not in {"eq", "ne"}:
            raise Refused("bad_filter", _("Chỉ lọc được theo __system/submissionDate và submitterId."))
        return rows.filter(by__in=refs) if sign == "eq" else rows.exclude(by__in=refs)
    try:
        moment = datetime.fromisoformat(told.replace(" ", "+"))
    except ValueError as problem:
        raise Refused("bad_value", _("“%(name)s” sai dạng."), name=name) from problem
    moment = moment if moment.tzinfo else moment.replace(tzinfo=clock.VIETNAM)
    if sign == "ne":
        return rows.exclude(received_at=moment)
    return rows.filter(**{f"received_at{SIGNS[sign]}": moment})
