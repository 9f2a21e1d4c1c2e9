"""From a BPMN file to a process that can be run, or to faults that each name an element.

Taken: one process with one plain start, ends, user tasks (also manual and untyped ones), call activities that open a
dossier of another procedure, exclusive, parallel and inclusive gateways, timers at a step's border or between steps.
All else that would act is refused, never left out silently.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from tinhso.blocks.cases.queries.lookup import DECIDE, PROCESS, RECEIVE
from tinhso.blocks.cases.queries.processes import checking, pictures
from tinhso.blocks.cases.queries.processes.documents import BPMN, Element, fault, opened, ours, tag_of, words
from tinhso.blocks.cases.queries.processes.shapes import BadProcess, Drawn, Fault, Flow, Kind, Node
from tinhso.kernel.deadlines import Duration, Unit
from tinhso.kernel.text import fold

KINDS = {
    "startEvent": Kind.START,
    "endEvent": Kind.END,
    "userTask": Kind.STEP,
    "manualTask": Kind.STEP,
    "task": Kind.STEP,
    "callActivity": Kind.LINK,
    "exclusiveGateway": Kind.EXCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "inclusiveGateway": Kind.INCLUSIVE,
    "intermediateCatchEvent": Kind.WAIT,
    "boundaryEvent": Kind.ALARM,
}
SILENT = frozenset({
    "documentation", "extensionElements", "laneSet", "lane", "textAnnotation", "association", "group", "dataObject",
    "dataObjectReference", "dataStoreReference", "ioSpecification", "property", "sequenceFlow", "artifact",
    "incoming", "outgoing", "dataInputAssociation", "dataOutputAssociation", "potentialOwner", "performer",
    "humanPerformer", "auditing", "monitoring", "rendering", "category", "dataInput", "dataOutput", "inputSet",
    "outputSet", "resourceRole", "supportedInterfaceRef",
})  # fmt: skip
HEARD = {
    ("timerEventDefinition", Kind.WAIT),
    ("timerEventDefinition", Kind.ALARM),
    ("terminateEventDefinition", Kind.END),
}
RIGHTS = (RECEIVE, PROCESS, DECIDE)
# What lanes are usually called, without diacritics, and whose work it is
LANES = (
    (RECEIVE, ("tiep nhan", "mot cua", "hanh chinh cong", "tra ket qua")),
    (DECIDE, ("lanh dao", "chu tich", "giam doc", "ky duyet", "phe duyet", "nguoi ky")),
    (PROCESS, ("chuyen vien", "cong chuc", "tham dinh", "xu ly", "giai quyet", "thu ly", "chuyen mon")),
)
ELEMENT_ID = re.compile(r"[A-Za-z_][\w.\-]{0,69}\Z")
SPAN = re.compile(r"P(?:(\d{1,3})D|T(\d{1,3})H)\Z")
UNIT = re.compile(r"(?:holder|receiving|[A-Z][A-Z0-9_-]{1,29})\Z")
RESERVED = frozenset({"tiep-nhan", "tra-ket-qua"})
MOST_HOURS = 999


@lru_cache(maxsize=128)
def read(bpmn: bytes) -> Drawn:
    """The process in a file; refuses with :class:`BadProcess`, which names every element that cannot be used."""
    root = opened(bpmn)
    process = _the_one_process(root)
    lanes = {ref: lane for lane, ref in _lane_members(process)}
    faults = [*_strangers(process)]
    nodes = {
        element.get("id", ""): _node(element, lanes.get(element.get("id", "")), bool(lanes), faults)
        for element in process
        if tag_of(element) in KINDS
    }
    flows = {flow.id: flow for flow in (_flow(one) for one in process if tag_of(one) == "sequenceFlow")}
    drawn = Drawn(
        process.get("id") or "process",
        words(process.get("name")),
        nodes,
        flows,
        {lane.get("id", ""): words(lane.get("name")) for lane in process.iter(f"{{{BPMN}}}lane")},
        pictures.drawing_in(root),
        tuple(one for one in faults if one.kind.startswith("~")),
    )
    faults = [one for one in faults if not one.kind.startswith("~")]
    if faults:
        raise BadProcess(faults)
    return checking.made_sure(drawn)


@dataclass(frozen=True)
class Label:
    """What a file says of itself, in our own attributes of its process."""

    code: str
    name: str
    procedures: tuple[str, ...]
    since: date | None
    usual: bool
    illustrative: bool


def label_of(bpmn: bytes) -> Label:
    """The code, name and procedures that a file gives itself."""
    process = next(iter(opened(bpmn).iter(f"{{{BPMN}}}process")))
    try:
        since = date.fromisoformat(ours(process, "since"))
    except ValueError:
        since = None
    return Label(
        process.get("id") or "",
        words(process.get("name")),
        tuple(ours(process, "procedures").split()),
        since,
        ours(process, "usual") == "true",
        ours(process, "illustrative") == "true",
    )


def _the_one_process(root: Element) -> Element:
    """The process; several processes or pools are refused by name."""
    processes = [one for one in root if tag_of(one) == "process"]
    pools = list(root.iter(f"{{{BPMN}}}participant"))
    if not processes:
        raise BadProcess([fault(root, _("không có quy trình nào"))])
    faults = [
        fault(pool, _("chỉ dùng được một bể (pool); cơ quan khác hãy vẽ bằng làn hoặc thuộc tính đơn vị"))
        for pool in pools[1:]
    ]
    faults += [
        fault(one, _("chỉ dùng được một quy trình trong một tệp"))
        for one in processes[1:]
        if any(tag_of(child) in KINDS for child in one)
    ]
    if faults:
        raise BadProcess(faults + [one for process in processes for one in _strangers(process)])
    return processes[0]


def _strangers(process: Element) -> Iterator[Fault]:
    """Elements that would act and that nothing here can run, also those inside others."""
    seen: set[str] = set()
    for element in process:
        name, ref = tag_of(element), element.get("id") or ""
        if ref and ref in seen:
            yield fault(element, _("mã này đã dùng cho phần tử khác"))
        seen.add(ref)
        if name in KINDS:
            yield from _strangers_in(element, name)
        elif name and name not in SILENT:
            yield fault(element, _why_not(name))
        if not ELEMENT_ID.match(ref) and name in (*KINDS, "sequenceFlow"):
            yield fault(element, _("mã phần tử phải có, gồm chữ, số, gạch, dài không quá 70"))
        elif ref in RESERVED:
            yield fault(element, _("mã này để dành cho bước tiếp nhận và trả kết quả"))


def _strangers_in(element: Element, name: str) -> Iterator[Fault]:
    for child in element:
        inside = tag_of(child)
        if inside in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
            yield fault(element, _("vòng lặp trên bước chưa dùng được; hãy vẽ vòng bằng cổng"))
        elif (inside, KINDS[name]) in HEARD:
            continue
        elif inside.endswith("EventDefinition") or inside == "eventDefinitionRef":
            yield fault(element, _("loại sự kiện “%(kind)s” chưa dùng được ở đây") % {"kind": inside})
        elif inside and inside not in SILENT:
            yield fault(element, _("có phần “%(kind)s” không dùng được ở đây") % {"kind": inside})


def _why_not(name: str) -> str:
    if name == "scriptTask":
        return _("bước chạy mã lệnh không được phép")
    if name in ("serviceTask", "sendTask", "receiveTask", "businessRuleTask"):
        return _("bước do máy làm chưa có nghĩa ở đây; hãy dùng bước do người làm")
    if name in ("subProcess", "transaction", "adHocSubProcess"):
        return _("quy trình con chưa dùng được; hãy vẽ thẳng các bước")
    return _("loại phần tử này chưa dùng được")


def _lane_members(process: Element) -> Iterator[tuple[Element, str]]:
    """Lanes with what lies in them, outer ones first, so that the innermost counts."""
    for lane in process.iter(f"{{{BPMN}}}lane"):
        for ref in lane:
            if tag_of(ref) == "flowNodeRef":
                yield lane, (ref.text or "").strip()


def _flow(element: Element) -> Flow:
    told = element.find(f"{{{BPMN}}}conditionExpression")
    return Flow(
        element.get("id") or "?",
        element.get("sourceRef", ""),
        element.get("targetRef", ""),
        words(element.get("name")),
        (told.text or "").strip() if told is not None else "",
    )


def _node(element: Element, lane: Element | None, has_lanes: bool, faults: list[Fault]) -> Node:
    kind = KINDS[tag_of(element)]
    is_step, is_link = kind is Kind.STEP, kind is Kind.LINK
    if is_link and not ours(element, "procedure"):
        faults.append(fault(element, _("không nói mở hồ sơ của thủ tục nào (tinhso:procedure)")))
    return Node(
        id=element.get("id") or "?",
        kind=kind,
        tag=tag_of(element),
        name=words(element.get("name")),
        lane=words(lane.get("name")) if lane is not None else "",
        right=RECEIVE if is_link else _right(element, lane, has_lanes, faults) if is_step else "",
        unit="receiving" if is_link else _unit(element, lane, faults),
        hours=_hours(element, faults),
        outcomes=_outcomes(element, faults),
        procedure=ours(element, "procedure")[:40],
        option=ours(element, "option")[:40],
        timer=_timer(element, faults) if kind in (Kind.WAIT, Kind.ALARM) else None,
        attached_to=element.get("attachedToRef", ""),
        interrupting=element.get("cancelActivity", "true") != "false",
        result=ours(element, "result")[:300],
        ends_all=element.find(f"{{{BPMN}}}terminateEventDefinition") is not None,
        default=element.get("default", ""),
    )


def _right(element: Element, lane: Element | None, has_lanes: bool, faults: list[Fault]) -> str:
    told = ours(element, "right") or (ours(lane, "right") if lane is not None else "")
    if told in RIGHTS:
        return told
    if told:
        faults.append(fault(element, _("không có quyền nào tên “%(right)s”") % {"right": told}))
        return ""
    if not has_lanes:
        why = _("không ghi ai làm: hiểu là người thụ lý hồ sơ")
        faults.append(Fault(element.get("id") or "?", f"~{tag_of(element)}", words(element.get("name")), why))
        return PROCESS
    name = words(lane.get("name")) if lane is not None else ""
    folded = fold(name)
    for right, known in LANES:
        if folded == right or any(word in folded for word in known):
            return right
    faults.append(fault(element, _("không rõ ai làm: làn “%(lane)s” không ứng với quyền nào") % {"lane": name}))
    return ""


def _unit(element: Element, lane: Element | None, faults: list[Fault]) -> str:
    told = ours(element, "unit") or (ours(lane, "unit") if lane is not None else "") or "holder"
    if not UNIT.match(told):
        faults.append(fault(element, _("đơn vị “%(unit)s” viết chưa đúng") % {"unit": told[:40]}))
    return told


def _hours(element: Element, faults: list[Fault]) -> int | None:
    told = ours(element, "hours")
    if not told:
        return None
    if not told.isascii() or not told.isdigit() or not 1 <= int(told[:4]) <= MOST_HOURS or len(told) > 3:
        faults.append(fault(element, _("số giờ làm việc phải từ 1 đến %(most)s") % {"most": MOST_HOURS}))
        return None
    return int(told)


def _outcomes(element: Element, faults: list[Fault]) -> tuple[str, ...]:
    told = tuple(one for one in (part.strip() for part in ours(element, "outcomes").split("|")) if one)
    if len(told) == 1 or len(set(told)) != len(told) or any(len(one) > 60 for one in told):
        faults.append(fault(element, _("kết quả để chọn phải có từ hai trở lên, khác nhau, không quá 60 chữ")))
    return told


def _timer(element: Element, faults: list[Fault]) -> Duration | None:
    told = element.find(f"{{{BPMN}}}timerEventDefinition/{{{BPMN}}}timeDuration")
    found = SPAN.match("".join((told.text or "").split()).strip("\"'")) if told is not None else None
    if found and int(found[1] or found[2]):
        return Duration(int(found[1] or found[2]), Unit.WORKING_DAY if found[1] else Unit.HOUR)
    if element.find(f"{{{BPMN}}}timerEventDefinition") is None:
        faults.append(fault(element, _("sự kiện này phải là hẹn giờ")))
    else:
        faults.append(fault(element, _("hẹn giờ phải là số giờ hoặc ngày làm việc, như PT8H hoặc P2D")))
    return None
