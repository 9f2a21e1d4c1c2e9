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
from tinhso.blocks.bpmn.queries.documents import BPMN, Element, ours, tag_of, words
from tinhso.blocks.bpmn.queries.shapes import Family, Kind, Node, Sign, Table
from tinhso.blocks.bpmn.queries.sketching import Loop, Report
from tinhso.kernel.deadlines import Duration
from tinhso.kernel.text import fold

KINDS = {
    "startEvent": Kind.START,
    "endEvent": Kind.END,
    "userTask": Kind.STEP,
    "manualTask": Kind.STEP,
    "task": Kind.STEP,
    "serviceTask": Kind.STEP,
    "scriptTask": Kind.STEP,
    "sendTask": Kind.STEP,
    "receiveTask": Kind.EVENT,
    "businessRuleTask": Kind.RULE,
    "callActivity": Kind.CALL,
    "subProcess": Kind.SUB,
    "transaction": Kind.SUB,
    "exclusiveGateway": Kind.EXCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "inclusiveGateway": Kind.INCLUSIVE,
    "eventBasedGateway": Kind.CHOICE,
    "intermediateCatchEvent": Kind.EVENT,
    "intermediateThrowEvent": Kind.THROW,
    "boundaryEvent": Kind.EVENT,
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
    tables: Mapping[str, Table] = field(default_factory=dict)
    lanes: Mapping[str, Element] = field(default_factory=dict)
    hears: Mapping[str, str] = field(default_factory=dict)


def node_of(element: Element, scope: str, lane: Element | None, file: File, report: Report) -> Node:
    """An element as it will be used; what hinders that goes into the report."""
    kind = _kind(element, file, report)
    happens = event_definitions.of(element, file.names, file.hears)
    timer: Duration | datetime | None = None
    if kind in (Kind.EVENT, Kind.START) and happens is not None and happens.family is Family.TIME:
        timer = event_definitions.timer(element, report)
        if timer is not None and kind is Kind.EVENT:
            kind = Kind.ALARM if tag_of(element) == "boundaryEvent" else Kind.WAIT
    if kind is Kind.EVENT and happens is None:
        happens = Sign(Family.CONDITION, words(element.get("name")))
    return Node(
        id=element.get("id") or "?",
        kind=kind,
        tag=tag_of(element),
        name=words(element.get("name")),
        lane=words(lane.get("name")) if lane is not None else "",
        right=_right(kind, element, lane, file, report),
        unit="receiving" if kind is Kind.LINK else _unit(element, lane, report),
        hours=_hours(element, report),
        outcomes=_outcomes(element, report),
        procedure=ours(element, "procedure")[:40],
        option=ours(element, "option")[:40],
        timer=timer,
        attached_to=_ref(element, "attachedToRef") if tag_of(element) == "boundaryEvent" else "",
        interrupting=_interrupts(element),
        result=ours(element, "result")[:300],
        ends_all=element.find(f"{{{BPMN}}}terminateEventDefinition") is not None,
        default=_ref(element, "default"),
        scope=scope,
        sign=None if kind in (Kind.WAIT, Kind.ALARM) else happens,
        called=_ref(element, "calledElement") if kind is Kind.CALL else "",
        table=_table(element, file) if kind is Kind.RULE else None,
    )


def loop_of(element: Element, report: Report) -> Loop | None:
    """How often an element is done, where more than once."""
    mark = next((one for one in element if tag_of(one) in LOOPS), None)
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


def _kind(element: Element, file: File, report: Report) -> Kind:
    tag, kind = tag_of(element), KINDS[tag_of(element)]
    if element.get("isForCompensation") == "true":
        report.refuse(element, _("bước bù trừ (compensation) chưa dùng được"))
    if tag == "scriptTask":
        report.refuse(element, _("bước chạy mã lệnh không được phép"))
    elif tag == "serviceTask":
        report.remark(element, _("bước do máy làm: ở đây người làm và báo xong"))
    elif tag == "sendTask":
        report.remark(element, _("phần mềm không gửi ra ngoài: người gửi và báo xong"))
    elif kind is Kind.RULE and _table(element, file) is None:
        report.remark(element, _("không kèm bảng quyết định: người làm quyết định"))
        return Kind.STEP
    elif kind is Kind.CALL:
        return _called_kind(element, file, report)
    elif kind is Kind.SUB and not any(tag_of(one) in KINDS for one in element):
        report.remark(element, _("quy trình con chưa vẽ gì bên trong: là một bước"))
        return Kind.STEP
    return kind


def _called_kind(element: Element, file: File, report: Report) -> Kind:
    called = _ref(element, "calledElement")
    if ours(element, "procedure"):
        return Kind.LINK
    known = file.callable.get(called)
    if not called or (known is not None and tag_of(known) != "process"):
        report.remark(element, _("không gọi quy trình nào: là một bước"))
        return Kind.STEP
    return Kind.CALL


def _ref(element: Element, attribute: str) -> str:
    """What an attribute refers to, without the prefix that some tools put before it."""
    return str((element.get(attribute) or "").rpartition(":")[2])


def _table(element: Element, file: File) -> Table | None:
    """The table that a rule names: in our own attribute, or as other tools name it."""
    refs = [ours(element, "decision")]
    refs += [value for name, value in element.attrib.items() if name.endswith("}decisionRef")]
    refs += [one.get("decisionId", "") for one in element.iter() if str(one.tag).endswith("}calledDecision")]
    return next((file.tables[ref] for ref in refs if ref in file.tables), None)


def _interrupts(element: Element) -> bool:
    attribute = "isInterrupting" if tag_of(element) == "startEvent" else "cancelActivity"
    return bool(element.get(attribute, "true") not in ("false", "0"))


def _right(kind: Kind, element: Element, lane: Element | None, file: File, report: Report) -> str:
    """Whose work it is: as our attribute says, else as the lane is called, else the usual one's; empty: nobody's."""
    runner = registered_runner()
    if kind is Kind.LINK:
        return runner.opening
    if kind not in (Kind.STEP, Kind.EVENT):
        return ""
    own = ours(element, "right") or (ours(lane, "right") if lane is not None else "")
    if own and runner.role(own) is None:
        report.refuse(element, _("không có quyền nào tên “%(right)s”") % {"right": own})
        return ""
    return own or _right_of_lane(element, lane, file, report)


def _right_of_lane(element: Element, lane: Element | None, file: File, report: Report) -> str:
    runner = registered_runner()
    usual = runner.role(runner.usual)
    who = usual.words if usual is not None else ""
    if not file.lanes:
        report.remark(element, _("không ghi ai làm: hiểu là %(who)s") % {"who": who})
        return runner.usual
    name = words(lane.get("name")) if lane is not None else ""
    folded = fold(name)
    for role in runner.roles:
        if folded == role.right or any(word in folded for word in role.lanes):
            return role.right
    why = _("không rõ ai làm: làn “%(lane)s” không ứng với quyền nào, hiểu là %(who)s")
    report.remark(element, why % {"lane": name, "who": who})
    return runner.usual


def _unit(element: Element, lane: Element | None, report: Report) -> str:
    unit = ours(element, "unit") or (ours(lane, "unit") if lane is not None else "") or "holder"
    if not UNIT.match(unit):
        report.refuse(element, _("đơn vị “%(unit)s” viết chưa đúng") % {"unit": unit[:40]})
    return unit


def _hours(element: Element, report: Report) -> int | None:
    text = ours(element, "hours")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= MOST_HOURS or len(text) > 3:
        report.refuse(element, _("số giờ làm việc phải từ 1 đến %(most)s") % {"most": MOST_HOURS})
        return None
    return int(text)


def _outcomes(element: Element, report: Report) -> tuple[str, ...]:
    outcomes = tuple(one for one in (part.strip() for part in ours(element, "outcomes").split("|")) if one)
    if len(outcomes) == 1 or len(set(outcomes)) != len(outcomes) or any(len(one) > 60 for one in outcomes):
        report.refuse(element, _("kết quả để chọn phải có từ hai trở lên, khác nhau, không quá 60 chữ"))
    return outcomes
