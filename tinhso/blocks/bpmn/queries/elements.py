"""What one element of a file means: who does it, what it waits for, what it leads to.

Work that a machine would do elsewhere is done by people here, and a remark says so; what would run code is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.contract import registered_runner
from tinhso.blocks.bpmn.queries import event_definitions
from tinhso.blocks.bpmn.queries.documents import BPMN, Element, name_on_one_line, own_attribute, tag_of
from tinhso.blocks.bpmn.queries.shapes import DecisionTable, ElementKind, EventFamily, ProcessNode, Sign
from tinhso.blocks.bpmn.queries.sketching import DrawingReport, Loop
from tinhso.kernel.deadlines import Duration
from tinhso.kernel.text import fold

KINDS = {
    "startEvent": ElementKind.START,
    "endEvent": ElementKind.END,
    "userTask": ElementKind.STEP,
    "manualTask": ElementKind.STEP,
    "task": ElementKind.STEP,
    "serviceTask": ElementKind.STEP,
    "scriptTask": ElementKind.STEP,
    "sendTask": ElementKind.STEP,
    "receiveTask": ElementKind.EVENT,
    "businessRuleTask": ElementKind.RULE,
    "callActivity": ElementKind.CALL,
    "subProcess": ElementKind.SUB,
    "transaction": ElementKind.SUB,
    "exclusiveGateway": ElementKind.EXCLUSIVE,
    "parallelGateway": ElementKind.PARALLEL,
    "inclusiveGateway": ElementKind.INCLUSIVE,
    "eventBasedGateway": ElementKind.CHOICE,
    "intermediateCatchEvent": ElementKind.EVENT,
    "intermediateThrowEvent": ElementKind.THROW,
    "boundaryEvent": ElementKind.EVENT,
}
UNIT = re.compile(r"(?:holder|receiving|[A-Z][A-Z0-9_-]{1,29})\Z")
MOST_HOURS, MOST_TIMES = 999, 12
LOOPS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")


@dataclass(frozen=True)
class File:
    """What elements refer to: names of messages, signals and the like; what the file can call; its tables; its lanes.

    ``hears`` are the names of messages that arrows between pools bring to an element.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    callable: Mapping[str, Element] = field(default_factory=dict)
    tables: Mapping[str, DecisionTable] = field(default_factory=dict)
    lanes: Mapping[str, Element] = field(default_factory=dict)
    hears: Mapping[str, str] = field(default_factory=dict)


def node_of(element: Element, scope: str, lane: Element | None, file: File, report: DrawingReport) -> ProcessNode:
    """An element as it will be used; what hinders that goes into the report."""
    kind = _element_kind(element, file, report)
    happens = event_definitions.sign_of_event(element, file.names, file.hears)
    timer: Duration | datetime | None = None
    if kind in (ElementKind.EVENT, ElementKind.START) and happens is not None and happens.family is EventFamily.TIME:
        timer = event_definitions.timer_end(element, report)
        if timer is not None and kind is ElementKind.EVENT:
            kind = ElementKind.ALARM if tag_of(element) == "boundaryEvent" else ElementKind.WAIT
    if kind is ElementKind.EVENT and happens is None:
        happens = Sign(EventFamily.CONDITION, name_on_one_line(element.get("name")))
    return ProcessNode(
        id=element.get("id") or "?",
        kind=kind,
        tag=tag_of(element),
        name=name_on_one_line(element.get("name")),
        lane=name_on_one_line(lane.get("name")) if lane is not None else "",
        right=_right_of_work(kind, element, lane, file, report),
        unit="receiving" if kind is ElementKind.LINK else _responsible_unit(element, lane, report),
        hours=_working_hours(element, report),
        outcomes=_outcomes_of(element, report),
        procedure=own_attribute(element, "procedure")[:40],
        option=own_attribute(element, "option")[:40],
        timer=timer,
        attached_to=_reference_of(element, "attachedToRef") if tag_of(element) == "boundaryEvent" else "",
        interrupting=_is_interrupting(element),
        result=own_attribute(element, "result")[:300],
        ends_all=element.find(f"{{{BPMN}}}terminateEventDefinition") is not None,
        default=_reference_of(element, "default"),
        scope=scope,
        sign=None if kind in (ElementKind.WAIT, ElementKind.ALARM) else happens,
        called=_reference_of(element, "calledElement") if kind is ElementKind.CALL else "",
        table=_decision_table(element, file) if kind is ElementKind.RULE else None,
    )


def loop_of(element: Element, report: DrawingReport) -> Loop | None:
    """How often an element is done, where more than once."""
    mark = next((child for child in element if tag_of(child) in LOOPS), None)
    if mark is None:
        return None
    count = mark.find(f"{{{BPMN}}}loopCardinality")
    text = (count.text or "").strip() if count is not None else mark.get("loopMaximum", "")
    times = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None
    if times is not None and not 1 <= times <= MOST_TIMES:
        report.refuse(element, _("số lần làm phải từ 1 đến %(most)s") % {"most": MOST_TIMES})
        return None
    if tag_of(mark) == LOOPS[0] or times is None:
        report.remark(element, _("làm nhiều lần: người làm nói khi nào đủ"))
        return Loop(None, at_once=False)
    return Loop(times, at_once=mark.get("isSequential") != "true")


def _element_kind(element: Element, file: File, report: DrawingReport) -> ElementKind:
    tag, kind = tag_of(element), KINDS[tag_of(element)]
    if element.get("isForCompensation") == "true":
        report.refuse(element, _("bước bù trừ (compensation) chưa dùng được"))
    if tag == "scriptTask":
        report.refuse(element, _("bước chạy mã lệnh không được phép"))
    elif tag == "serviceTask":
        report.remark(element, _("bước do máy làm: ở đây người làm và báo xong"))
    elif tag == "sendTask":
        report.remark(element, _("phần mềm không gửi ra ngoài: người gửi và báo xong"))
    elif kind is ElementKind.RULE and _decision_table(element, file) is None:
        report.remark(element, _("không kèm bảng quyết định: người làm quyết định"))
        return ElementKind.STEP
    elif kind is ElementKind.CALL:
        return _called_kind(element, file, report)
    elif kind is ElementKind.SUB and not any(tag_of(child) in KINDS for child in element):
        report.remark(element, _("quy trình con chưa vẽ gì bên trong: là một bước"))
        return ElementKind.STEP
    return kind


def _called_kind(element: Element, file: File, report: DrawingReport) -> ElementKind:
    called = _reference_of(element, "calledElement")
    if own_attribute(element, "procedure"):
        return ElementKind.LINK
    called_element = file.callable.get(called)
    if not called or (called_element is not None and tag_of(called_element) != "process"):
        report.remark(element, _("không gọi quy trình nào: là một bước"))
        return ElementKind.STEP
    return ElementKind.CALL


def _reference_of(element: Element, attribute: str) -> str:
    """What an attribute refers to, without the prefix that some tools put before it."""
    return str((element.get(attribute) or "").rpartition(":")[2])


def _decision_table(element: Element, file: File) -> DecisionTable | None:
    """The table that a rule names: in our own attribute, or as other tools name it."""
    refs = [own_attribute(element, "decision")]
    refs += [value for name, value in element.attrib.items() if name.endswith("}decisionRef")]
    refs += [
        descendant.get("decisionId", "")
        for descendant in element.iter()
        if str(descendant.tag).endswith("}calledDecision")
    ]
    return next((file.tables[ref] for ref in refs if ref in file.tables), None)


def _is_interrupting(element: Element) -> bool:
    attribute = "isInterrupting" if tag_of(element) == "startEvent" else "cancelActivity"
    return bool(element.get(attribute, "true") not in ("false", "0"))


def _right_of_work(kind: ElementKind, element: Element, lane: Element | None, file: File, report: DrawingReport) -> str:
    """Whose work it is: as our attribute says, else as the lane is called, else the usual one's; empty: nobody's."""
    runner = registered_runner()
    if kind is ElementKind.LINK:
        return runner.opening
    if kind not in (ElementKind.STEP, ElementKind.EVENT):
        return ""
    own = own_attribute(element, "right") or (own_attribute(lane, "right") if lane is not None else "")
    if own and runner.role(own) is None:
        report.refuse(element, _("không có quyền nào tên “%(right)s”") % {"right": own})
        return ""
    return own or _right_of_lane(element, lane, file, report)


def _right_of_lane(element: Element, lane: Element | None, file: File, report: DrawingReport) -> str:
    runner = registered_runner()
    usual = runner.role(runner.usual)
    who = usual.words if usual is not None else ""
    if not file.lanes:
        report.remark(element, _("không ghi ai làm: hiểu là %(who)s") % {"who": who})
        return runner.usual
    name = name_on_one_line(lane.get("name")) if lane is not None else ""
    folded = fold(name)
    for role in runner.roles:
        if folded == role.right or any(word in folded for word in role.lanes):
            return role.right
    why = _("không rõ ai làm: làn “%(lane)s” không ứng với quyền nào, hiểu là %(who)s")
    report.remark(element, why % {"lane": name, "who": who})
    return runner.usual


def _responsible_unit(element: Element, lane: Element | None, report: DrawingReport) -> str:
    unit = own_attribute(element, "unit") or (own_attribute(lane, "unit") if lane is not None else "") or "holder"
    if not UNIT.match(unit):
        report.refuse(element, _("đơn vị “%(unit)s” viết chưa đúng") % {"unit": unit[:40]})
    return unit


def _working_hours(element: Element, report: DrawingReport) -> int | None:
    text = own_attribute(element, "hours")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= MOST_HOURS or len(text) > 3:
        report.refuse(element, _("số giờ làm việc phải từ 1 đến %(most)s") % {"most": MOST_HOURS})
        return None
    return int(text)


def _outcomes_of(element: Element, report: DrawingReport) -> tuple[str, ...]:
    outcomes = tuple(
        outcome for outcome in (part.strip() for part in own_attribute(element, "outcomes").split("|")) if outcome
    )
    if len(outcomes) == 1 or len(set(outcomes)) != len(outcomes) or any(len(outcome) > 60 for outcome in outcomes):
        report.refuse(element, _("kết quả để chọn phải có từ hai trở lên, khác nhau, không quá 60 chữ"))
    return outcomes
