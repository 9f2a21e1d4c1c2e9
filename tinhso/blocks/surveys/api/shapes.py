"""What ODK Central's interface answers with, by the names of its documentation."""

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from tinhso.blocks.surveys.contract import SURVEYS, Survey
from tinhso.blocks.surveys.models import FilledIn, Remark, Version
from tinhso.blocks.surveys.queries.xform import SurveyForm, SurveyQuestion

PROJECT = 1


def person_number(ref: str) -> int:
    """A number for somebody, as the interface wants it; the same one each time, and nothing to count people by."""
    return zlib.crc32(ref.encode()) & 0x7FFFFFFF


def project_json(name: str, forms: int) -> dict[str, Any]:
    """The province, which is the one project there is."""
    return {
        "id": PROJECT,
        "name": name,
        "description": None,
        "archived": False,
        "keyId": None,
        "appUsers": 0,
        "forms": forms,
        "lastSubmission": None,
        "createdAt": "2026-01-01T00:00:00.000Z",
        "updatedAt": None,
        "deletedAt": None,
    }


def form_json(one: Survey, version: Version) -> dict[str, Any]:
    """A survey in one version."""
    return {
        "projectId": PROJECT,
        "xmlFormId": one.code,
        "name": version.title,
        "version": version.version,
        "hash": version.hash,
        "state": "open",
        "keyId": None,
        "enketoId": None,
        "enketoOnceId": None,
        "createdAt": version.published_at,
        "publishedAt": version.published_at,
        "updatedAt": None,
    }


def submission_json(row: FilledIn, states: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What is known of a filled-in form without its answers; ``states`` as :func:`queries.review_states` gives them."""
    first = row.first_id or row.instance_id
    return {
        "instanceId": first,
        "submitterId": person_number(row.by),
        "deviceId": row.device or None,
        "userAgent": None,
        "reviewState": (states or {}).get(first),
        "instanceName": None,
        "createdAt": row.received_at,
        "updatedAt": row.received_at if row.first_id else None,
        "currentVersion": {
            "instanceId": row.instance_id,
            "submitterId": person_number(row.by),
            "current": True,
            "createdAt": row.received_at,
        },
    }


def comment_json(row: Remark) -> dict[str, Any]:
    """A comment."""
    return {"body": row.body, "actorId": person_number(row.by), "createdAt": row.at}


def table_row(
    row: FilledIn, known: SurveyForm, files: tuple[int, int], *, expand: bool, state: str | None = None
) -> dict[str, Any]:
    """A filled-in form as a row of OData; ``files``: how many came, of how many. Private answers are null."""
    present, expected = files
    odata_row = {
        "__id": row.first_id or row.instance_id,
        "__system": {
            "submissionDate": row.received_at,
            "updatedAt": None,
            "submitterId": str(person_number(row.by)),
            "submitterName": row.by_name,
            "attachmentsPresent": present,
            "attachmentsExpected": expected,
            "status": None,
            "reviewState": state,
            "deviceId": row.device or None,
            "edits": int(bool(row.first_id)),
            "formVersion": row.version.version,
        },
        "meta": {"instanceID": row.instance_id},
    }
    private = frozenset(SURVEYS[row.survey].private)
    return odata_row | _group_json(
        known.root, row.values, private, expand, f"Submissions('{row.first_id or row.instance_id}')"
    )


def repeat_rows(row: FilledIn, known: SurveyForm, repeat: SurveyQuestion) -> Iterator[dict[str, Any]]:
    """The rows of a repeat of one form, as rows of a table of their own; each names the row that it stands in."""
    private = frozenset(SURVEYS[row.survey].private)
    first = row.first_id or row.instance_id
    names = repeat.path.removeprefix(known.root.path)[1:].split("/")
    for question, values, own, parent, column in _repeat_rows(known.root, row.values, names, first, "Submissions"):
        about = {"__id": own, f"__{column}-id": parent}
        yield about | _group_json(question, values, private, False, f"Submissions('{first}')")


def _repeat_rows(
    group: SurveyQuestion, kept: Mapping[str, Any], names: list[str], parent: str, column: str
) -> Iterator[tuple[SurveyQuestion, Mapping[str, Any], str, str, str]]:
    child = next(question for question in group.children if question.name == names[0])
    below = f"{column}-{child.name}"
    if child.kind == "group":
        yield from _repeat_rows(child, kept.get(child.name, {}), names[1:], parent, below)
        return
    for number, values in enumerate(kept.get(child.name, [])):
        own = hashlib.sha1(f"{parent}/{child.name}/{number}".encode(), usedforsecurity=False).hexdigest()
        if len(names) == 1:
            yield child, values, own, parent, column
        else:
            yield from _repeat_rows(child, values, names[1:], own, below)


def tables_of_form(known: SurveyForm) -> list[tuple[str, SurveyQuestion]]:
    """The tables of a form: its own, and one for each repeat, by the names of Central."""
    return [("Submissions", known.root)] + [
        ("Submissions." + question.path.removeprefix(known.root.path)[1:].replace("/", "."), question)
        for question in known.root.all()
        if question.kind == "repeat"
    ]


def _group_json(
    group: SurveyQuestion, kept: Mapping[str, Any], private: frozenset[str], expand: bool, at: str
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for child in group.children:
        if child.name == "meta" or child.kind == "note":
            continue
        if child.kind == "group":
            values[child.name] = _group_json(child, kept.get(child.name, {}), private, expand, f"{at}/{child.name}")
        elif child.kind == "repeat":
            rows = kept.get(child.name, [])
            values[f"{child.name}@odata.navigationLink"] = f"{at}/{child.name}"
            if expand:
                values[child.name] = [_group_json(child, row, private, expand, at) for row in rows]
        else:
            values[child.name] = None if child.name in private else _json_value(child, kept.get(child.name))
    return values


def _json_value(question: SurveyQuestion, kept: Any) -> Any:
    if kept is None:
        return None
    if question.kind == "geopoint":
        latitude, longitude, altitude, accuracy = kept
        place = [longitude, latitude] + ([altitude] if altitude is not None else [])
        return {"type": "Point", "coordinates": place, "properties": {"accuracy": accuracy}}
    if question.kind == "decimal":
        return float(kept)
    return " ".join(kept) if isinstance(kept, list) else kept


TYPES = {
    "one": "string",
    "many": "string",
    "text": "string",
    "file": "binary",
    "datetime": "dateTime",
    "trigger": "string",
}


def field_list(known: SurveyForm) -> list[dict[str, Any]]:
    """The questions of a form as Central lists fields."""
    return [
        {
            "name": survey_question.name,
            "path": survey_question.path.removeprefix(known.root.path),
            "type": "structure"
            if survey_question.kind == "group"
            else TYPES.get(survey_question.kind, survey_question.kind),
            "binary": survey_question.kind == "file" or None,
            "selectMultiple": survey_question.kind == "many" or None,
        }
        for survey_question in known.root.all()
        if survey_question is not known.root
    ]
