"""Every object that the DHIS2 interface shows, as the properties that DHIS2 gives them."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.dhis2.contract import Element, EntryForm
from tinhso.blocks.dhis2.queries import timing, uids
from tinhso.blocks.dhis2.queries.fields import Objects, Reference
from tinhso.blocks.dhis2.queries.uids import uid
from tinhso.blocks.dhis2.queries.world import VisibleWorld, combo_uid, family_key
from tinhso.blocks.indicators.queries import CatalogueItem
from tinhso.blocks.units.queries import UnitNode
from tinhso.ui.wording import name_in_language, name_of

Thing = dict[str, Any]
LONG_AGO = "1900-01-01T00:00:00.000"
SHORT = 50
# collection → what one of its objects is called when it is missing
KINDS = {
    "organisationUnits": "OrganisationUnit",
    "organisationUnitLevels": "OrganisationUnitLevel",
    "organisationUnitGroups": "OrganisationUnitGroup",
    "indicators": "Indicator",
    "indicatorTypes": "IndicatorType",
    "indicatorGroups": "IndicatorGroup",
    "dataElements": "DataElement",
    "dataSets": "DataSet",
    "categories": "Category",
    "categoryOptions": "CategoryOption",
    "categoryCombos": "CategoryCombo",
    "categoryOptionCombos": "CategoryOptionCombo",
}


def visible_objects(world: VisibleWorld, collection: str = "") -> Objects:
    """All objects that the reader can see; what belongs to forms only where it is asked for."""
    collections = {
        "organisationUnits": _by_id(_unit_object(world, key, node) for key, node in world.units.items()),
        "organisationUnitLevels": _by_id(_level_objects(world)),
        "organisationUnitGroups": {},
        "indicators": _by_id(_indicator_object(key, item) for key, item in world.items.items()),
        "indicatorTypes": _by_id(_indicator_types(world)),
        "indicatorGroups": _by_id(_indicator_groups(world)),
        "dataElements": _by_id(_data_elements(world)),
        "dataSets": _by_id(_data_set(world, key, form) for key, form in world.forms.items()),
        **_category_objects(world),
    }
    return Objects(collections)


def _by_id(rows: Iterator[Thing]) -> Mapping[str, Thing]:
    return {str(values["id"]): values for values in rows}


def _base_object(key: str, code: str, name: str, **more: Any) -> Thing:
    short = name if len(name) <= SHORT else f"{name[: SHORT - 1]}…"
    return {
        "id": key,
        "code": code,
        "name": name,
        "displayName": name,
        "shortName": short,
        "displayShortName": short,
        "created": LONG_AGO,
        "lastUpdated": LONG_AGO,
        **more,
    }


def _midnight_text(day: date) -> str:
    return f"{day.isoformat()}T00:00:00.000"


def _unit_object(world: VisibleWorld, key: str, node: UnitNode) -> Thing:
    path = [world.unit_codes[above.ref] for above in world.path(node)]
    ends = {} if node.end == date.max else {"closedDate": _midnight_text(node.end)}
    above = {"parent": Reference("organisationUnits", path[-2])} if len(path) > 1 else {}
    below = [Reference("organisationUnits", world.unit_codes[child.ref]) for child in world.children(node)]
    return _base_object(
        key,
        node.ref,
        name_in_language(node),
        officialCode=node.code,
        level=len(path),
        path="/" + "/".join(path),
        openingDate=LONG_AGO if node.start == date.min else _midnight_text(node.start),
        leaf=not below,
        children=below,
        ancestors=[Reference("organisationUnits", above_key) for above_key in path[:-1]],
        **ends,
        **above,
    )


def _level_objects(world: VisibleWorld) -> Iterator[Thing]:
    for level in sorted({world.depth(node) for node in world.units.values()}):
        yield _base_object(
            uid("level", str(level)), f"LEVEL-{level}", _("Cấp %(level)s") % {"level": level}, level=level
        )


def _indicator_object(key: str, item: CatalogueItem) -> Thing:
    indicator = item.indicator
    return _base_object(
        key,
        item.code,
        name_of({"name": item.name, "name_en": item.name_en}),
        description=indicator.method,
        displayDescription=indicator.method,
        annualized=False,
        decimals=indicator.decimals,
        indicatorType=Reference("indicatorTypes", uid("type", str(indicator.scale))),
        numerator=indicator.count,
        numeratorDescription=indicator.count,
        denominator=indicator.out_of or "1",
        denominatorDescription=indicator.out_of or "1",
        indicatorGroups=[Reference("indicatorGroups", uid("domain", indicator.domain))],
        dimensionItem=key,
        dimensionItemType="INDICATOR",
    )


def _indicator_types(world: VisibleWorld) -> Iterator[Thing]:
    for scale in sorted({item.indicator.scale for item in world.items.values()}):
        name = {1: _("Số"), 100: _("Phần trăm"), 1000: _("Phần nghìn")}.get(scale, f"× {scale}")
        yield _base_object(uid("type", str(scale)), f"FACTOR-{scale}", name, factor=scale, number=scale == 1)


def _indicator_groups(world: VisibleWorld) -> Iterator[Thing]:
    inside: dict[str, list[Reference]] = {}
    for key, item in world.items.items():
        inside.setdefault(item.indicator.domain, []).append(Reference("indicators", key))
    for code, domain in world.catalogue.domains.items():
        yield _base_object(uid("domain", code), code, name_in_language(domain), indicators=inside.get(code, []))


def value_type(element: Element) -> str:
    """The type of value that DHIS2 calls it."""
    if element.decimals:
        return "NUMBER"
    return "INTEGER_ZERO_OR_POSITIVE" if element.least is not None and element.least >= 0 else "INTEGER"


def _data_elements(world: VisibleWorld) -> Iterator[Thing]:
    for key, slot in world.slots.items():
        yield _base_object(
            key,
            slot.code,
            f"{name_in_language(slot.form)}: {name_in_language(slot.element)}",
            valueType=value_type(slot.element),
            domainType="AGGREGATE",
            aggregationType="SUM" if slot.element.adds_up else "LAST",
            zeroIsSignificant=True,
            categoryCombo=Reference("categoryCombos", category_combo(slot.form)),
            dataSetElements=[_data_set_element(slot.form, key)],
            dimensionItem=key,
            dimensionItemType="DATA_ELEMENT",
        )


def _data_set_element(form: EntryForm, element: str) -> Thing:
    return {
        "dataSet": Reference("dataSets", uid("form", form.code)),
        "dataElement": Reference("dataElements", element),
    }


def _data_set(world: VisibleWorld, key: str, form: EntryForm) -> Thing:
    elements = [uid("element", f"{form.code}.{element.code}") for element in form.elements]
    about = world.takers[form.code].units(form.code)
    return _base_object(
        key,
        form.code,
        name_in_language(form),
        description=form.description,
        displayDescription=form.description,
        periodType=timing.TYPES[form.period],
        openFuturePeriods=1,
        startDate=_midnight_text(form.first.start),
        categoryCombo=Reference("categoryCombos", uids.DEFAULT_COMBO),
        dataSetElements=[_data_set_element(form, element) for element in elements],
        organisationUnits=[
            Reference("organisationUnits", world.unit_codes[ref]) for ref in about if ref in world.unit_codes
        ],
    )


def category_combo(form: EntryForm) -> str:
    """The identifier of the form's category combination."""
    return uid("categories", family_key(form)) if form.dims else uids.DEFAULT_COMBO


def _category_objects(world: VisibleWorld) -> dict[str, Mapping[str, Thing]]:
    collections: dict[str, dict[str, Thing]] = {
        name: {} for name in ("categories", "categoryOptions", "categoryCombos", "categoryOptionCombos")
    }
    _keep_object(collections, "categoryOptions", _base_object(uids.DEFAULT_OPTION, "default", "default"))
    option = Reference("categoryOptions", uids.DEFAULT_OPTION)
    _keep_object(
        collections, "categories", _base_object(uids.DEFAULT_CATEGORY, "default", "default", categoryOptions=[option])
    )
    for form in world.forms.values():
        _form_categories(collections, form)
    if uids.DEFAULT_COMBO not in collections["categoryCombos"]:
        _keep_category_combo(
            collections, uids.DEFAULT_COMBO, "default", [uids.DEFAULT_CATEGORY], [uids.DEFAULT_OPTION_COMBO]
        )
        _default_option_combo(collections)
    return dict(collections)


def _keep_object(found: dict[str, dict[str, Thing]], collection: str, values: Thing) -> None:
    found[collection].setdefault(values["id"], values)


def _keep_category_combo(
    found: dict[str, dict[str, Thing]], key: str, name: str, dims: list[str], combos: list[str]
) -> None:
    values = _base_object(
        key,
        "default" if key == uids.DEFAULT_COMBO else "",
        name,
        dataDimensionType="DISAGGREGATION",
        categories=[Reference("categories", dim) for dim in dims],
        categoryOptionCombos=[Reference("categoryOptionCombos", combo) for combo in combos],
    )
    _keep_object(found, "categoryCombos", values)


def _default_option_combo(found: dict[str, dict[str, Thing]]) -> None:
    more = {
        "categoryCombo": Reference("categoryCombos", uids.DEFAULT_COMBO),
        "categoryOptions": [Reference("categoryOptions", uids.DEFAULT_OPTION)],
    }
    _keep_object(found, "categoryOptionCombos", _base_object(uids.DEFAULT_OPTION_COMBO, "default", "default", **more))


def _form_categories(found: dict[str, dict[str, Thing]], form: EntryForm) -> None:
    if not form.dims:
        return
    dims, options = [], {}
    for dim in form.dims:
        key = uid("category", f"{dim.code}={','.join(member.code for member in dim.members)}")
        inside = {member.code: uid("option", f"{dim.code}={member.code}") for member in dim.members}
        for member in dim.members:
            _keep_object(
                found,
                "categoryOptions",
                _base_object(inside[member.code], f"{dim.code}={member.code}", name_in_language(member)),
            )
            options[f"{dim.code}={member.code}"] = inside[member.code]
        refs = [Reference("categoryOptions", option_uid) for option_uid in inside.values()]
        _keep_object(found, "categories", _base_object(key, dim.code, name_in_language(dim), categoryOptions=refs))
        dims.append(key)
    combos = [combo_uid(form, combo.key) for combo in form.combos]
    _keep_category_combo(
        found, category_combo(form), ", ".join(name_in_language(dim) for dim in form.dims), dims, combos
    )
    for combo in form.combos:
        parts = [Reference("categoryOptions", options[part]) for part in combo.key.split(";")]
        more = {"categoryCombo": Reference("categoryCombos", category_combo(form)), "categoryOptions": parts}
        _keep_object(
            found, "categoryOptionCombos", _base_object(combo_uid(form, combo.key), combo.key, combo.name, **more)
        )
