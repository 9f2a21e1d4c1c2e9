"""GeoReport v2 in words: one plain structure for each answer, written as XML or as JSON."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from re import compile as pattern
from typing import Any
from xml.etree import ElementTree as xml

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries.open311 import Open311Report, Update
from tinhso.society.field_reports.queries.open311_rules import Open311Question
from tinhso.society.field_reports.queries.rules import Category, name_of

TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
# root of a list in XML → what each of its members is called
MEMBERS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "service_request_updates": "request_update",
}
NO_XML = pattern("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
GENERAL = 400


def answer_response(root: str, told: Any, form: str, status: int = 200) -> HttpResponse:
    """``told`` (a mapping, or a list under ``root``) as the client wants it."""
    if form == "json":
        content: str | bytes = json.dumps(told, ensure_ascii=False)
    else:
        content = xml.tostring(_xml_element(root, told), encoding="utf-8", xml_declaration=True)
    return HttpResponse(content, content_type=TYPES[form], status=status)


def _xml_element(name: str, told: Any) -> xml.Element:
    element = xml.Element(name)
    if isinstance(told, Mapping):
        element.extend(_xml_element(key, value) for key, value in told.items())
    elif isinstance(told, (list, tuple)):
        element.extend(_xml_element(MEMBERS[name], item) for item in told)
    elif told is not None:
        element.text = str(told).lower() if isinstance(told, bool) else NO_XML.sub("", str(told))
    return element


def error_response(code: str, words: str, status: int, form: str) -> HttpResponse:
    """A refusal as the standard shapes it; our own word for it stands before the sentence for people."""
    return answer_response("errors", [{"code": status, "description": f"{code}: {words}"}], form, status)


def iso_moment(at: datetime | None) -> str | None:
    """A time with its offset, to the second."""
    return clock.local(at).isoformat(timespec="seconds") if at is not None else None


def discovery_shape(root: str, contact: str, key_service: str, changed: str) -> dict[str, Any]:
    """Where the interface is."""
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": root,
        "changeset": changed,
        "type": "production",
        "formats": ["application/json", "text/xml"],
    }
    return {"changeset": changed, "contact": contact, "key_service": key_service, "endpoints": [endpoint]}


def service_shape(one: Category, questions: Sequence[Open311Question]) -> dict[str, Any]:
    """A category. ``realtime``: a report is known as soon as it is sent by a key that vouches for its people."""
    return {
        "service_code": one.code,
        "service_name": one.label,
        "description": _service_description(one),
        "metadata": bool(questions),
        "type": "realtime",
        "keywords": ",".join(one.words),
        "group": _service_group(one),
    }


def _service_description(one: Category) -> str:
    if one.sensitive:
        return _("%(name)s. Người ngoài chỉ thấy vị trí gần đúng.") % {"name": one.label}
    return one.label


def _service_group(one: Category) -> str:
    return _("Ủy ban nhân dân xã, phường") if one.to == "commune" else one.to


def definition_shape(code: str, questions: Sequence[Open311Question]) -> dict[str, Any]:
    """What a category asks beside the words of the standard."""
    return {
        "service_code": code,
        "attributes": [
            {
                "variable": True,
                "code": open311_question.code,
                "datatype": open311_question.datatype,
                "required": open311_question.required,
                "datatype_description": open311_question.hint or None,
                "order": number,
                "description": open311_question.label,
            }
            | (
                {"values": [{"key": value.key, "name": value.name} for value in open311_question.values]}
                if open311_question.values
                else {}
            )
            for number, open311_question in enumerate(questions, start=1)
        ],
    }


def receipt_shape(report: Report, notice: str) -> dict[str, Any]:
    """What a program is told of what it sent: the report's name, or a token until the reporter has given the code."""
    name = "token" if report.status == Report.Status.UNCONFIRMED else "service_request_id"
    return {name: report.ref, "service_notice": notice, "account_id": None}


def request_shape(one: Open311Report, root: str, *, more: bool) -> dict[str, Any]:
    """A report; ``more``: with what the standard has no name for."""
    public = one.shown
    photos = [root + reverse("field_reports:public_photo", args=[ref, "shown"]) for ref in public.before]
    values: dict[str, Any] = {
        "service_request_id": one.asked,
        "status": "open" if one.is_open else "closed",
        "status_notes": _status_notes(one),
        "service_name": public.category_name,
        "service_code": public.category,
        "description": public.text or None,
        "agency_responsible": public.unit,
        "service_notice": public.status_name,
        "requested_datetime": iso_moment(public.received_at),
        "updated_datetime": iso_moment(one.changed_at),
        "expected_datetime": iso_moment(public.due_at),
        "address": public.address or public.commune,
        "address_id": None,
        "zipcode": None,
        "lat": public.place.latitude if public.place else None,
        "long": public.place.longitude if public.place else None,
        "media_url": photos[0] if photos else None,
    }
    if more:
        values["extended_attributes"] = {
            "detailed_status": public.status_name,
            "commune": public.commune,
            "followers": public.followers,
            "location_is_rough": bool(public.place and public.place.rough),
            "photos_after": ", ".join(
                root + reverse("field_reports:public_photo", args=[ref, "shown"]) for ref in public.after
            ),
            "released": one.released,
        }
    return values


def _status_notes(one: Open311Report) -> str:
    if one.asked != one.shown.ref:
        return _("Đã gộp vào phản ánh %(ref)s: %(status)s.") % {"ref": one.shown.ref, "status": one.shown.status_name}
    return one.shown.answer or one.shown.status_name


def update_shape(one: Update, *, more: bool) -> dict[str, Any]:
    """Something that happened to a report (service-request-updates extension)."""
    values = {
        "update_id": one.ref,
        "service_request_id": one.report,
        "status": "open" if one.is_open else "closed",
        "updated_datetime": iso_moment(one.at),
        "description": one.words,
        "media_url": None,
    }
    return values | ({"external_status_code": str(one.status)} if more else {})


def service_notice(one: Report) -> str:
    """What the reporter may expect, in one sentence."""
    if one.due_at is None:
        return _("Người gửi nhập mã xác nhận vừa nhận để phản ánh được tiếp nhận.")
    until = clock.local(one.due_at)
    values = {"unit": one.unit.name, "time": f"{until:%H:%M %d/%m/%Y}", "category": name_of(one.category)}
    return _("%(unit)s xử lý trước %(time)s.") % values
