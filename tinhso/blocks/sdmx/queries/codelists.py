"""The code lists: fixed ones, and those that follow the catalogue and the units."""

from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_noop

from tinhso.blocks.indicators.contract import Indicator
from tinhso.blocks.sdmx.queries import components as c
from tinhso.blocks.sdmx.queries.desk import BETWEEN, SdmxDesk, measure_code
from tinhso.blocks.sdmx.queries.names import area_code, name_labels, sdmx_id, text_labels
from tinhso.blocks.units.queries import UnitNode
from tinhso.ui.wording import measure_text

Body = dict[str, Any]
TOTAL_LABEL = gettext_noop("Tổng số")


def codelists(desk: SdmxDesk) -> dict[str, list[Body]]:
    """Every code list by identifier."""
    fixed = {
        name: [{"id": code, **text_labels(label, language=desk.language)} for code, label in codes.items()]
        for name, codes in c.FIXED.items()
    }
    return fixed | {
        "CL_INDICATOR": _indicator_codes(desk),
        "CL_REF_AREA": _area_codes(desk),
        "CL_BREAKDOWN": _breakdown_codes(desk),
        "CL_UNIT_MEASURE": _measure_codes(desk),
    }


def _indicator_codes(desk: SdmxDesk) -> list[Body]:
    indicators_by_key = {piece.indicator: piece.item.indicator for piece in desk.pieces}
    return [_indicator_code(code, indicator, desk.language) for code, indicator in indicators_by_key.items()]


def _indicator_code(code: str, indicator: Indicator, language: str) -> Body:
    described = [
        ("METHOD", indicator.method),
        ("LEGAL_BASIS", indicator.basis),
        ("SOURCE", indicator.source),
        ("AGENCY", indicator.agency),
    ]
    described += [("KIND", str(indicator.kind)), ("SCALE", str(indicator.scale)), ("DOMAIN", indicator.domain)]
    return {
        "id": code,
        **name_labels(indicator.name, indicator.name_en, language=language),
        "annotations": [_annotation_body(kind, value) for kind, value in described if value],
    }


def _area_codes(desk: SdmxDesk) -> list[Body]:
    """Every unit that ever was. A reference is one legal existence: a merged commune keeps its code, with its dates."""
    codes = {node.pk: area_code(node.ref) for node in desk.nodes.values()}
    return [_area_code(node, codes, desk.language) for node in desk.nodes.values()]


def _area_code(node: UnitNode, codes: dict[int, str], language: str) -> Body:
    annotation_values = [("OFFICIAL_CODE", node.code), ("LEVEL", str(node.level)), ("TYPE", node.type)]
    if node.start != date.min:
        annotation_values.append(("VALID_FROM", node.start.isoformat()))
    if node.end != date.max:
        annotation_values.append(("VALID_UNTIL", node.end.isoformat()))
    body = {
        "id": codes[node.pk],
        **name_labels(node.name, node.name_en, language=language),
        "annotations": [_annotation_body(kind, value) for kind, value in annotation_values if value],
    }
    if node.parent is not None and node.parent in codes:
        body["parent"] = codes[node.parent]
    return body


def _breakdown_codes(desk: SdmxDesk) -> list[Body]:
    """The whole, then for each dimension of a fact a heading with its members below."""
    body_by_code: dict[str, Body] = {c.TOTAL: {"id": c.TOTAL, **text_labels(TOTAL_LABEL, language=desk.language)}}
    for piece in desk.pieces:
        dim, member = piece.item.dim, piece.item.member
        if dim is None or member is None or piece.breakdown in body_by_code:
            continue
        fact = desk.catalogue.facts[piece.item.indicator.fact]
        head = BETWEEN.join(map(sdmx_id, (fact.code, dim.code)))
        title = name_labels(
            f"{dim.name} ({fact.name})", _english_name(dim.name_en, fact.name_en), language=desk.language
        )
        body_by_code.setdefault(head, {"id": head, **title})
        label = name_labels(member.name, member.name_en, language=desk.language)
        body_by_code[piece.breakdown] = {"id": piece.breakdown, **label, "parent": head}
    return list(body_by_code.values())


def _english_name(one: str, other: str) -> str:
    return f"{one} ({other})" if one and other else ""


def _measure_codes(desk: SdmxDesk) -> list[Body]:
    measures = {piece.item.indicator.unit_of_measure for piece in desk.pieces}
    by_code = {measure_code(measure): measure for measure in sorted(measures)}
    return [
        {"id": code, **name_labels(measure, _measure_in_english(measure), language=desk.language)}
        for code, measure in by_code.items()
    ]


def _measure_in_english(one: str) -> str:
    with translation.override("en"):
        return measure_text(one)


def _annotation_body(kind: str, value: str) -> Body:
    return {"type": kind, "title": value}
