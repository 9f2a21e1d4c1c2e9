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


def matching_structures(desk: SdmxDesk, wanted: StructureQuery) -> list[Artefact]:
    """The artefacts that were asked for, first those that match, then those that go with them."""
    kind = _artefact_kind(wanted.kind)
    one_of("detail", wanted.detail, DETAILS)
    held = artefacts(desk)
    matching = [one for one in held.values() if kind in (ALL, one.kind) and _is_wanted(one, wanted)]
    if wanted.item != ALL:
        matching = [partial for one in matching if (partial := _with_items(one, wanted.item))]
    if not matching:
        raise no_results()
    also = _referenced_artefacts(held, matching, wanted.references)
    if wanted.detail in ("referencepartial", "partialraw"):
        also = [_partial_codelist(desk, one, matching) for one in also]
    return [_artefact_in_detail(one, wanted.detail, is_asked=True) for one in matching] + [
        _artefact_in_detail(one, wanted.detail, is_asked=False) for one in also
    ]


def bodies_by_collection(found: Iterable[Artefact]) -> dict[str, list[Body]]:
    """Artefacts by the collection that SDMX-JSON keeps them in."""
    shown: dict[str, list[Body]] = {}
    for one in found:
        shown.setdefault(COLLECTIONS[one.kind][0], []).append(one.body)
    return shown


def _artefact_kind(asked: str) -> str:
    kind = ALIASES.get(asked, asked)
    if kind in ABSENT:
        raise no_results()
    return one_of("artefactType", kind, [*COLLECTIONS, ALL])


def _is_wanted(one: Artefact, wanted: StructureQuery) -> bool:
    return (
        _is_among(one.agency, wanted.agency)
        and _is_among(one.id, wanted.id)
        and any(wants_version(version) for version in wanted.version.split(","))
    )


def _is_among(value: str, asked: str) -> bool:
    return asked in (ALL, "all") or value in asked.split(",")


def _with_items(one: Artefact, asked: str) -> Artefact | None:
    """A scheme with only the items asked for; None where it has none of them."""
    name = COLLECTIONS[one.kind][1]
    kept = [item for item in one.items if item["id"] in asked.split(",")]
    return replace(one, body=one.body | {name: kept, "isPartial": True}) if kept else None


def _referenced_artefacts(held: Mapping[str, Artefact], matching: list[Artefact], asked: str) -> list[Artefact]:
    """What goes with the matching ones, never those themselves."""
    found: dict[str, None] = {}
    for reference in asked.split(","):
        found |= dict.fromkeys(_reached_urns(held, [one.urn for one in matching], reference))
    mine = {one.urn for one in matching}
    return [held[urn] for urn in held if urn in found and urn not in mine]


def _reached_urns(held: Mapping[str, Artefact], start: list[str], reference: str) -> set[str]:
    down = {urn: set(one.refers) & held.keys() for urn, one in held.items()}
    up: dict[str, set[str]] = {urn: {other for other, below in down.items() if urn in below} for urn in held}
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
    return {urn for urn in _all_reached_urns(start, down) | _all_reached_urns(start, up) if held[urn].kind == kind}


def _next_urns(start: Iterable[str], edges: Mapping[str, set[str]]) -> set[str]:
    return set().union(*(edges[urn] for urn in start))


def _all_reached_urns(start: Iterable[str], edges: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        new = edges[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def _partial_codelist(desk: SdmxDesk, one: Artefact, matching: list[Artefact]) -> Artefact:
    """A code list with only the codes that the matching dataflows may use, and what stands above them."""
    flows = [desk.flows[match.id] for match in matching if match.kind == "dataflow"]
    if one.kind != "codelist" or not flows or one.id not in ("CL_INDICATOR", "CL_BREAKDOWN"):
        return one
    place = "indicator" if one.id == "CL_INDICATOR" else "breakdown"
    used = {getattr(piece, place) for flow in flows for piece in desk.pieces_of(flow)}
    return with_codes(one, used)


def with_codes(one: Artefact, used: Iterable[str]) -> Artefact:
    """A code list with only ``used`` codes and those above them; marked as partial where that is not all."""
    parents = {code["id"]: code.get("parent", "") for code in one.items}
    kept: set[str] = set()
    for code in used:
        while code and code not in kept:
            kept.add(code)
            code = parents.get(code, "")
    codes = [code for code in one.items if code["id"] in kept]
    if len(codes) == len(one.items):
        return one
    body = {key: value for key, value in one.body.items() if key != "codes"} | {"isPartial": True}
    return replace(one, body=body | ({"codes": codes} if codes else {}))


def _artefact_in_detail(one: Artefact, detail: str, *, is_asked: bool) -> Artefact:
    stub = {"allstubs": IDENTITY, "allcompletestubs": COMPLETE}.get(detail)
    if not is_asked:
        stub = stub or {"referencestubs": IDENTITY, "referencecompletestubs": COMPLETE}.get(detail)
    if stub is None:
        return one
    body = {key: value for key, value in one.body.items() if key in stub} | {"isExternalReference": True}
    return replace(one, body=body)
