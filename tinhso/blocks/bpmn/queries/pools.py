"""Which process of a file is run, what else there is in it, and what nothing here can run."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.queries import event_definitions
from tinhso.blocks.bpmn.queries.documents import BPMN, Element, fault_of_element, name_on_one_line, tag_of
from tinhso.blocks.bpmn.queries.elements import KINDS, LOOPS, File
from tinhso.blocks.bpmn.queries.shapes import BadProcess, DecisionTable, ElementKind
from tinhso.blocks.bpmn.queries.sketching import LONGEST_ID, DrawingReport

ELEMENTS = frozenset(KINDS)
HOLDERS = frozenset({"subProcess", "transaction"})
GLOBAL = frozenset(
    {
        "globalTask",
        "globalUserTask",
        "globalManualTask",
        "globalScriptTask",
        "globalBusinessRuleTask",
    }
)
SILENT = frozenset(
    {
        "documentation",
        "extensionElements",
        "laneSet",
        "lane",
        "textAnnotation",
        "association",
        "group",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "ioSpecification",
        "property",
        "sequenceFlow",
        "artifact",
        "incoming",
        "outgoing",
        "dataInputAssociation",
        "dataOutputAssociation",
        "potentialOwner",
        "performer",
        "humanPerformer",
        "auditing",
        "monitoring",
        "rendering",
        "category",
        "dataInput",
        "dataOutput",
        "inputSet",
        "outputSet",
        "resourceRole",
        "supportedInterfaceRef",
        "script",
        "correlationSubscription",
        "ioBinding",
        "supports",
        "outputSetRef",
        "inputSetRef",
        "completionCondition",
        "transactionMethod",
        "categoryValueRef",
    }
)
DEFINITIONS = frozenset({*event_definitions.FAMILIES, "terminateEventDefinition", "linkEventDefinition"})
ELEMENT_ID = re.compile(rf"[\w{{][\w.\-{{}}]{{0,{LONGEST_ID - 1}}}\Z")
RESERVED = frozenset({"tiep-nhan", "tra-ket-qua"})
EVENTS = frozenset(tag for tag in KINDS if tag.endswith("Event"))


def main_process(root: Element, report: DrawingReport) -> Element:
    """The process that is run: of those said to be executable, else of all, the one with the most elements.

    Remarks name the others and the pools of others; what these do is not run.
    """
    processes = [child for child in root if tag_of(child) == "process"]
    if not processes:
        raise BadProcess([fault_of_element(root, _("không có quy trình nào"))])
    full = [process for process in processes if _element_count(process)] or processes[:1]
    called = {_called_process(call) for call in root.iter(f"{{{BPMN}}}callActivity")}
    ready = [process for process in full if process.get("isExecutable") in ("true", "1")]
    free = [process for process in full if process.get("id") not in called] or full
    chosen: Element = max(ready or free, key=_element_count)
    for other in free:
        if other is not chosen:
            report.remark(
                other,
                _("chỉ để xem, không chạy: tệp có nhiều quy trình, quy trình “%(main)s” được chạy")
                % {
                    "main": name_on_one_line(chosen.get("name")) or chosen.get("id") or "",
                },
            )
    for pool in root.iter(f"{{{BPMN}}}participant"):
        if not pool.get("processRef"):
            report.remark(pool, _("bể (pool) của bên ngoài: chỉ để xem"))
    return chosen


def file_of(root: Element, chosen: Element, tables: dict[str, DecisionTable]) -> File:
    """What the elements of the process may refer to."""
    callable_ = {
        process.get("id") or "": process
        for process in root
        if tag_of(process) in (*GLOBAL, "process") and process is not chosen
    }
    return File(
        names=event_definitions.names_in(root),
        callable=callable_,
        tables=tables,
        lanes={ref: lane for lane, ref in _lane_members(root)},
        hears=dict(_incoming_messages(root)),
    )


def must_be_usable(holder: Element, report: DrawingReport, seen: set[str]) -> None:
    """Refuse elements that would act and that nothing here can run, also those inside others."""
    for element in holder:
        tag, ref = tag_of(element), element.get("id") or ""
        if ref and ref in seen:
            report.refuse(element, _("mã này đã dùng cho phần tử khác"))
        seen.add(ref)
        if tag in ELEMENTS:
            _must_hold_known(element, tag, report)
        elif tag and tag not in SILENT and tag not in LOOPS:
            report.refuse(element, _why_not(tag))
        if tag in (*ELEMENTS, "sequenceFlow") and not ELEMENT_ID.match(ref):
            report.refuse(element, _("mã phần tử phải có, gồm chữ, số, gạch, dài không quá 70"))
        elif ref in RESERVED:
            report.refuse(element, _("mã này để dành cho bước tiếp nhận và trả kết quả"))
        if tag in HOLDERS:
            must_be_usable(element, report, seen)


def _must_hold_known(element: Element, tag: str, report: DrawingReport) -> None:
    for child in element:
        inside = tag_of(child)
        if inside in DEFINITIONS and tag in EVENTS:
            if inside == "terminateEventDefinition" and KINDS[tag] is not ElementKind.END:
                report.refuse(element, _("loại sự kiện “%(kind)s” chưa dùng được ở đây") % {"kind": inside})
        elif inside == "eventDefinitionRef":
            continue
        elif inside.endswith("EventDefinition"):
            report.refuse(element, _("loại sự kiện “%(kind)s” chưa dùng được ở đây") % {"kind": inside})
        elif tag not in HOLDERS and inside and inside not in SILENT and inside not in LOOPS:
            report.refuse(element, _("có phần “%(kind)s” không dùng được ở đây") % {"kind": inside})


def _why_not(tag: str) -> str:
    if tag == "adHocSubProcess":
        return _("quy trình con làm tùy ý chưa dùng được; hãy vẽ thẳng các bước")
    if tag == "complexGateway":
        return _("cổng phức chưa dùng được; hãy vẽ bằng cổng khác")
    return _("loại phần tử này chưa dùng được")


def _called_process(element: Element) -> str:
    return str((element.get("calledElement") or "").rpartition(":")[2])


def _element_count(process: Element) -> int:
    return sum(1 for element in process.iter() if tag_of(element) in ELEMENTS)


def _lane_members(root: Element) -> Iterator[tuple[Element, str]]:
    """Lanes with what lies in them, outer ones first, so that the innermost counts."""
    for lane in root.iter(f"{{{BPMN}}}lane"):
        for ref in lane:
            if tag_of(ref) == "flowNodeRef":
                yield lane, (ref.text or "").strip().rpartition(":")[2]


def _incoming_messages(root: Element) -> Iterator[tuple[str, str]]:
    """Elements with the names of the messages that come to them from other pools."""
    for arrow in root.iter(f"{{{BPMN}}}messageFlow"):
        if arrow.get("name"):
            yield (arrow.get("targetRef") or "").rpartition(":")[2], name_on_one_line(arrow.get("name"))
