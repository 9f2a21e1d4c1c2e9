"""What one reader of the DHIS2 interface can see: units, indicators, forms, each by its identifier."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from tinhso.blocks.dhis2 import contract
from tinhso.blocks.dhis2.contract import Element, EntryForm, Taker
from tinhso.blocks.dhis2.queries import uids
from tinhso.blocks.dhis2.queries.uids import uid
from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Audience
from tinhso.blocks.indicators.queries import Catalogue, CatalogueItem
from tinhso.blocks.indicators.rights import HAND_IN_RETURNS, SEE_RETURNS
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level
from tinhso.blocks.units.queries import Tree, UnitNode
from tinhso.blocks.units.queries.tree import tree_of_nodes
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor


@dataclass(frozen=True)
class Slot:
    """An element of a form, which DHIS2 calls a data element: of the first taker that offers the form."""

    taker: Taker
    form: EntryForm
    element: Element

    @property
    def code(self) -> str:
        """Its code, unique among all forms."""
        return f"{self.form.code}.{self.element.code}"


@dataclass(frozen=True)
class VisibleWorld:
    """Everything that ``by`` can see. Agencies are no organisation units: who works there reports for a province."""

    by: Actor
    audience: Audience
    catalogue: Catalogue
    tree: Tree
    takers: Mapping[str, Taker]

    @cached_property
    def units(self) -> Mapping[str, UnitNode]:
        """Administrative units, past ones too, by identifier."""
        nodes = self.tree.nodes.values()
        return {uid("unit", node.ref): node for node in nodes if node.level != Level.AGENCY}

    @cached_property
    def unit_codes(self) -> Mapping[str, str]:
        """Identifiers of units by reference."""
        return {node.ref: key for key, node in self.units.items()}

    @cached_property
    def items(self) -> Mapping[str, CatalogueItem]:
        """Indicators and members of their families, by identifier; none without the right."""
        if not self.by.can(SEE_INDICATORS):
            return {}
        return {uid("indicator", item.code): item for item in self.catalogue.items()}

    @cached_property
    def forms(self) -> Mapping[str, EntryForm]:
        """Forms by identifier; none without a right to read or to fill them in."""
        if not (self.by.can(SEE_RETURNS) or self.by.can(HAND_IN_RETURNS)):
            return {}
        return {uid("form", form.code): form for taker in contract.TAKERS for form in taker.forms()}

    @cached_property
    def slots(self) -> Mapping[str, Slot]:
        """Data elements by identifier."""
        every = (
            Slot(self.takers[form.code], form, element) for form in self.forms.values() for element in form.elements
        )
        return {uid("element", slot.code): slot for slot in every}

    def path(self, node: UnitNode) -> list[UnitNode]:
        """The unit's ancestors from the top down, itself last."""
        return [self.tree.nodes[key] for key in reversed(self.tree.ancestors(node.pk))]

    def depth(self, node: UnitNode) -> int:
        """The level as DHIS2 counts it: 1 at the top."""
        return len(self.tree.ancestors(node.pk))

    def children(self, node: UnitNode) -> list[UnitNode]:
        """Administrative units directly below."""
        unit_nodes = (self.tree.nodes[key] for key in self.tree.children(node.pk))
        return [child for child in unit_nodes if child.level != Level.AGENCY]

    def inside(self, node: UnitNode) -> list[UnitNode]:
        """The unit and all administrative units below it."""
        unit_nodes = (self.tree.nodes[key] for key in self.tree.subtree(node.pk))
        return [below for below in unit_nodes if below.level != Level.AGENCY]

    def own_units(self) -> list[UnitNode]:
        """Where the reader's rights begin: the highest units reached, or today's provinces for one with all rights."""
        rights = (SEE_INDICATORS, SEE_RETURNS, HAND_IN_RETURNS)
        if any(right in self.by.everywhere for right in rights):
            return [node for node in self.units.values() if node.parent is None and node.valid(clock.today())]
        reached = frozenset().union(*(self.by.places(right) for right in rights))
        alive = [node for node in self.tree.nodes.values() if node.pk in reached and node.valid(clock.today())]
        served = {self._served(node).pk: self._served(node) for node in alive}
        return [node for node in served.values() if not served.keys() & set(self.tree.ancestors(node.pk)[1:])]

    def _served(self, node: UnitNode) -> UnitNode:
        """The administrative unit itself, or the one that an agency serves."""
        above = (self.tree.nodes[key] for key in self.tree.ancestors(node.pk))
        return next((unit_node for unit_node in above if unit_node.level != Level.AGENCY), node)


def visible_world(by: Actor) -> VisibleWorld:
    """What ``by`` can see now."""
    return VisibleWorld(
        by=by,
        audience=indicators.audience_of(by),
        catalogue=indicators.catalogue_of(indicators.newest_number()) or indicators.catalogue(),
        tree=tree_of_nodes(units.all_nodes()),
        takers={form.code: taker for taker in contract.TAKERS for form in taker.forms()},
    )


def family_key(form: EntryForm) -> str:
    """What forms with the same dimensions and members share: one category combination."""
    return "|".join(f"{dim.code}={','.join(member.code for member in dim.members)}" for dim in form.dims)


def combo_uid(form: EntryForm, key: str) -> str:
    """The identifier of a category option combination."""
    return uid("combo", f"{family_key(form)}#{key}") if key else uids.DEFAULT_OPTION_COMBO


def combo_keys(forms: Iterable[EntryForm]) -> dict[str, set[str]]:
    """Keys of member combinations by identifier (one identifier may serve many forms)."""
    keys_by_uid: dict[str, set[str]] = {}
    for form in forms:
        for combo in form.combos:
            keys_by_uid.setdefault(combo_uid(form, combo.key), set()).add(combo.key)
    return keys_by_uid
