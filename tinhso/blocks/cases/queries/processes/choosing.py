"""Which drawing a dossier follows, and which of them there are."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.blocks.cases.models import Case, CaseProcess, Process, ProcessVersion, Task
from tinhso.blocks.cases.queries.processes.calls import called_by, expanded
from tinhso.blocks.cases.queries.processes.reading import read
from tinhso.blocks.cases.queries.processes.shapes import Drawn
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

MOST_CALLED = 40  # processes that one calls, with all that these call


def in_force(procedure: str, day: date) -> ProcessVersion | None:
    """The drawing for a procedure on a day: its own, else the usual one; None where there is neither."""
    known = ProcessVersion.objects.filter(since__lte=day).select_related("process").order_by("-number")
    own = known.filter(process__procedures__contains=[procedure]).first()
    return own or known.filter(process__usual=True).first()


def drawn(version: ProcessVersion, calls: Mapping[str, int] | None = None, day: date | None = None) -> Drawn:
    """The process of a version with those that it calls: in the versions ``calls``, else as in force on a day."""
    plain = read(version.bpmn.encode())
    if not called_by(plain):
        return plain
    texts = texts_called(version.bpmn, calls, day or clock.today())
    return _whole(version.bpmn, tuple(sorted(texts.items())), version.process.code, get_language() or "")


def drawn_for(kept: CaseProcess) -> Drawn:
    """The process that a dossier follows, with what it called when the dossier began."""
    return drawn(kept.version, kept.state.get("calls", {}))


def calls_of(version: ProcessVersion, day: date) -> dict[str, int]:
    """The numbers of the versions that a dossier which begins on a day will follow of the processes called."""
    return {code: made.number for code, made in _called(version.bpmn, None, day).items()}


def texts_called(bpmn: str, calls: Mapping[str, int] | None, day: date) -> dict[str, str]:
    """The drawings of all processes that one calls, and that these call, by their codes."""
    return {code: made.bpmn for code, made in _called(bpmn, calls, day).items()}


def _called(bpmn: str, calls: Mapping[str, int] | None, day: date) -> dict[str, ProcessVersion]:
    found: dict[str, ProcessVersion] = {}
    waiting = called_by(read(bpmn.encode()))
    while waiting and len(found) < MOST_CALLED:
        code = waiting.pop()
        known = ProcessVersion.objects.filter(process__code=code.replace("\0", "")).order_by("-number")
        made = known.filter(number=calls.get(code, 0)).first() if calls else known.filter(since__lte=day).first()
        if made is not None and code not in found:
            found[code] = made
            waiting += called_by(read(made.bpmn.encode()))
    return found


@lru_cache(maxsize=64)
def _whole(bpmn: str, called: tuple[tuple[str, str], ...], code: str, language: str) -> Drawn:
    texts = dict(called)
    return expanded(read(bpmn.encode()), lambda ref: read(texts[ref].encode()) if ref in texts else None, (code,))


def others_wait(drawing: Drawn, task: Task) -> bool:
    """Whether other steps of the dossier wait as well; what may happen at the border of one is none."""
    others = task.case.tasks.filter(done_at=None).exclude(pk=task.pk).values_list("key", flat=True)
    found = [drawing.nodes.get(key.partition("#")[0]) for key in others]
    return any(node is None or not node.attached_to for node in found)


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
