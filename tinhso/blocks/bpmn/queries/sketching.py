"""A process while it is being read: elements and arrows that may still change, and what there is to say of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256

from tinhso.blocks.bpmn.queries.documents import Element, fault_of_element
from tinhso.blocks.bpmn.queries.shapes import DrawingFault, ElementKind, ProcessNode, SequenceFlow, answer_variable

LONGEST_ID = 70


@dataclass(frozen=True)
class Loop:
    """An element that is done more than once: ``times``, or as often as somebody says; at once, or one by one."""

    times: int | None
    at_once: bool


@dataclass
class DrawingReport:
    """What hinders the use of a drawing, and what somebody who uses it should know."""

    faults: list[DrawingFault] = field(default_factory=list)
    remarks: list[DrawingFault] = field(default_factory=list)

    def refuse(self, element: Element, why: str) -> None:
        """An element cannot be used."""
        self.faults.append(fault_of_element(element, why))

    def remark(self, element: Element, why: str) -> None:
        """An element is used in another way than drawn."""
        self.remarks.append(fault_of_element(element, why))


@dataclass
class Sketch:
    """Elements and arrows by their ids; ``loops`` by element, ``foreign`` arrows with conditions in other languages.

    ``links`` are names of the jumps that an element makes (true) or receives (false); ``heard`` are the elements that
    begin a process inside when something happens, with the event that begins them.
    """

    nodes: dict[str, ProcessNode] = field(default_factory=dict)
    flows: dict[str, SequenceFlow] = field(default_factory=dict)
    loops: dict[str, Loop] = field(default_factory=dict)
    links: dict[str, tuple[bool, str]] = field(default_factory=dict)
    heard: dict[str, ProcessNode] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)
    report: DrawingReport = field(default_factory=DrawingReport)

    def add(self, *nodes: ProcessNode) -> None:
        """Put elements in, or in the place of those with the same ids."""
        self.nodes |= {node.id: node for node in nodes}

    def draw(self, source: str, target: str, name: str = "", condition: str = "") -> SequenceFlow:
        """Put in an arrow that the file does not have."""
        flow = SequenceFlow(joined_id(source, f"{target}.{len(self.flows)}"), source, target, name, condition)
        self.flows[flow.id] = flow
        return flow

    def after(self, node: str) -> list[SequenceFlow]:
        """The arrows that leave an element."""
        return [flow for flow in self.flows.values() if flow.source == node]

    def before(self, node: str) -> list[SequenceFlow]:
        """The arrows that reach an element."""
        return [flow for flow in self.flows.values() if flow.target == node]

    def inside(self, scope: str) -> list[ProcessNode]:
        """The elements right inside another one."""
        return [node for node in self.nodes.values() if node.scope == scope]

    def scopes(self) -> list[str]:
        """The process itself (empty), then all elements with others inside."""
        return list(dict.fromkeys(["", *(node.scope for node in self.nodes.values())]))

    def change(self, flows: Iterable[SequenceFlow], **changes: str) -> None:
        """Let arrows begin or end elsewhere, or be called otherwise."""
        self.flows |= {flow.id: replace(flow, **changes) for flow in flows}

    def remark(self, node: ProcessNode, why: str) -> None:
        """An element is used in another way than drawn."""
        self.report.remarks.append(DrawingFault(node.place or node.id, node.tag, node.name, why))

    def refuse(self, node: ProcessNode, why: str) -> None:
        """An element cannot be used."""
        self.report.faults.append(DrawingFault(node.place or node.id, node.tag, node.name, why))

    def add_element(self, kind: ElementKind, ref: str, like: ProcessNode, **more: object) -> ProcessNode:
        """Put in an element that the file does not have, shown where ``like`` is and inside the same element."""
        tags = {
            ElementKind.START: "startEvent",
            ElementKind.END: "endEvent",
            ElementKind.STEP: "userTask",
            ElementKind.SUB: "subProcess",
        }
        base = ProcessNode(ref, kind, tags.get(kind, f"{kind}Gateway"), scope=like.scope, place=like.place or like.id)
        process_node = replace(base, **more)  # type: ignore[arg-type]
        self.add(process_node)
        return process_node


def joined_id(outer: str, inner: str) -> str:
    """An id for what an element brings along, no longer than ids may be."""
    ref = f"{outer}.{inner}"
    return ref if len(ref) <= LONGEST_ID else f"x{sha256(ref.encode()).hexdigest()[:12]}.{inner[-50:]}"


def copied_inside(sketch: Sketch, root: str, outer: str, scope: str) -> Sketch:
    """What lies inside ``root`` once more, with ids of its own, to lie inside ``scope``."""
    return with_own_ids(sketch, nodes_within(sketch, root), outer, {root: scope})


def nodes_within(sketch: Sketch, root: str) -> list[ProcessNode]:
    """All elements inside another one, however deep."""
    process_nodes = sketch.inside(root)
    return process_nodes + [
        deeper for node in process_nodes if sketch.inside(node.id) for deeper in nodes_within(sketch, node.id)
    ]


def with_own_ids(sketch: Sketch, nodes: Iterable[ProcessNode], outer: str, scopes: dict[str, str]) -> Sketch:
    """Elements and their arrows with ids of their own under ``outer``; ``scopes`` says where the outermost lie."""
    values = {node.id: joined_id(outer, node.id) for node in nodes}
    flows = [flow for flow in sketch.flows.values() if flow.source in values and flow.target in values]
    arrows = {flow.id: joined_id(outer, flow.id) for flow in flows}
    copied_sketch = Sketch()
    for node in (sketch.nodes[ref] for ref in values):
        copied_sketch.add(
            replace(
                node,
                id=values[node.id],
                scope=scopes[node.scope] if node.scope in scopes else values[node.scope],
                attached_to=values.get(node.attached_to, ""),
                default=arrows.get(node.default, ""),
                place=node.place or node.id,
                word=node.word or answer_variable(node.id),
            )
        )
    copied_sketch.flows = {
        arrows[flow.id]: replace(flow, id=arrows[flow.id], source=values[flow.source], target=values[flow.target])
        for flow in flows
    }
    copied_sketch.loops = {values[ref]: loop for ref, loop in sketch.loops.items() if ref in values}
    copied_sketch.links = {values[ref]: link for ref, link in sketch.links.items() if ref in values}
    copied_sketch.heard = {values[ref]: node for ref, node in sketch.heard.items() if ref in values}
    copied_sketch.foreign = {arrows[ref] for ref in sketch.foreign if ref in arrows}
    return copied_sketch


def taken_in(sketch: Sketch, other: Sketch) -> None:
    """Put all of another sketch in."""
    sketch.nodes |= other.nodes
    sketch.flows |= other.flows
    sketch.loops |= other.loops
    sketch.links |= other.links
    sketch.heard |= other.heard
    sketch.foreign |= other.foreign
