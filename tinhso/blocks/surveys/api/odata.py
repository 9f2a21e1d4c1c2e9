"""OData as Central answers it: one table, with ``$top``, ``$skip``, ``$count``, ``$expand=*``, some of ``$filter``."""

import re
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.blocks.surveys import queries
from tinhso.blocks.surveys.api import shapes
from tinhso.blocks.surveys.models import FilledIn
from tinhso.blocks.surveys.queries import tables
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

MOST = 250  # rows of an answer that does not say how many
LIMIT = 5_000
CLAUSE = re.compile(r"\(?\s*__system/(submissionDate|submitterId)\s+(lt|le|eq|ne|ge|gt)\s+('?[\w:.+\-]+'?)\s*\)?")
SIGNS = {"lt": "__lt", "le": "__lte", "eq": "", "ge": "__gte", "gt": "__gt"}
KNOWN = {"$top", "$skip", "$count", "$filter", "$expand", "$wkt"}


def answered(request: HttpRequest, rows: QuerySet[FilledIn]) -> tuple[dict[str, Any], int]:
    """The document, and how many rows it holds."""
    if strange := [name for name in request.GET if name.startswith("$") and name not in KNOWN]:
        raise Refused("unsupported", _("Không có tham số %(name)s."), name=strange[0][:40])
    if request.GET.get("$expand", "*") != "*" or request.GET.get("$wkt", "false") != "false":
        raise Refused("unsupported", _("Không có tham số %(name)s."), name="$expand, $wkt")
    found = _filtered(rows, request.GET.get("$filter", ""))
    top = _number(request, "$top", MOST)
    skip = _number(request, "$skip", 0)
    page = list(found.select_related("version").prefetch_related("files")[skip : skip + min(top, LIMIT)])
    forms = {row.version_id: queries.form_of(row.version) for row in page}
    expand = request.GET.get("$expand") == "*"
    told: dict[str, Any] = {
        "value": [
            shapes.table_row(
                row, forms[row.version_id], (len(row.files.all()), len(tables.expected_files(row))), expand=expand
            )
            for row in page
        ],
        "@odata.context": request.build_absolute_uri(request.path.rpartition("/")[0] + "/$metadata#Submissions"),
    }
    if request.GET.get("$count", "").lower() == "true":
        told["@odata.count"] = found.count()
    return told, len(page)


def _number(request: HttpRequest, name: str, usual: int) -> int:
    told = request.GET.get(name, "")
    if told and not re.fullmatch(r"[0-9]{1,7}", told):
        raise Refused("bad_value", _("“%(name)s” sai dạng."), name=name)
    return int(told) if told else usual


def _filtered(rows: QuerySet[FilledIn], told: str) -> QuerySet[FilledIn]:
    for part in re.split(r"\s+and\s+", told.strip()) if told.strip() else ():
        match = CLAUSE.fullmatch(part.strip())
        if match is None:
            raise Refused("bad_filter", _("Chỉ lọc được theo __system/submissionDate và submitterId."))
        rows = _clause(rows, match[1], match[2], match[3].strip("'"))
    return rows


def _clause(rows: QuerySet[FilledIn], name: str, sign: str, told: str) -> QuerySet[FilledIn]:
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
