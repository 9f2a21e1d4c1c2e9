"""Services, e-forms, cases and steps in the shapes of GovStack's description; what is not known is left out."""

from collections.abc import Mapping, Sequence
from typing import Any

from tinhso.blocks.cases.contract import CLOSED, Status
from tinhso.blocks.cases.models import Case, Task
from tinhso.blocks.cases.queries import steps
from tinhso.government.public_services.models import Submission, Version
from tinhso.government.public_services.queries.decisions import FRAMES, DecisionCount, DecisionQuery
from tinhso.government.public_services.queries.eforms import EForm
from tinhso.kernel.rights import labels_of_rights

# The description knows four statuses; a case taken back by its applicant is none of them and has only a title.
CODES: Mapping[int, str] = {
    Status.FILED: "PENDING",
    Status.RECEIVED: "PENDING",
    Status.IN_PROCESS: "PENDING",
    Status.AWAITING_PAYMENT: "PENDING",
    Status.AWAITING_SUPPLEMENT: "SENDBACK",
    Status.DECLINED: "REJECTED",
    Status.STOPPED: "REJECTED",
    Status.FINISHED: "APPROVED",
    Status.RETURNED: "APPROVED",
}
APPLICATION_ORDER: Mapping[str, Sequence[str]] = {
    "created": ["submitted_at"],
    "dueDate": ["due_at"],
    "name": ["name"],
    "nameCaseInsensitive": ["name"],
    "description": ["option_name"],
    "id": ["code"],
    "instanceId": ["code"],
    "caseInstanceId": ["code"],
}
TASK_ORDER: Mapping[str, Sequence[str]] = {
    "created": ["opened_at"],
    "dueDate": ["due_at"],
    "name": ["name"],
    "nameCaseInsensitive": ["name"],
    "description": ["case__name"],
    "id": ["case__code", "number"],
    "instanceId": ["case__code"],
    "caseInstanceId": ["case__code"],
    "executionId": ["case__code", "number"],
    "caseExecutionId": ["case__code", "number"],
    "assignee": ["holder_name"],
}


def service_shape(one: Version, identifier: str) -> dict[str, Any]:
    """``service``: a procedure by the version in force."""
    properties = {
        "procedureCode": one.procedure.code,
        "nameEn": one.name_en,
        "field": one.field,
        "agency": one.agency_name,
        "online": one.online,
        "illustrative": "true" if one.illustrative else "",
    }
    return {
        "id": identifier,
        "name": one.name,
        "version": one.ref,
        "type": "Public",
        "isExecutable": one.online != Version.Online.INFO,
        "description": f"{one.field}. {one.agency_name}",
        "serviceBody": [{"code": code, "value": value} for code, value in properties.items() if value],
    }


def form_item(form: EForm) -> dict[str, Any]:
    """``EFormListItem``: only the version in force is told."""
    return {
        "eFormId": form.code,
        "name": form.name,
        "description": "; ".join(version.name for version in form.takers)[:2000],
        "version": form.version,
        "latest": True,
    }


def status_shape(case: Case) -> dict[str, str]:
    """``statusModel``."""
    code = CODES.get(case.status)
    title = {"title": str(case.get_status_display())}
    return title if code is None else {"code": code} | title


def application_shape(case: Case, service_id: str, sent: Sequence[Submission]) -> dict[str, Any]:
    """``applicationFileResponse``, with what was sent last."""
    return {
        "fileId": case.code,
        "registered": case.submitted_at.isoformat(),
        "serviceId": service_id,
        "serviceName": case.name,
        "applicantId": _applicant_id(sent),
        "status": status_shape(case),
        "ended": Status(case.status) in CLOSED,
        "applicationData": _submission_data(sent[-1]) if sent else {"applicantId": ""},
    }


def _applicant_id(sent: Sequence[Submission]) -> str:
    return sent[0].applicant_id if sent else ""


def _submission_data(one: Submission) -> dict[str, Any]:
    values: dict[str, Any] = {"applicantId": one.applicant_id, "documentUrls": one.document_urls}
    if one.name:
        values["applicationName"] = one.name
    if one.created:
        values["created"] = one.created.isoformat()
    form = {"data": one.data} if one.data is not None else {}
    if one.form:
        form["eFormId"] = one.form
    return values | ({"formData": form} if form else {})


def application_item(case: Case, service_id: str, sent: Sequence[Submission]) -> dict[str, Any]:
    """``applicantApplicationFileListResponse``; the step that waits, if any, tells who has the case."""
    waiting = [task for task in case.tasks.all() if task.done_at is None]
    first = sent[0] if sent else None
    values: dict[str, Any] = {
        "fileId": case.code,
        "status": status_shape(case),
        "applicantId": _applicant_id(sent),
        "created": (first.created if first and first.created else case.submitted_at).isoformat(),
        "registered": case.submitted_at.isoformat(),
        "description": case.option_name,
        "serviceName": case.name,
        "serviceId": service_id,
        "documentUrls": sent[-1].document_urls if sent else [],
    }
    if first and first.form:
        values["eformId"] = first.form
    if waiting:
        step = min(waiting, key=lambda task: task.number)
        values |= {"mainTaskId": task_id(step, case), "taskTitle": step.name} | _role_shape(step)
    return values


def _role_shape(step: Task) -> dict[str, str]:
    values = {"assigneeId": step.holder, "operatorName": step.holder_name} if step.holder else {}
    return {"roleId": step.right, "roleName": str(labels_of_rights().get(step.right, step.right))} | values


def task_id(step: Task, case: Case) -> str:
    """The case's code and the number of the step."""
    return f"{case.code}:{step.number}"


def task_item(step: Task, service_id: str) -> dict[str, Any]:
    """``userTaskResponse``."""
    return _task_shape(step, service_id) | {"mainTaskId": task_id(step, step.case), "name": step.name}


def _task_shape(step: Task, service_id: str) -> dict[str, Any]:
    case = step.case
    task_values = {
        "taskId": task_id(step, case),
        "roleId": step.right,
        "created": step.opened_at.isoformat(),
        "description": f"{case.name}. {step.unit.name}",
        "serviceId": service_id,
        "serviceName": case.name,
        "fileId": case.code,
        "status": status_shape(case),
    }
    if case.form:
        task_values["eFormId"] = case.form.partition("@")[0]  # the case keeps the version, too
    return task_values | ({"assigneeId": step.holder} if step.holder else {})


def task_response(step: Task, service_id: str, sent: Sequence[Submission]) -> dict[str, Any]:
    """``dataUserTaskResponse``, with what the application says, and what may be answered."""
    choices = steps.steps_after(step).answers if step.done_at is None else ()
    answers: dict[str, Any] = {
        "decision": {"type": "string", "enum": ["APPROVED", "SENDBACK", "REJECTED"]},
        "reason": {"type": "string", "description": "SENDBACK, REJECTED"},
        "note": {"type": "string"},
        "answer": {"type": "string"} | ({"enum": list(choices)} if choices else {}),
        "outcome": {"type": "string"},
        "number": {"type": "string"},
        "to": {"type": "string"},
    }
    data = sent[-1].data if sent else None
    return _task_shape(step, service_id) | {"taskName": step.name, "formVariables": answers, "data": data or {}}


def completed_task_response(identifier: str, case: Case, service_id: str) -> dict[str, Any]:
    """``completedTaskResponse``."""
    return {"taskId": identifier, "fileId": case.code, "serviceId": service_id, "status": status_shape(case)}


def statistics_row(one: DecisionCount, asked: DecisionQuery) -> dict[str, Any]:
    """One row of the statistics, with what it refers to."""
    references: dict[str, Any] = {"registrationName": one.name}
    references |= {name: day.isoformat() for name, day in (("startDate", one.first), ("endDate", one.last)) if day}
    references |= {name: text for name, text in (("operator", asked.operator), ("role", asked.role)) if text}
    references |= {f"timeframe{frame.capitalize()}": frame == asked.frame for frame in FRAMES}
    return {"processed": one.processed, **one.counts, "references": references}
