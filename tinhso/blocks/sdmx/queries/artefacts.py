"""The structures as SDMX-JSON bodies, with what each refers to; every message is written from these."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop

from tinhso.blocks.sdmx.queries import components as c
from tinhso.blocks.sdmx.queries.codelists import Body, codelists
from tinhso.blocks.sdmx.queries.desk import ALL, Dataflow, SdmxDesk
from tinhso.blocks.sdmx.queries.names import SDMX, VERSION, name_labels, text_labels, urn
from tinhso.ui.context import served_province

CONCEPTS, STRUCTURE, DOMAINS = "CS_INDICATORS", "DSD_INDICATORS", "CAS_DOMAINS"
# kind → the collection that holds it in SDMX-JSON, and the name of its items
COLLECTIONS = {
    "agencyscheme": ("agencySchemes", "agencies"),
    "categorisation": ("categorisations", ""),
    "categoryscheme": ("categorySchemes", "categories"),
    "codelist": ("codelists", "codes"),
    "conceptscheme": ("conceptSchemes", "concepts"),
    "dataconstraint": ("dataConstraints", ""),
    "dataflow": ("dataflows", ""),
    "datastructure": ("dataStructures", ""),
}


@dataclass(frozen=True)
class Artefact:
    """One maintainable structure; ``refers`` holds the resource names of those it needs."""

    kind: str
    agency: str
    id: str
    body: Body
    refers: tuple[str, ...] = ()

    @property
    def urn(self) -> str:
        """Its resource name."""
        return urn(self.kind, self.agency, self.id)

    @property
    def items(self) -> list[Body]:
        """The items of a scheme; empty for what has none."""
        rows: list[Body] = self.body.get(COLLECTIONS[self.kind][1], [])
        return rows


@dataclass
class ArtefactShelf:
    """Every structure by resource name, in the order in which they were put."""

    desk: SdmxDesk
    held: dict[str, Artefact] = field(default_factory=dict)

    def add_structure(
        self, kind: str, name: str, label: Mapping[str, Any], rest: Body, refers: Iterable[str] = ()
    ) -> str:
        """Add a structure of the province and return its resource name."""
        agency = SDMX if kind == "agencyscheme" and not self.held else self.desk.agency
        own = urn(kind, agency, name)
        body = {"id": name, "agencyID": agency, "version": VERSION, **label, "links": [{"rel": "self", "urn": own}]}
        above = () if kind == "agencyscheme" else (urn("agencyscheme", SDMX, "AGENCIES"),)
        self.held[own] = Artefact(kind, agency, name, body | rest, (*refers, *above))
        return own


def artefacts(desk: SdmxDesk) -> dict[str, Artefact]:
    """Every structure that an asker may know of, by resource name."""
    shelf = ArtefactShelf(desk)
    _put_agencies(shelf)
    lists = {}
    for name, codes in codelists(desk).items():
        label = text_labels(c.NAMES[name], language=desk.language)
        lists[name] = shelf.add_structure(
            "codelist", name, label, {"isPartial": False} | ({"codes": codes} if codes else {})
        )
    concepts = _put_concepts(shelf)
    structure = _put_structure(shelf, concepts, lists)
    _put_dataflows(shelf, structure)
    return shelf.held


def _put_agencies(shelf: ArtefactShelf) -> None:
    province = served_province()
    label = name_labels(province.name, province.name_en, language=shelf.desk.language)
    mine = {"id": shelf.desk.agency, **label}
    title = text_labels(gettext_noop("Cơ quan duy trì"), language=shelf.desk.language)
    shelf.add_structure("agencyscheme", "AGENCIES", title, {"isPartial": True, "agencies": [mine]})


def _put_concepts(shelf: ArtefactShelf) -> str:
    language = shelf.desk.language
    concepts = [{"id": component.id, **text_labels(component.name, language=language)} for component in c.COMPONENTS]
    title = text_labels(gettext_noop("Khái niệm của chỉ tiêu"), language=language)
    return shelf.add_structure("conceptscheme", CONCEPTS, title, {"isPartial": False, "concepts": concepts})


def _put_structure(shelf: ArtefactShelf, concepts: str, lists: Mapping[str, str]) -> str:
    agency = shelf.desk.agency

    def described(one: c.Component) -> Body:
        shape: Body = {"enumeration": lists[one.codelist]} if one.codelist else {"format": {"dataType": one.format}}
        concept = urn("conceptscheme", agency, CONCEPTS, one.id)
        return {"id": one.id, "conceptIdentity": concept, "localRepresentation": shape}

    dimensions = [described(component) | {"position": place} for place, component in enumerate(c.DIMENSIONS)]
    attributes = [described(component) | _attribute_body(component) for component in c.ATTRIBUTES]
    parts = {
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": dimensions,
            "timeDimension": described(c.BY_ID["TIME_PERIOD"]),
        },
        "measureList": {"id": "MeasureDescriptor", "measures": [described(c.BY_ID["OBS_VALUE"])]},
        "attributeList": {"id": "AttributeDescriptor", "attributes": attributes},
    }
    title = text_labels(gettext_noop("Số đọc của chỉ tiêu"), language=shelf.desk.language)
    refers = (concepts, *lists.values())
    return shelf.add_structure("datastructure", STRUCTURE, title, {"dataStructureComponents": parts}, refers)


def _attribute_body(component: c.Component) -> Body:
    relationship: Body = {"observation": {}} if component.role == c.OBSERVATION else {"dimensions": [component.role]}
    return {"attributeRelationship": relationship, "usage": "mandatory" if component.mandatory else "optional"}


def _put_dataflows(shelf: ArtefactShelf, structure: str) -> None:
    desk, domains = shelf.desk, shelf.desk.catalogue.domains
    named = {flow.id: _flow_label(desk, flow) for flow in desk.flows.values()}
    flows = {
        flow.id: shelf.add_structure("dataflow", flow.id, named[flow.id], {"structure": structure}, (structure,))
        for flow in desk.flows.values()
    }
    offered = [flow for flow in desk.flows.values() if flow.domain]
    categories = [{"id": flow.id, **named[flow.id]} for flow in sorted(offered, key=lambda f: domains[f.domain].order)]
    if not categories:
        return
    title = text_labels(gettext_noop("Lĩnh vực"), language=desk.language)
    scheme = shelf.add_structure("categoryscheme", DOMAINS, title, {"isPartial": False, "categories": categories})
    for flow in offered:
        target = urn("categoryscheme", desk.agency, DOMAINS, flow.id)
        sorted_in = {"source": flows[flow.id], "target": target}
        refers = (flows[flow.id], scheme)
        shelf.add_structure("categorisation", f"CAT_{flow.id}", named[flow.id], sorted_in, refers)
        shelf.add_structure(
            "dataconstraint", f"CR_{flow.id}", named[flow.id], _allowed_codes(desk, flow, flows[flow.id]), refers[:1]
        )


def _flow_label(desk: SdmxDesk, flow: Dataflow) -> dict[str, object]:
    if flow.id == ALL and not flow.domain:
        return text_labels(gettext_noop("Mọi chỉ tiêu"), language=desk.language)
    domain = desk.catalogue.domains[flow.domain]
    return name_labels(domain.name, domain.name_en, language=desk.language)


def _allowed_codes(desk: SdmxDesk, flow: Dataflow, attached: str) -> Body:
    """What a dataflow of one domain may hold of the structure that all share."""
    codes = {"INDICATOR": {}, "BREAKDOWN": {}}  # type: dict[str, dict[str, None]]
    for piece in desk.pieces_of(flow):
        codes["INDICATOR"][piece.indicator] = None
        codes["BREAKDOWN"][piece.breakdown] = None
    return constraint_body("Allowed", attached, {name: list(values) for name, values in codes.items()})


def constraint_body(role: str, attached: str, values: Mapping[str, Iterable[str]]) -> Body:
    """A region of the cube: for each dimension the codes (of time: the periods) inside it."""
    keys = [
        {"id": name, "include": True, "values": [{"value": code} for code in inside]} for name, inside in values.items()
    ]
    return {
        "role": role,
        "constraintAttachment": {"dataflows": [attached]},
        "cubeRegions": [{"include": True, "keyValues": keys}],
    }
