"""``{% load vn %}``: Vietnamese numbers, dates, periods, states, icons, spark-lines and maps.

Filters
    ``{{ value|number }}``, ``{{ value|number:2 }}``   1482176 → "1.482.176"; "84,59"; "—" without a number
    (in a component where the places may be absent: ``{% figure value decimals %}``)
    ``{{ day|vn_date }}``, ``{{ at|vn_datetime }}``   "05/10/2024", "17:00 05/10/2024"; ``{{ at|clock }}`` "17:00"
    ``{{ code|period }}``, ``{{ code|period_short }}``  "quý III/2024", "III/2024"
    ``{{ status|status_word }}``                      "Chính thức", "Ước tính", "Sơ bộ"
    ``{{ thing|named }}``                             its name in the reader's language
    ``{{ unit|measure }}``                            "hồ sơ", in English "dossiers"
    ``{{ unit|unit_of }}``                            "%" or a no-break space and the unit
    ``{{ spec|island }}``                             a script of type application/json for <ts-chart>, <ts-map>
Tags
    ``{% icon "alert" %}``                            inline SVG, hidden from screen readers
    ``{% change value decimals=1 unit="điểm %" better="higher" %}``
    ``{% spark points label="…" target=95 width=120 height=32 %}``
    ``{% svg_map areas label="…" unit="%" decimals=1 classes=5 method="natural" outlines="/…" schematic=True %}``
    ``{% map_legend drawn unit="%" decimals=1 %}``    the legend of a map that stands apart from it
    ``{% meter value maximum label="…" %}``           a bar without inline style
    ``{% steer "alert" ref %}``                       the way to give a directive about a thing, for whoever may
    ``{% qs page=2 basis=None %}``                    this page's query string with parts replaced or (None) removed
    ``{% crumbs above_url _("Above") here %}``        address and label of each page above this one, its own label
    ``{% fact _("Sent") at|vn_datetime %}``           a line of ``<dl class="facts">``: what it is called, what it is
    ``{% select "state" _("State") states chosen %}`` a label and a choice; ``none=_("all")`` offers to choose nothing
    ``{% query unit=ref member=member %}``            a query string of its own, without the parts that are empty
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zlib import crc32

from django import template
from django.core.paginator import Page
from django.core.serializers.json import DjangoJSONEncoder
from django.template import Context
from django.template.base import render_value_in_context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tinhso.kernel.actor import NOBODY, Actor
from tinhso.ui import drawing, icons, navigation, wording
from tinhso.ui.breaks import QUANTILE
from tinhso.ui.drawing import DrawnMap
from tinhso.ui.menus import steering_way

register = template.Library()


def _decimal_places(decimals: int | str | None) -> int | None:
    return None if decimals in (None, "") else int(decimals or 0)


@register.filter
def number(value: object, decimals: int | str | None = None) -> str:
    """A number in Vietnamese style; ``decimals`` fixes its places."""
    return wording.number_text(value, _decimal_places(decimals))


@register.simple_tag
def figure(value: object, decimals: int | str | None = None) -> str:
    """As the filter ``number``, for a template where ``decimals`` may be absent (a filter's argument may not)."""
    return number(value, decimals)


@register.filter
def vn_date(value: date | datetime | str | None) -> str:
    """A day as dd/MM/yyyy."""
    return wording.date_text(value)


@register.filter
def vn_datetime(value: datetime | str | None) -> str:
    """A moment as HH:MM dd/MM/yyyy in the province's time."""
    return wording.datetime_text(value)


@register.filter
def clock(value: datetime | str | None) -> str:
    """The hour and minute of a moment in the province's time."""
    return wording.datetime_text(value)[:5]


@register.filter
def period(code: object) -> str:
    """A period code in words."""
    return wording.period_text(code)


@register.filter
def period_short(code: object) -> str:
    """A period code for a narrow place."""
    return wording.period_short(code)


@register.filter
def status_word(code: object) -> str:
    """The word for a figure's status."""
    return wording.status_text(code)


@register.filter
def named(thing: object) -> str:
    """The name of a unit, a data set or an indicator in the reader's language."""
    return wording.name_in_language(thing)


@register.filter
def measure(unit: object) -> str:
    """A unit of measure in the reader's language, without a space before it."""
    return wording.measure_text(unit)


@register.filter
def unit_of(unit: object) -> str:
    """A unit of measure with its leading space."""
    return wording.unit_text(unit)


@register.filter
def island(spec: object) -> SafeString:
    """``spec`` as the JSON child of a custom element; text in it cannot close the script."""
    text = json.dumps(spec, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return mark_safe(f'<script type="application/json">{safe}</script>')


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """A line icon beside text; purely visual, so it is hidden from screen readers."""
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<path d="{1}"/></svg>',
        size,
        icons.path_of(name),
    )


SHAPES = {"good": "circle-check", "warn": "triangle", "bad": "diamond", "info": "square"}


@register.simple_tag
def state(word: object, tone: str = "") -> SafeString:
    """How something stands, in a word and a shape, so that it is told without colour; ``tone``: good, warn, bad, info.

    A tag and not an included template: a list has one or two in each of its lines.
    """
    shape = icon(SHAPES.get(tone, "circle"), 16)
    return format_html('<span class="state state-{}">{}{}</span>', tone or "none", shape, word)


@register.inclusion_tag("ui/components/change.html")
def change(
    value: object, decimals: int | str | None = None, unit: str = "", better: str = "none", since: str = ""
) -> dict[str, object]:
    """A signed difference: sign, word, amount, and whether that is good for this indicator."""
    return {
        "change": wording.change_of(value, decimals=_decimal_places(decimals), better=better),
        "unit": unit,
        "since": since,
    }


@register.inclusion_tag("ui/components/spark.html")
def spark(
    points: Iterable[object], label: str = "", target: object = None, width: int = 120, height: int = 32
) -> dict[str, object]:
    """A spark-line; gaps stay gaps, the last point is dotted, the target is a dashed line."""
    return {"spark": drawing.spark_line(points, width=width, height=height, target=target), "label": label}


@register.inclusion_tag("ui/components/svg_map.html")
def svg_map(
    areas: Iterable[Mapping[str, object]] | DrawnMap,
    label: str = "",
    unit: str = "",
    decimals: int | None = None,
    classes: int = 5,
    schematic: bool = False,
    legend: bool = True,
    method: str = QUANTILE,
    outlines: str = "",
    lit: str = "",
) -> dict[str, object]:
    """A map of ``areas`` (mappings: ref, name, geometry as GeoJSON or text of it, value, href, text), or one laid out.

    ``text`` replaces the figure in an area's title; ``schematic`` writes "sơ đồ" on the map; ``method`` is one of
    ``breaks.METHODS`` or ``circles``. With the address of ``outlines`` as GeoJSON the map can be zoomed where script
    and WebGL are to be had; the drawing here stays for all others and for print. ``lit``: the ref of an area to mark.
    """
    drawn = areas if isinstance(areas, DrawnMap) else drawing.map_of(areas, method=method, count=classes)
    map_settings = {"label": label, "unit": unit, "decimals": "" if decimals is None else decimals, "lit": lit}
    return map_settings | {
        "drawn": drawn,
        "method_words": wording.breaks_text(drawn.method),
        "hatch": f"no-{crc32((label + drawn.frame).encode()):x}",
        "schematic": schematic,
        "legend": legend,
        "island": drawing.spec_of(drawn, outlines, map_settings) if outlines else None,
    }


@register.inclusion_tag("ui/components/map_legend.html")
def map_legend(
    drawn: DrawnMap, unit: str = "", decimals: int | None = None, schematic: bool = False
) -> dict[str, object]:
    """The legend of a map that stands apart from it: classes with how many areas each, or circles, and the method."""
    return {
        "drawn": drawn,
        "unit": unit,
        "decimals": "" if decimals is None else decimals,
        "schematic": schematic,
        "method_words": wording.breaks_text(drawn.method),
    }


@register.inclusion_tag("ui/components/meter.html")
def meter(value: object, maximum: object = 100, label: str = "", tone: str = "") -> dict[str, object]:
    """A bar of ``value`` out of ``maximum`` (``tone``: good, warn, bad or nothing)."""
    part, total = wording.as_decimal(value), wording.as_decimal(maximum)
    share = 0.0 if part is None or not total else max(0.0, min(100.0, float(part / total * 100)))
    return {"share": f"{share:.1f}", "label": label, "tone": tone, "known": part is not None}


@register.simple_tag
def pages_of(page: Page[object]) -> list[int | str]:
    """The page numbers to offer around ``page``, with an ellipsis where some are left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.simple_tag(takes_context=True)
def qs(context: Context, **changes: object) -> str:
    """``?…`` of this request with ``changes`` made; None removes a part. Starts with "?" always."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("ui/components/breadcrumbs.html")
def crumbs(*steps: object) -> dict[str, object]:
    """Where a page stands: address and label of each page above it, then its own label."""
    above = [{"href": href, "label": label} for href, label in zip(steps[:-1:2], steps[1:-1:2], strict=True)]
    return {"crumbs": [*above, {"label": steps[-1]}]}


@register.simple_tag(takes_context=True)
def fact(context: Context, label: object, value: object) -> SafeString:
    """A line of a list of facts, its value written as ``{{ value }}`` would be."""
    label, value = (mark_safe(render_value_in_context(item, context)) for item in (label, value))
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, value)


@register.inclusion_tag("ui/components/select.html")
def select(
    name: str, label: object, choices: Iterable[Any], chosen: object = None, none: object = None
) -> dict[str, object]:
    """A label and a choice of one: ``choices`` are pairs of value and words, or things with a reference and a name.

    ``none``: the words of choosing nothing, first in the list; without them something is always chosen.
    """
    pairs = [(choice.ref, named(choice)) if hasattr(choice, "ref") else choice for choice in choices or ()]
    options = [{"value": str(value), "label": words, "chosen": str(value) == str(chosen)} for value, words in pairs]
    return {"name": name, "label": label, "none": none, "options": options}


@register.simple_tag
def query(**parts: object) -> str:
    """``?…`` of the ``parts`` that are there: None and "" are left out, and nothing is left of nothing."""
    there = {key: part for key, part in parts.items() if part not in (None, "")}
    return f"?{urlencode(there)}" if there else ""


@register.simple_tag
def page_of(of: str, *code: str) -> str:
    """Where a thing of some kind is shown, as its app has registered it; empty where none has."""
    return navigation.page_of(of, *code)


@register.inclusion_tag("ui/components/steer.html", takes_context=True)
def steer(context: Context, kind: str, *ref: object) -> dict[str, object]:
    """The button that leads to steering about a thing (``kind``; parts of its ``ref``); nothing where there is none,
    or where the reader may not."""
    actor: Actor = context.get("actor") or NOBODY
    about = f"{kind}:{'/'.join(str(part) for part in ref)}"
    way = steering_way(actor, about)
    if way is not None:
        return {"href": way.href, "label": way.label, "icon_name": way.icon}
    return {"href": "", "label": "", "icon_name": ""}
