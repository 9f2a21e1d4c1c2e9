"""Structure messages of SDMX-ML 3.0, written from the bodies of SDMX-JSON."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from tinhso.blocks.sdmx.queries.artefacts import COLLECTIONS, Artefact
from tinhso.blocks.sdmx.queries.desk import SdmxDesk
from tinhso.blocks.sdmx.queries.messages import message_id
from tinhso.blocks.sdmx.queries.names import ITEMS, urn
from tinhso.ui.context import served_province

BASE = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
NS = {name: f"{{{BASE}/{path}}}" for name, path in {"mes": "message", "str": "structure", "com": "common"}.items()}
for _prefix, _space in NS.items():
    register_namespace(_prefix, _space.strip("{}"))
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# The containers in the order that the schema prescribes
CONTAINERS = {
    "agencyscheme": ("AgencySchemes", "AgencyScheme", "Agency"),
    "categorisation": ("Categorisations", "Categorisation", ""),
    "categoryscheme": ("CategorySchemes", "CategoryScheme", "Category"),
    "codelist": ("Codelists", "Codelist", "Code"),
    "conceptscheme": ("ConceptSchemes", "ConceptScheme", "Concept"),
    "dataconstraint": ("DataConstraints", "DataConstraint", ""),
    "dataflow": ("Dataflows", "Dataflow", ""),
    "datastructure": ("DataStructures", "DataStructure", ""),
}
Body = dict[str, Any]


def structure_xml(desk: SdmxDesk, found: Iterable[Artefact], *, now: datetime) -> bytes:
    """A structure message of SDMX-ML 3.0."""
    root = Element(NS["mes"] + "Structure")
    head = SubElement(root, NS["mes"] + "Header")
    _add_text(head, "mes:ID", message_id(desk, now))
    _add_text(head, "mes:Test", _bool_text(served_province().demo))
    _add_text(head, "mes:Prepared", now.isoformat(timespec="seconds"))
    SubElement(head, NS["mes"] + "Sender", id=desk.agency)
    artefacts = list(found)
    shelves = SubElement(root, NS["mes"] + "Structures")
    for kind, (container, _tag, _item) in CONTAINERS.items():
        mine = [kind_artefact for kind_artefact in artefacts if kind_artefact.kind == kind]
        if mine:
            shelf = SubElement(shelves, NS["str"] + container)
            for artefact in mine:
                _add_maintainable(shelf, artefact)
    return _xml_bytes(root)


def _add_maintainable(shelf: Element, artefact: Artefact) -> None:
    _container, tag, item = CONTAINERS[artefact.kind]
    body = artefact.body
    about = {"id": artefact.id, "agencyID": artefact.agency, "version": body["version"], "urn": artefact.urn}
    if artefact.kind == "agencyscheme":
        del about["version"]  # the schema knows one version of it only
    about |= {name: _bool_text(body[name]) for name in ("isExternalReference", "isPartial") if name in body}
    if artefact.kind == "dataconstraint":
        about["role"] = body["role"]
    element = SubElement(shelf, NS["str"] + tag, about)
    _add_names(element, body)
    if item:
        for each in body.get(COLLECTIONS[artefact.kind][1], []):
            _add_item(element, item, artefact, each)
    write = _REST.get(artefact.kind)
    if write is not None and "isExternalReference" not in body:
        write(element, body)


def _add_names(element: Element, body: Body) -> None:
    if body.get("annotations"):
        notes = SubElement(element, NS["com"] + "Annotations")
        for note in body["annotations"]:
            each = SubElement(notes, NS["com"] + "Annotation", {"id": note["id"]} if "id" in note else {})
            _add_text(each, "com:AnnotationTitle", note["title"])
            _add_text(each, "com:AnnotationType", note["type"])
    for language, name in body["names"].items():
        SubElement(element, NS["com"] + "Name", {LANG: language}).text = name


def _add_item(parent: Element, tag: str, scheme: Artefact, body: Body) -> None:
    name = urn(scheme.kind, scheme.agency, scheme.id, body["id"]) if scheme.kind in ITEMS else ""
    element = SubElement(parent, NS["str"] + tag, {"id": body["id"], "urn": name})
    _add_names(element, body)
    if "parent" in body:
        _add_text(element, "str:Parent", body["parent"])


def _fill_dataflow(element: Element, body: Body) -> None:
    _add_text(element, "str:Structure", body["structure"])


def _fill_categorisation(element: Element, body: Body) -> None:
    _add_text(element, "str:Source", body["source"])
    _add_text(element, "str:Target", body["target"])


def _fill_datastructure(element: Element, body: Body) -> None:
    parts = body["dataStructureComponents"]
    holder = SubElement(element, NS["str"] + "DataStructureComponents")
    dimensions = SubElement(holder, NS["str"] + "DimensionList", id="DimensionDescriptor")
    for part in parts["dimensionList"]["dimensions"]:
        _add_component(dimensions, "Dimension", part)
    _add_component(dimensions, "TimeDimension", parts["dimensionList"]["timeDimension"])
    attributes = SubElement(holder, NS["str"] + "AttributeList", id="AttributeDescriptor")
    for part in parts["attributeList"]["attributes"]:
        _add_component(attributes, "Attribute", part)
    measures = SubElement(holder, NS["str"] + "MeasureList", id="MeasureDescriptor")
    for part in parts["measureList"]["measures"]:
        _add_component(measures, "Measure", part)


def _add_component(parent: Element, tag: str, body: Body) -> None:
    about = {"id": body["id"]} | ({"usage": body["usage"]} if "usage" in body else {})
    if "position" in body:
        about["position"] = str(body["position"] + 1)
    element = SubElement(parent, NS["str"] + tag, about)
    _add_text(element, "str:ConceptIdentity", body["conceptIdentity"])
    shape = SubElement(element, NS["str"] + "LocalRepresentation")
    if "enumeration" in body["localRepresentation"]:
        _add_text(shape, "str:Enumeration", body["localRepresentation"]["enumeration"])
    else:
        SubElement(shape, NS["str"] + "TextFormat", textType=body["localRepresentation"]["format"]["dataType"])
    if "attributeRelationship" in body:
        _add_relationship(element, body["attributeRelationship"])


def _add_relationship(element: Element, to: Body) -> None:
    holder = SubElement(element, NS["str"] + "AttributeRelationship")
    for dimension in to.get("dimensions", []):
        _add_text(holder, "str:Dimension", dimension)
    if "observation" in to:
        SubElement(holder, NS["str"] + "Observation")


def _fill_constraint(element: Element, body: Body) -> None:
    attachment = SubElement(element, NS["str"] + "ConstraintAttachment")
    for flow in body["constraintAttachment"]["dataflows"]:
        _add_text(attachment, "str:Dataflow", flow)
    for region in body["cubeRegions"]:
        cube = SubElement(element, NS["str"] + "CubeRegion", include=_bool_text(region["include"]))
        for key in region["keyValues"]:
            _add_key(cube, key)


def _add_key(cube: Element, key: Body) -> None:
    element = SubElement(cube, NS["str"] + "KeyValue", id=key["id"], include=_bool_text(key["include"]))
    for value in key["values"]:
        _add_text(element, "str:Value", value["value"])


_REST: dict[str, Callable[[Element, Body], None]] = {
    "categorisation": _fill_categorisation,
    "dataconstraint": _fill_constraint,
    "dataflow": _fill_dataflow,
    "datastructure": _fill_datastructure,
}


def error_xml(status: int, message: str, *, language: str) -> bytes:
    """An error message of SDMX-ML 3.0."""
    root = Element(NS["mes"] + "Error")
    message_element = SubElement(root, NS["mes"] + "ErrorMessage", code=str(status))
    SubElement(message_element, NS["com"] + "Text", {LANG: language}).text = message
    return _xml_bytes(root)


def _xml_bytes(root: Element) -> bytes:
    body: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body


def _add_text(parent: Element, tag: str, words: str) -> None:
    space, _, name = tag.partition(":")
    SubElement(parent, NS[space] + name).text = words


def _bool_text(value: object) -> str:
    return "true" if value else "false"
