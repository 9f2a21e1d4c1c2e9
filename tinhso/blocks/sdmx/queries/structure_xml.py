"""Structure messages of SDMX-ML 3.0, written from the bodies of SDMX-JSON."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from tinhso.blocks.sdmx.queries.artefacts import COLLECTIONS, Artefact
from tinhso.blocks.sdmx.queries.desk import Desk
from tinhso.blocks.sdmx.queries.messages import message_id
from tinhso.blocks.sdmx.queries.names import ITEMS, urn
from tinhso.ui.context import province

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


def structure_xml(desk: Desk, found: Iterable[Artefact], *, now: datetime) -> bytes:
    """A structure message of SDMX-ML 3.0."""
    root = Element(NS["mes"] + "Structure")
    head = SubElement(root, NS["mes"] + "Header")
    _text(head, "mes:ID", message_id(desk, now))
    _text(head, "mes:Test", _bool(province().demo))
    _text(head, "mes:Prepared", now.isoformat(timespec="seconds"))
    SubElement(head, NS["mes"] + "Sender", id=desk.agency)
    held = list(found)
    shelves = SubElement(root, NS["mes"] + "Structures")
    for kind, (container, _tag, _item) in CONTAINERS.items():
        mine = [one for one in held if one.kind == kind]
        if mine:
            shelf = SubElement(shelves, NS["str"] + container)
            for one in mine:
                _maintainable(shelf, one)
    return _written(root)


def _maintainable(shelf: Element, one: Artefact) -> None:
    _container, tag, item = CONTAINERS[one.kind]
    body = one.body
    about = {"id": one.id, "agencyID": one.agency, "version": body["version"], "urn": one.urn}
    if one.kind == "agencyscheme":
        del about["version"]  # the schema knows one version of it only
    about |= {name: _bool(body[name]) for name in ("isExternalReference", "isPartial") if name in body}
    if one.kind == "dataconstraint":
        about["role"] = body["role"]
    element = SubElement(shelf, NS["str"] + tag, about)
    _named(element, body)
    if item:
        for each in body.get(COLLECTIONS[one.kind][1], []):
            _item(element, item, one, each)
    write = _REST.get(one.kind)
    if write is not None and "isExternalReference" not in body:
        write(element, body)


def _named(element: Element, body: Body) -> None:
    if body.get("annotations"):
        notes = SubElement(element, NS["com"] + "Annotations")
        for note in body["annotations"]:
            each = SubElement(notes, NS["com"] + "Annotation", {"id": note["id"]} if "id" in note else {})
            _text(each, "com:AnnotationTitle", note["title"])
            _text(each, "com:AnnotationType", note["type"])
    for language, name in body["names"].items():
        SubElement(element, NS["com"] + "Name", {LANG: language}).text = name


def _item(parent: Element, tag: str, scheme: Artefact, body: Body) -> None:
    name = urn(scheme.kind, scheme.agency, scheme.id, body["id"]) if scheme.kind in ITEMS else ""
    element = SubElement(parent, NS["str"] + tag, {"id": body["id"], "urn": name})
    _named(element, body)
    if "parent" in body:
        _text(element, "str:Parent", body["parent"])


def _dataflow(element: Element, body: Body) -> None:
    _text(element, "str:Structure", body["structure"])


def _categorisation(element: Element, body: Body) -> None:
    _text(element, "str:Source", body["source"])
    _text(element, "str:Target", body["target"])


def _datastructure(element: Element, body: Body) -> None:
    parts = body["dataStructureComponents"]
    holder = SubElement(element, NS["str"] + "DataStructureComponents")
    dimensions = SubElement(holder, NS["str"] + "DimensionList", id="DimensionDescriptor")
    for one in parts["dimensionList"]["dimensions"]:
        _component(dimensions, "Dimension", one)
    _component(dimensions, "TimeDimension", parts["dimensionList"]["timeDimension"])
    attributes = SubElement(holder, NS["str"] + "AttributeList", id="AttributeDescriptor")
    for one in parts["attributeList"]["attributes"]:
        _component(attributes, "Attribute", one)
    measures = SubElement(holder, NS["str"] + "MeasureList", id="MeasureDescriptor")
    for one in parts["measureList"]["measures"]:
        _component(measures, "Measure", one)


def _component(parent: Element, tag: str, body: Body) -> None:
    about = {"id": body["id"]} | ({"usage": body["usage"]} if "usage" in body else {})
    if "position" in body:
        about["position"] = str(body["position"] + 1)
    element = SubElement(parent, NS["str"] + tag, about)
    _text(element, "str:ConceptIdentity", body["conceptIdentity"])
    shape = SubElement(element, NS["str"] + "LocalRepresentation")
    if "enumeration" in body["localRepresentation"]:
        _text(shape, "str:Enumeration", body["localRepresentation"]["enumeration"])
    else:
        SubElement(shape, NS["str"] + "TextFormat", textType=body["localRepresentation"]["format"]["dataType"])
    if "attributeRelationship" in body:
        _relationship(element, body["attributeRelationship"])


def _relationship(element: Element, to: Body) -> None:
    holder = SubElement(element, NS["str"] + "AttributeRelationship")
    for dimension in to.get("dimensions", []):
        _text(holder, "str:Dimension", dimension)
    if "observation" in to:
        SubElement(holder, NS["str"] + "Observation")


def _constraint(element: Element, body: Body) -> None:
    attachment = SubElement(element, NS["str"] + "ConstraintAttachment")
    for flow in body["constraintAttachment"]["dataflows"]:
        _text(attachment, "str:Dataflow", flow)
    for region in body["cubeRegions"]:
        cube = SubElement(element, NS["str"] + "CubeRegion", include=_bool(region["include"]))
        for key in region["keyValues"]:
            _key(cube, key)


def _key(cube: Element, key: Body) -> None:
    element = SubElement(cube, NS["str"] + "KeyValue", id=key["id"], include=_bool(key["include"]))
    for value in key["values"]:
        _text(element, "str:Value", value["value"])


_REST: dict[str, Callable[[Element, Body], None]] = {
    "categorisation": _categorisation,
    "dataconstraint": _constraint,
    "dataflow": _dataflow,
    "datastructure": _datastructure,
}


def error_xml(status: int, message: str, *, language: str) -> bytes:
    """An error message of SDMX-ML 3.0."""
    root = Element(NS["mes"] + "Error")
    said = SubElement(root, NS["mes"] + "ErrorMessage", code=str(status))
    SubElement(said, NS["com"] + "Text", {LANG: language}).text = message
    return _written(root)


def _written(root: Element) -> bytes:
    body: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body


def _text(parent: Element, tag: str, words: str) -> None:
    space, _, name = tag.partition(":")
    SubElement(parent, NS[space] + name).text = words


def _bool(value: object) -> str:
    return "true" if value else "false"
