"""A process as it was drawn, in our own words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from django.utils.translation import gettext as _

from tinhso.kernel.deadlines import Duration
from tinhso.kernel.errors import Refused


class Kind(StrEnum):
    """What an element does: ``LINK`` opens a dossier of another procedure, ``ALARM`` is a timer at a step's border."""

    START = "start"
    END = "end"
    STEP = "step"
    LINK = "link"
    EXCLUSIVE = "exclusive"
    PARALLEL = "parallel"
    INCLUSIVE = "inclusive"
    WAIT = "wait"
    ALARM = "alarm"
    CHOICE = "choice"


GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE})
STOPS = frozenset({Kind.STEP, Kind.LINK, Kind.WAIT})  # where a dossier stays until somebody acts or time passes


@dataclass(frozen=True)
class Fault:
    """Why a drawing cannot be used: the element's id, its BPMN type and its name, and what is wrong with it."""

    element: str
    kind: str
    name: str
    why: str

    def __str__(self) -> str:
        named = f" “{self.name}”" if self.name else ""
        return f"{self.kind} {self.element}{named}: {self.why}"


class BadProcess(Refused):
    """A drawing that cannot be used; ``faults`` names every element with its reason, the message the first."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("bad_process", _("Sơ đồ chưa dùng được. %(fault)s"), fault=str(faults[0]))
        self.faults = faults


@dataclass(frozen=True)
class Node:
    """An element. ``unit``: "holder" (who decides), "receiving", or a department's short code.

    ``hours`` is the step's share of working hours; ``outcomes`` what whoever does it chooses from; ``timer`` the span
    of a ``WAIT`` or ``ALARM``; ``result`` what a dossier that ends here is answered with; ``default`` a flow's id.
    """

    id: str
    kind: Kind
    tag: str
    name: str = ""
    lane: str = ""
    right: str = ""
    unit: str = "holder"
    hours: int | None = None
    outcomes: tuple[str, ...] = ()
    procedure: str = ""
    option: str = ""
    timer: Duration | None = None
    attached_to: str = ""
    interrupting: bool = True
    result: str = ""
    ends_all: bool = False
    default: str = ""
    scope: str = ""


@dataclass(frozen=True)
class Flow:
    """An arrow. ``condition`` is an expression over answers, empty where none is asked."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""


Box = tuple[float, float, float, float]  # x, y, width, height


@dataclass(frozen=True)
class Drawing:
    """Where elements stand and arrows run, in the file's own units; empty where the file has no picture."""

    boxes: Mapping[str, Box] = field(default_factory=dict)
    lines: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Drawn:
    """A whole process, checked. ``remarks`` do not hinder its use; ``lanes`` are ids with names."""

    id: str
    name: str
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    lanes: Mapping[str, str] = field(default_factory=dict)
    drawing: Drawing = Drawing()
    remarks: tuple[Fault, ...] = ()

    def after(self, node: str) -> list[Flow]:
        """The arrows that leave an element, in the file's order."""
        return self._leaving.get(node, [])

    def before(self, node: str) -> list[Flow]:
        """The arrows that reach an element."""
        return self._reaching.get(node, [])

    def attached(self, node: str) -> list[Node]:
        """The events at the border of an element."""
        return self._borders.get(node, [])

    def inside(self, scope: str) -> list[Node]:
        """The elements right inside another one, of the process itself where ``scope`` is empty."""
        return self._scopes.get(scope, [])

    def scopes(self) -> list[str]:
        """The process itself (empty), then every element that has others inside."""
        return list(self._scopes)

    @cached_property
    def _leaving(self) -> dict[str, list[Flow]]:
        return _grouped((flow.source, flow) for flow in self.flows.values())

    @cached_property
    def _reaching(self) -> dict[str, list[Flow]]:
        return _grouped((flow.target, flow) for flow in self.flows.values())

    @cached_property
    def _borders(self) -> dict[str, list[Node]]:
        return _grouped((node.attached_to, node) for node in self.nodes.values() if node.attached_to)

    @cached_property
    def _scopes(self) -> dict[str, list[Node]]:
        return {"": []} | _grouped((node.scope, node) for node in self.nodes.values())

    def steps(self) -> list[Node]:
        """Steps and links in the order in which a dossier first comes to them, alarms' steps after their own."""
        order: list[str] = []
        waiting = [node.id for node in self.nodes.values() if node.kind is Kind.START]
        while waiting:
            at = waiting.pop(0)
            if at in order:
                continue
            order.append(at)
            waiting += [flow.target for flow in self.after(at)]
            waiting += [node.id for node in self.nodes.values() if node.attached_to == at]
        return [self.nodes[one] for one in order if self.nodes[one].kind in (Kind.STEP, Kind.LINK)]


Grouped = TypeVar("Grouped")


def _grouped(pairs: Iterable[tuple[str, Grouped]]) -> dict[str, list[Grouped]]:
    groups: dict[str, list[Grouped]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def variable(element: str) -> str:
    """The name under which conditions know the answer of a step."""
    return "".join(letter if letter.isalnum() else "_" for letter in element)
