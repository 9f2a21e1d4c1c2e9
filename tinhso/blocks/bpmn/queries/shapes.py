"""A process as it was drawn, in our own words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from django.utils.translation import gettext as _

from tinhso.kernel.deadlines import Duration
from tinhso.kernel.errors import Refused


class ElementKind(StrEnum):
    """What an element does.

    ``LINK`` opens an instance of another procedure; ``SUB`` has a process inside, ``CALL`` one of the catalogue that is
    yet to be put inside. ``WAIT`` is a timer between steps, ``ALARM`` one at a border. ``EVENT`` waits, between steps
    or at a border, until somebody says that it has happened; ``THROW`` says so itself; of the events after a
    ``CHOICE`` the first to happen decides. ``RULE`` answers from a table of decisions.
    """

    START = "start"
    END = "end"
    STEP = "step"
    LINK = "link"
    SUB = "sub"
    CALL = "call"
    RULE = "rule"
    EXCLUSIVE = "exclusive"
    PARALLEL = "parallel"
    INCLUSIVE = "inclusive"
    CHOICE = "choice"
    WAIT = "wait"
    ALARM = "alarm"
    EVENT = "event"
    THROW = "throw"


class EventFamily(StrEnum):
    """What kind of thing happens."""

    MESSAGE = "message"
    SIGNAL = "signal"
    CONDITION = "condition"
    TIME = "time"
    ERROR = "error"
    ESCALATION = "escalation"
    CANCEL = "cancel"


GATEWAYS = frozenset({ElementKind.EXCLUSIVE, ElementKind.PARALLEL, ElementKind.INCLUSIVE, ElementKind.CHOICE})
STOPS = frozenset(
    {ElementKind.STEP, ElementKind.LINK, ElementKind.WAIT, ElementKind.EVENT}
)  # where an instance stays until somebody or time acts
DONE_BY_PEOPLE = frozenset({ElementKind.STEP, ElementKind.LINK})
HOSTS = frozenset(
    {ElementKind.STEP, ElementKind.LINK, ElementKind.SUB, ElementKind.CALL, ElementKind.EVENT, ElementKind.RULE}
)  # may have events at the border
INSIDE = frozenset(
    {EventFamily.ERROR, EventFamily.ESCALATION, EventFamily.CANCEL}
)  # heard only around where they happen


@dataclass(frozen=True)
class Sign:
    """What happens: its family, and the name by which whoever waits for it knows it (empty: any of the family)."""

    family: EventFamily
    name: str = ""

    def answers(self, other: "Sign") -> bool:
        """Whether who waits for this one waits for the ``other``."""
        return self.family is other.family and self.name in ("", other.name)


@dataclass(frozen=True)
class DrawingFault:
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

    def __init__(self, faults: list[DrawingFault]) -> None:
        super().__init__("bad_process", _("Sơ đồ chưa dùng được. %(fault)s"), fault=str(faults[0]))
        self.faults = faults


@dataclass(frozen=True)
class ProcessNode:
    """An element. ``unit``: "holder" (who decides), "receiving", or a department's short code.

    ``hours`` is the step's share of working hours; ``outcomes`` what whoever does it chooses from; ``timer`` the span
    of a ``WAIT`` or ``ALARM``, or the moment at which it ends; ``result`` what an instance that ends here is answered
    with; ``default`` a flow's id; ``scope`` the element that it lies in; ``sign`` what an event waits for or says;
    ``called`` the process that a ``CALL`` calls; ``table`` a ``RULE``'s decisions. ``place`` is the element of the
    file that it stands for, where that bears another id.
    """

    id: str
    kind: ElementKind
    tag: str
    name: str = ""
    lane: str = ""
    right: str = ""
    unit: str = "holder"
    hours: int | None = None
    outcomes: tuple[str, ...] = ()
    procedure: str = ""
    option: str = ""
    timer: Duration | datetime | None = None
    attached_to: str = ""
    interrupting: bool = True
    result: str = ""
    ends_all: bool = False
    default: str = ""
    scope: str = ""
    sign: Sign | None = None
    called: str = ""
    table: "DecisionTable | None" = None
    place: str = ""
    word: str = ""

    @property
    def variable(self) -> str:
        """The name under which conditions know its answer: of a copy, that of what it is a copy of."""
        return self.word or answer_variable(self.id)


@dataclass(frozen=True)
class DecisionRule:
    """A row of a table: a test for each input (empty: any value will do), a value for each output."""

    tests: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class DecisionTable:
    """Decisions: ``inputs`` are names of answers or facts, ``outputs`` names that get a value.

    The rows are looked through in their order; ``first``: the first that fits decides, else no two may fit.
    """

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[DecisionRule, ...]
    first: bool = False


@dataclass(frozen=True)
class SequenceFlow:
    """An arrow. ``condition`` is an expression over answers, empty where none is asked."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""


Box = tuple[float, float, float, float]  # x, y, width, height


@dataclass(frozen=True)
class DiagramLayout:
    """Where elements stand and arrows run, in the file's own units; empty where the file has no picture."""

    boxes: Mapping[str, Box] = field(default_factory=dict)
    lines: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ProcessGraph:
    """A whole process, checked, with what lies inside its elements. ``remarks`` do not hinder its use.

    ``lanes`` are ids with names.
    """

    id: str
    name: str
    nodes: Mapping[str, ProcessNode]
    flows: Mapping[str, SequenceFlow]
    lanes: Mapping[str, str] = field(default_factory=dict)
    drawing: DiagramLayout = DiagramLayout()
    remarks: tuple[DrawingFault, ...] = ()

    def after(self, node: str) -> list[SequenceFlow]:
        """The arrows that leave an element, in the file's order."""
        return self._leaving.get(node, [])

    def before(self, node: str) -> list[SequenceFlow]:
        """The arrows that reach an element."""
        return self._reaching.get(node, [])

    def attached(self, node: str) -> list[ProcessNode]:
        """The events at the border of an element."""
        return self._borders.get(node, [])

    def inside(self, scope: str) -> list[ProcessNode]:
        """The elements right inside another one, of the process itself where ``scope`` is empty."""
        return self._scopes.get(scope, [])

    def scopes(self) -> list[str]:
        """The process itself (empty), then every element that has others inside."""
        return list(self._scopes)

    @cached_property
    def _leaving(self) -> dict[str, list[SequenceFlow]]:
        return _values_by_key((flow.source, flow) for flow in self.flows.values())

    @cached_property
    def _reaching(self) -> dict[str, list[SequenceFlow]]:
        return _values_by_key((flow.target, flow) for flow in self.flows.values())

    @cached_property
    def _borders(self) -> dict[str, list[ProcessNode]]:
        return _values_by_key((node.attached_to, node) for node in self.nodes.values() if node.attached_to)

    @cached_property
    def _scopes(self) -> dict[str, list[ProcessNode]]:
        return {"": []} | _values_by_key((node.scope, node) for node in self.nodes.values())

    def start(self, scope: str) -> ProcessNode:
        """Where a process, or what is inside an element, begins."""
        return next(node for node in self.inside(scope) if node.kind is ElementKind.START)

    def steps(self) -> list[ProcessNode]:
        """Steps, links and events that are waited for, as an instance comes to them; those at a border after their own.

        Steps inside an element come before those after it.
        """
        order = dict.fromkeys(self._walked(""))
        return [
            self.nodes[node_id] for node_id in order if self.nodes[node_id].kind in (*DONE_BY_PEOPLE, ElementKind.EVENT)
        ]

    def _walked(self, scope: str) -> Iterator[str]:
        visited: set[str] = set()
        waiting = [node.id for node in self.inside(scope) if node.kind is ElementKind.START]
        while waiting:
            at = waiting.pop(0)
            if at in visited:
                continue
            visited.add(at)
            yield at
            if self.inside(at):
                yield from self._walked(at)
            waiting += [flow.target for flow in self.after(at)]
            waiting += [node.id for node in self.attached(at)]


Grouped = TypeVar("Grouped")


def _values_by_key(pairs: Iterable[tuple[str, Grouped]]) -> dict[str, list[Grouped]]:
    groups: dict[str, list[Grouped]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def answer_variable(element: str) -> str:
    """The name under which conditions know the answer of a step."""
    return "".join(letter if letter.isalnum() else "_" for letter in element)


def shown_as(node: ProcessNode) -> str:
    """The element of the file that a node is shown at."""
    return node.place or node.id
