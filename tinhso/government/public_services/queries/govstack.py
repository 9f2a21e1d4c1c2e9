"""Services, e-forms and applications as GovStack's Registration building block names them, and who may see which.

An identifier of a service must be a UUID there: it is made from the procedure's code, unless the procedure goes by a
UUID elsewhere, which is then one of its other codes (ADR 0050).
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from uuid import NAMESPACE_OID, uuid5

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.cases.models import Case, Task
from tinhso.blocks.cases.queries import inbox
from tinhso.blocks.cases.queries import lookup as cases
from tinhso.government.public_services.models import Alias, Procedure, Submission, Version
from tinhso.government.public_services.queries.finding import ProcedureFilter, search_procedures
from tinhso.government.public_services.queries.lookup import version_on
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold

PROVIDER = "public_services"
A_UUID = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
PROCEDURES = uuid5(NAMESPACE_OID, "tinhso.public_services.procedure")
UNREAD = ("cases", "papers", "results", "bases", "conditions", "steps", "search_text")


@lru_cache(maxsize=8192)
def _uuid_of_code(code: str) -> str:
    return str(uuid5(PROCEDURES, code))


def service_ids(codes: Iterable[str]) -> dict[str, str]:
    """The identifier of the service of each procedure."""
    procedure_codes = set(codes)
    elsewhere = Alias.objects.filter(procedure__code__in=procedure_codes, value__regex=A_UUID).order_by("-pk")
    return {code: _uuid_of_code(code) for code in procedure_codes} | dict(
        elsewhere.values_list("procedure__code", "value")
    )


def code_of(service: str) -> str:
    """The code of the procedure that a service stands for, which may also be told by code; empty when there is none."""
    procedure = Procedure.objects.filter(Q(code=service) | Q(aliases__value=service)).order_by("code").first()
    if procedure is not None:
        return procedure.code
    if not re.match(A_UUID, service):
        return ""
    codes = Procedure.objects.values_list("code", flat=True)
    return next((code for code in codes if _uuid_of_code(code) == service), "")


def service_version(identifier: str, day: date) -> Version:
    """The version in force of the procedure behind a service; refuses an unknown one and one not in force."""
    code = code_of(identifier)
    version = version_on(code, day) if code else None
    if version is None:
        raise Refused("no_such_service", _("Không có dịch vụ nào mang mã này."))
    return version


def online_services(name: str, day: date) -> list[Version]:
    """What may be applied for online on ``day``, by name: whole words or a part, without minding diacritics."""
    versions = search_procedures(ProcedureFilter(), day).exclude(online=Version.Online.INFO).defer(*UNREAD)
    folded_name = fold(name)
    return [
        version for version in versions if folded_name in fold(version.name) or folded_name in fold(version.name_en)
    ]


def is_registration(name: str) -> bool:
    """Whether a procedure ever went by this name, in either language, or goes by this code or identifier."""
    named = Version.objects.filter(Q(name__iexact=name) | Q(name_en__iexact=name))
    return bool(code_of(name)) or named.exists() or Case.objects.filter(name__iexact=name, provider=PROVIDER).exists()


def is_own_application(by: Actor) -> Exists:
    """That ``by`` is the program which handed the application in."""
    return Exists(Submission.objects.filter(case=OuterRef("pk"), number=1, by=by.ref))


def readable_applications(by: Actor) -> QuerySet[Case]:
    """What ``by`` may read: what it handed in itself, and cases where a right of its owner that it holds reaches."""
    within = Q(pk__in=cases.seen_by(by).values("pk"))
    applications = Case.objects.filter(within | Q(is_own_application(by)), provider=PROVIDER)
    return applications.select_related("party", "unit").prefetch_related("tasks")


def readable_application(code: str, *, by: Actor) -> Case:
    """One of them; another's is as unknown as one that does not exist."""
    case = readable_applications(by).filter(code=code).first()
    if case is None:
        raise Refused("no_such_application", _("Không có hồ sơ nào mang mã này."))
    return case


def submissions_by_case(found: Iterable[Case]) -> dict[int, list[Submission]]:
    """What other systems sent for each case (by its primary key), in the order of sending."""
    sent: dict[int, list[Submission]] = {}
    for submission in Submission.objects.filter(case__in=[case.pk for case in found]).order_by("number"):
        sent.setdefault(submission.case_id, []).append(submission)
    return sent


def of_service(found: QuerySet[Case], identifier: str) -> QuerySet[Case]:
    """Those of one service; none where nobody knows it."""
    return found.filter(procedure=code_of(identifier) or None)


def of_applicant(found: QuerySet[Case], applicant: str) -> QuerySet[Case]:
    """Those of one applicant, by the reference that the sending system gave."""
    submissions = Submission.objects.filter(case=OuterRef("pk"), number=1, applicant_id=applicant)
    return found.filter(Exists(submissions))


def open_tasks(by: Actor, *, main: str = "", application: str = "", assignee: str = "") -> QuerySet[Task]:
    """Open steps that ``by`` may do; of the case of one step, of one case, or held by somebody."""
    values = {"case__code": main.rpartition(":")[0] or main} if main else {}
    values |= {"holder": assignee} if assignee else {}
    tasks = inbox.waiting_for(by).filter(case__provider=PROVIDER, **values).select_related("case", "unit")
    return tasks.filter(case__code=application) if application else tasks


def readable_task(identifier: str, *, by: Actor) -> Task:
    """A step of a case where a right reaches (an applicant's system does no steps); refuses any other."""
    code, _colon, number = identifier.rpartition(":")
    within = Task.objects.filter(case__in=cases.seen_by(by), case__provider=PROVIDER).select_related("case", "unit")
    is_number = number.isascii() and number.isdigit() and len(number) < 6
    task = within.filter(case__code=code, number=int(number)).first() if is_number else None
    if task is None:
        raise Refused("no_such_task", _("Không có bước nào mang mã này."))
    return task
