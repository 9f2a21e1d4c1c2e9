"""Which drawings there are, and which of them is in force for a procedure."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.models import Process, ProcessVersion
from tinhso.blocks.bpmn.queries.calls import called_by, with_called_processes
from tinhso.blocks.bpmn.queries.reading import read_process
from tinhso.blocks.bpmn.queries.shapes import ProcessGraph
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

MOST_CALLED = 40  # processes that one calls, with all that these call


def in_force(procedure: str, day: date) -> ProcessVersion | None:
    """The drawing for a procedure on a day: its own, else the usual one; None where there is neither."""
    process_versions = ProcessVersion.objects.filter(since__lte=day).select_related("process").order_by("-number")
    own = process_versions.filter(process__procedures__contains=[procedure]).first()
    return own or process_versions.filter(process__usual=True).first()


def graph_of_version(
    version: ProcessVersion, calls: Mapping[str, int] | None = None, day: date | None = None
) -> ProcessGraph:
    """The process of a version with those that it calls: in the versions ``calls``, else as in force on a day."""
    plain = read_process(version.bpmn.encode())
    if not called_by(plain):
        return plain
    texts = texts_called(version.bpmn, calls, day or clock.today())
    return _expanded_graph(version.bpmn, tuple(sorted(texts.items())), version.process.code, get_language() or "")


def calls_of(version: ProcessVersion, day: date) -> dict[str, int]:
    """The numbers of the versions that an instance which begins on a day will follow of the processes called."""
    return {code: called_version.number for code, called_version in _called_versions(version.bpmn, None, day).items()}


def texts_called(bpmn: str, calls: Mapping[str, int] | None, day: date) -> dict[str, str]:
    """The drawings of all processes that one calls, and that these call, by their codes."""
    return {code: version.bpmn for code, version in _called_versions(bpmn, calls, day).items()}


def _called_versions(bpmn: str, calls: Mapping[str, int] | None, day: date) -> dict[str, ProcessVersion]:
    process_versions_by_key: dict[str, ProcessVersion] = {}
    waiting = called_by(read_process(bpmn.encode()))
    while waiting and len(process_versions_by_key) < MOST_CALLED:
        code = waiting.pop()
        process_versions = ProcessVersion.objects.filter(process__code=code.replace("\0", "")).order_by("-number")
        version = (
            process_versions.filter(number=calls.get(code, 0)).first()
            if calls
            else process_versions.filter(since__lte=day).first()
        )
        if version is not None and code not in process_versions_by_key:
            process_versions_by_key[code] = version
            waiting += called_by(read_process(version.bpmn.encode()))
    return process_versions_by_key


@lru_cache(maxsize=64)
def _expanded_graph(bpmn: str, called: tuple[tuple[str, str], ...], code: str, language: str) -> ProcessGraph:
    texts = dict(called)
    return with_called_processes(
        read_process(bpmn.encode()), lambda ref: read_process(texts[ref].encode()) if ref in texts else None, (code,)
    )


def process_by_code(code: str) -> Process:
    """A process by its code."""
    process = Process.objects.filter(code=code.replace("\0", "")).first()
    if process is None:
        raise Refused("unknown_process", _("Không có quy trình nào mang mã “%(code)s”."), code=code[:60])
    return process


def process_version(code: str, number: int | None, day: date) -> ProcessVersion:
    """A version by its number, else the one in force on a day, else the first to come."""
    versions = process_by_code(code).versions.select_related("process")
    if number is not None:
        version = versions.filter(number=number).first()
    else:
        version = versions.filter(since__lte=day).order_by("-number").first() or versions.order_by("number").first()
    if version is None:
        raise Refused("unknown_version", _("Quy trình này không có phiên bản đó."))
    return version


def all_processes() -> QuerySet[Process]:
    """Every process, the usual one first."""
    return Process.objects.prefetch_related("versions").order_by("-usual", "name", "code")


def served_elsewhere(procedures: Sequence[str], code: str) -> Process | None:
    """Another process that serves one of these procedures."""
    return Process.objects.filter(Q(procedures__overlap=list(procedures)) & ~Q(code=code)).first()
