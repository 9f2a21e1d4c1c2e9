"""Which drawing a dossier follows, and which of them there are."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.cases.models import Case, CaseProcess, Process, ProcessVersion
from tinhso.blocks.cases.queries.processes.reading import read
from tinhso.blocks.cases.queries.processes.shapes import Drawn
from tinhso.kernel.errors import Refused


def in_force(procedure: str, day: date) -> ProcessVersion | None:
    """The drawing for a procedure on a day: its own, else the usual one; None where there is neither."""
    known = ProcessVersion.objects.filter(since__lte=day).select_related("process").order_by("-number")
    own = known.filter(process__procedures__contains=[procedure]).first()
    return own or known.filter(process__usual=True).first()


def drawn(version: ProcessVersion) -> Drawn:
    """The process of a version, read."""
    return read(version.bpmn.encode())


def process(code: str) -> Process:
    """A process by its code."""
    found = Process.objects.filter(code=code.replace("\0", "")).first()
    if found is None:
        raise Refused("unknown_process", _("Không có quy trình nào mang mã “%(code)s”."), code=code[:60])
    return found


def version(code: str, number: int | None, day: date) -> ProcessVersion:
    """A version by its number, else the one in force on a day, else the first to come."""
    versions = process(code).versions.select_related("process")
    if number is not None:
        found = versions.filter(number=number).first()
    else:
        found = versions.filter(since__lte=day).order_by("-number").first() or versions.order_by("number").first()
    if found is None:
        raise Refused("unknown_version", _("Quy trình này không có phiên bản đó."))
    return found


def all_processes() -> QuerySet[Process]:
    """Every process, the usual one first."""
    return Process.objects.prefetch_related("versions").order_by("-usual", "name", "code")


def served_elsewhere(procedures: Sequence[str], code: str) -> Process | None:
    """Another process that serves one of these procedures."""
    return Process.objects.filter(Q(procedures__overlap=list(procedures)) & ~Q(code=code)).first()


def of_case(case: Case) -> CaseProcess | None:
    """Where a dossier stands; None before its first step, and for those that came without a process."""
    return CaseProcess.objects.filter(case=case).select_related("version__process").first()


def due_timers(now: object) -> list[str]:
    """Codes of dossiers with a timer that may have ended."""
    found = CaseProcess.objects.filter(wakes_at__lte=now).order_by("wakes_at")
    return list(found.values_list("case__code", flat=True)[:500])
