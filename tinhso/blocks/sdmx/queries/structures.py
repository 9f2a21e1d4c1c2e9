"""Structure queries: which artefacts, with how much of what they refer to, and in how much detail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tinhso.blocks.sdmx.queries.artefacts import COLLECTIONS, Artefact, artefacts
from tinhso.blocks.sdmx.queries.codelists import Body
from tinhso.blocks.sdmx.queries.desk import SdmxDesk
from tinhso.blocks.sdmx.queries.errors import no_results, one_of
from tinhso.blocks.sdmx.queries.versions import wants_version

ALL = "*"
DETAILS = (
    "full",
    "allstubs",
    "referencestubs",
    "allcompletestubs",
    "referencecompletestubs",
    "referencepartial",
    "raw",
    "partialraw",
)
REFERENCES = ("none", "parents", "parentsandsiblings", "ancestors", "children", "descendants", "all")
# Names that older clients use for what SDMX 3.0 calls otherwise
ALIASES = {
    "structure": ALL,
    "contentconstraint": "dataconstraint",
    "allowedconstraint": "dataconstraint",
    "organisationscheme": "agencyscheme",
}
# Kinds of SDMX 3.0 of which a province has none
ABSENT = frozenset(
    [
        "metadatastructure",
        "hierarchy",
        "hierarchyassociation",
        "valuelist",
        "dataproviderscheme",
        "metadataproviderscheme",
        "dataconsumerscheme",
        "organisationunitscheme",
        "metadataflow",
        "reportingtaxonomy",
        "provisionagreement",
        "metadataprovisionagreement",
        "structuremap",
        "representationmap",
        "conceptschememap",
        "categoryschememap",
        "organisationschememap",
        "reportingtaxonomymap",
        "process",
        "metadataconstraint",
        "transformationscheme",
        "rulesetscheme",
        "userdefinedoperatorscheme",
        "customtypescheme",
        "namepersonalisationscheme",
        "vtlmappingscheme",
        "actualconstraint",
        "geographiccodelist",
        "geogridcodelist",
    ]
)
IDENTITY = ("id", "agencyID", "version", "name", "names", "links", "role")
COMPLETE = (*IDENTITY, "description", "descriptions", "annotations")


@dataclass(frozen=True)
class StructureQuery:
    """One structure query, as it was asked; ``*`` stands for all."""

    kind: str = ALL
    agency: str = ALL
    id: str = ALL
    version: str = "~"
    item: str = ALL
    detail: str = "full"
    references: str = "none"


def matching_structures(desk: SdmxDesk, structure_query: StructureQuery) -> list[Artefact]:
    """The artefacts that were asked for, first those that match, then those that go with them."""
    kind = _artefact_kind(structure_query.kind)
    one_of("detail", structure_query.detail, DETAILS)
    artefacts_by_key = artefacts(desk)
    matching = [
        artefact
        for artefact in artefacts_by_key.values()
        if kind in (ALL, artefact.kind) and _is_wanted(artefact, structure_query)
    ]
    if structure_query.item != ALL:
        matching = [partial for artefact in matching if (partial := _with_items(artefact, structure_query.item))]
    if not matching:
        raise no_results()
    also = _referenced_artefacts(artefacts_by_key, matching, structure_query.references)
    if structure_query.detail in ("referencepartial", "partialraw"):
        also = [_partial_codelist(desk, artefact, matching) for artefact in also]
    return [_artefact_in_detail(artefact, structure_query.detail, is_asked=True) for artefact in matching] + [
        _artefact_in_detail(artefact, structure_query.detail, is_asked=False) for artefact in also
    ]


def bodies_by_collection(found: Iterable[Artefact]) -> dict[str, list[Body]]:
    """Artefacts by the collection that SDMX-JSON keeps them in."""
    bodies: dict[str, list[Body]] = {}
    for artefact in found:
        bodies.setdefault(COLLECTIONS[artefact.kind][0], []).append(artefact.body)
    return bodies


def _artefact_kind(text: str) -> str:
    kind = ALIASES.get(text, text)
    if kind in ABSENT:
        raise no_results()
    return one_of("artefactType", kind, [*COLLECTIONS, ALL])


def _is_wanted(artefact: Artefact, structure_query: StructureQuery) -> bool:
    return (
        _is_among(artefact.agency, structure_query.agency)
        and _is_among(artefact.id, structure_query.id)
        and any(wants_version(version) for version in structure_query.version.split(","))
    )


def _is_among(value: str, text: str) -> bool:
    return text in (ALL, "all") or value in text.split(",")


def _with_items(artefact: Artefact, text: str) -> Artefact | None:
    """A scheme with only the items asked for; None where it has none of them."""
    name = COLLECTIONS[artefact.kind][1]
    rows = [item for item in artefact.items if item["id"] in text.split(",")]
    return replace(artefact, body=artefact.body | {name: rows, "isPartial": True}) if rows else None


def _referenced_artefacts(
    artefacts_by_key: Mapping[str, Artefact], matching: list[Artefact], text: str
) -> list[Artefact]:
    """What goes with the matching ones, never those themselves."""
    referenced_urns: dict[str, None] = {}
    for reference in text.split(","):
        referenced_urns |= dict.fromkeys(
            _reached_urns(artefacts_by_key, [artefact.urn for artefact in matching], reference)
        )
    mine = {artefact.urn for artefact in matching}
    return [artefacts_by_key[urn] for urn in artefacts_by_key if urn in referenced_urns and urn not in mine]


def _reached_urns(artefacts_by_key: Mapping[str, Artefact], start: list[str], reference: str) -> set[str]:
    down = {urn: set(artefact.refers) & artefacts_by_key.keys() for urn, artefact in artefacts_by_key.items()}
    up: dict[str, set[str]] = {
        urn: {other for other, below in down.items() if urn in below} for urn in artefacts_by_key
    }
    parents = _next_urns(start, up)
    if reference == "none":
        return set()
    reached = {
        "children": lambda: _next_urns(start, down),
        "descendants": lambda: _all_reached_urns(start, down),
        "parents": lambda: parents,
        "ancestors": lambda: _all_reached_urns(start, up),
        "parentsandsiblings": lambda: parents | _next_urns(parents, down),
        "all": lambda: parents | _next_urns(parents, down) | _all_reached_urns(start, down),
    }
    if reference in reached:
        return reached[reference]()
    kind = ALIASES.get(reference, reference)
    if kind in ABSENT:
        return set()
    one_of("references", kind, [*REFERENCES, *COLLECTIONS])
    return {
        urn
        for urn in _all_reached_urns(start, down) | _all_reached_urns(start, up)
        if artefacts_by_key[urn].kind == kind
    }


def _next_urns(start: Iterable[str], edges: Mapping[str, set[str]]) -> set[str]:
    return set().union(*(edges[urn] for urn in start))


def _all_reached_urns(start: Iterable[str], edges: Mapping[str, set[str]]) -> set[str]:
    reached_urns: set[str] = set()
    waiting = list(start)
    while waiting:
        new = edges[waiting.pop()] - reached_urns
        reached_urns |= new
        waiting += new
    return reached_urns


def _partial_codelist(desk: SdmxDesk, artefact: Artefact, matching: list[Artefact]) -> Artefact:
    """A code list with only the codes that the matching dataflows may use, and what stands above them."""
    flows = [desk.flows[match.id] for match in matching if match.kind == "dataflow"]
    if artefact.kind != "codelist" or not flows or artefact.id not in ("CL_INDICATOR", "CL_BREAKDOWN"):
        return artefact
    place = "indicator" if artefact.id == "CL_INDICATOR" else "breakdown"
    used = {getattr(piece, place) for flow in flows for piece in desk.pieces_of(flow)}
    return with_codes(artefact, used)


def with_codes(artefact: Artefact, used: Iterable[str]) -> Artefact:
    """A code list with only ``used`` codes and those above them; marked as partial where that is not all."""
    parents = {code["id"]: code.get("parent", "") for code in artefact.items}
    needed_codes: set[str] = set()
    for code in used:
        while code and code not in needed_codes:
            needed_codes.add(code)
            code = parents.get(code, "")
    codes = [code for code in artefact.items if code["id"] in needed_codes]
    if len(codes) == len(artefact.items):
        return artefact
    body = {key: value for key, value in artefact.body.items() if key != "codes"} | {"isPartial": True}
    return replace(artefact, body=body | ({"codes": codes} if codes else {}))


def _artefact_in_detail(artefact: Artefact, detail: str, *, is_asked: bool) -> Artefact:
    stub = {"allstubs": IDENTITY, "allcompletestubs": COMPLETE}.get(detail)
    if not is_asked:
        stub = stub or {"referencestubs": IDENTITY, "referencecompletestubs": COMPLETE}.get(detail)
    if stub is None:
        return artefact
    body = {key: value for key, value in artefact.body.items() if key in stub} | {"isExternalReference": True}
    return replace(artefact, body=body)
