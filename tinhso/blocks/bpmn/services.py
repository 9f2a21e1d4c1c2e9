"""Publishing drawings: each is checked, gets the next number, and never changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.bpmn import events
from tinhso.blocks.bpmn.models import Process, ProcessVersion
from tinhso.blocks.bpmn.queries import catalogue, default_process
from tinhso.blocks.bpmn.queries.calls import called_by, with_called_processes
from tinhso.blocks.bpmn.queries.documents import as_text
from tinhso.blocks.bpmn.queries.reading import label_of, read_process
from tinhso.blocks.bpmn.queries.shapes import BadProcess, DrawingFault, ProcessGraph
from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units import queries as units
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor, program_actor
from tinhso.kernel.errors import Refused

RESERVED = frozenset({"new", "check", "of"})  # addresses
LONG_AGO = date(2020, 1, 1)
KEEPER = program_actor("bpmn", rights=[MANAGE_PROCEDURES])


@dataclass(frozen=True)
class Publishing:
    """A drawing to be published. ``code`` and ``name`` make a new process where there is none of that code."""

    bpmn: bytes
    code: str
    name: str
    since: date
    procedures: Sequence[str] = ()
    note: str = ""
    usual: bool = False
    illustrative: bool = False


def check_process(bpmn: bytes, *, day: date, code: str = "") -> ProcessGraph:
    """The process in a file, as that of the process ``code``.

    Refuses with :class:`BadProcess`, also for departments and called processes that do not exist on ``day``, and for
    one that would call itself.
    """
    drawn = read_process(bpmn)
    texts = catalogue.texts_called(bpmn.decode("utf-8", "replace"), None, day) if called_by(drawn) else {}
    texts.pop(code, None)
    drawn = with_called_processes(
        drawn, lambda ref: read_process(texts[ref].encode()) if ref in texts else None, (code,)
    )
    faults = [
        DrawingFault(node.id, node.tag, node.name, _("không có cơ quan nào mang mã “%(unit)s”") % {"unit": node.unit})
        for node in drawn.steps()
        if node.unit not in ("holder", "receiving") and units.agency(node.unit, day) is None
    ]
    if faults:
        raise BadProcess(faults)
    return drawn


@transaction.atomic
def publish_process(*, told: Publishing, by: Actor, now: datetime) -> ProcessVersion:
    """Give a drawing the next number of its process; the same bytes as the newest are that one again."""
    by.must_be_able_to(MANAGE_PROCEDURES)
    check_process(told.bpmn, day=max(told.since, clock.local(now).date()), code=told.code.strip())
    process = _process_to_publish(told, by)
    newest = process.versions.order_by("-number").first()
    text = as_text(told.bpmn)
    digest = sha256(text.encode()).hexdigest()
    if newest is not None and newest.sha256 == digest:
        return newest
    if newest is not None and told.since < max(newest.since, clock.local(now).date()):
        raise Refused(
            "too_early", _("Phiên bản mới chỉ áp dụng từ hôm nay trở đi, và không trước phiên bản liền trước.")
        )
    process_version = ProcessVersion.objects.create(
        process=process,
        number=newest.number + 1 if newest else 1,
        since=told.since,
        bpmn=text,
        sha256=digest,
        published_at=now,
        published_by=by.ref,
        published_by_name=by.name,
        note=told.note.strip()[:300],
    )
    after = {"number": process_version.number, "since": str(process_version.since), "sha256": digest}
    audit.record(by=by, did="process published", to=(Process._meta.label, process.code), after=after)
    outbox.emit(events.ProcessPublished(code=process.code, number=process_version.number, by=by.ref))
    return process_version


def _process_to_publish(publishing: Publishing, by: Actor) -> Process:
    code, procedures = publishing.code.strip(), sorted(set(publishing.procedures))
    if not code or code in RESERVED or len(code) > 60 or not all(letter.isalnum() or letter in "-_" for letter in code):
        raise Refused("bad_code", _("Mã quy trình gồm chữ, số, gạch nối, không quá 60 ký tự."))
    other = catalogue.served_elsewhere(procedures, code)
    if other is not None:
        raise Refused(
            "served_elsewhere", _("Có thủ tục đã theo quy trình “%(name)s”. Hãy bỏ khỏi đó trước."), name=other
        )
    process_values = {"name": publishing.name.strip()[:200] or code, "procedures": procedures}
    process = Process.objects.select_for_update().filter(code=code).first()
    if process is None:
        if publishing.usual and Process.objects.filter(usual=True).exists():
            raise Refused("usual_already", _("Đã có một quy trình dùng chung cho thủ tục chưa có quy trình riêng."))
        new_process = Process.objects.create(
            code=code, usual=publishing.usual, illustrative=publishing.illustrative, **process_values
        )
        audit.record(by=by, did="process created", to=(Process._meta.label, code), after=process_values)
        return new_process
    before = {"name": process.name, "procedures": process.procedures}
    if before != process_values:
        process.name, process.procedures = str(process_values["name"]), procedures
        process.save(update_fields=["name", "procedures"])
        audit.record(by=by, did="process changed", to=(Process._meta.label, code), before=before, after=process_values)
    return process


def load_processes(*, folder: Path, by: Actor, now: datetime) -> int:
    """Publish every ``*.bpmn`` of a province's folder as it labels itself; returns how many were new or different."""
    before = ProcessVersion.objects.count()
    for path in sorted(folder.glob("*.bpmn")):
        content = path.read_bytes()
        label, today = label_of(content), clock.local(now).date()
        process_versions = ProcessVersion.objects.filter(process__code=label.code)
        if process_versions.filter(sha256=sha256(as_text(content).encode()).hexdigest()).exists():
            continue  # what people have published since stays
        publishing = Publishing(
            bpmn=content,
            code=label.code,
            name=label.name,
            since=today if label.since is None or process_versions.exists() else label.since,
            procedures=label.procedures,
            usual=label.usual,
            illustrative=label.illustrative,
        )
        try:
            publish_process(told=publishing, by=by, now=now)
        except Refused as refusal:
            raise Refused(refusal.code, "%(file)s: %(why)s", file=path.name, why=refusal.message) from refusal
    return ProcessVersion.objects.count() - before


def usual_version(*, now: datetime) -> ProcessVersion:
    """The usual way of a province that has loaded none yet: its file's or the built-in one, kept on first use."""
    first = ProcessVersion.objects.filter(process__usual=True).order_by("number").first()
    if first is not None:
        return first
    content = default_process.usual_drawing()
    name = label_of(content).name
    process, _new = Process.objects.get_or_create(code=default_process.CODE, defaults={"name": name, "usual": True})
    process_version, _new = ProcessVersion.objects.get_or_create(
        process=process,
        number=1,
        defaults={
            "since": LONG_AGO,
            "bpmn": as_text(content),
            "sha256": sha256(as_text(content).encode()).hexdigest(),
            "published_at": now,
            "published_by": KEEPER.ref,
            "published_by_name": KEEPER.name,
        },
    )
    return process_version
