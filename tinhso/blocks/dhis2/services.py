"""Importing a DHIS2 data value set: each value is understood, refused with DHIS2's words, or given to its taker."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from tinhso.blocks.audit import services as audit
from tinhso.blocks.dhis2.contract import GivenValue, ImportOutcome, Strategy
from tinhso.blocks.dhis2.queries import timing, uids
from tinhso.blocks.dhis2.queries.objects import value_type
from tinhso.blocks.dhis2.queries.payload import Value, ValueSet
from tinhso.blocks.dhis2.queries.summary import Summary
from tinhso.blocks.dhis2.queries.uids import uid
from tinhso.blocks.dhis2.queries.world import Slot, VisibleWorld, combo_keys
from tinhso.kernel.actor import Actor

Fault = tuple[str, *tuple[str, ...]]
CODE = "CODE"
SCHEMES = {
    "element_scheme": "dataElementIdScheme",
    "unit_scheme": "orgUnitIdScheme",
    "combo_scheme": "categoryOptionComboIdScheme",
    "set_scheme": "dataSetIdScheme",
}
TYPES = {
    "INTEGER": re.compile(r"0|-?[1-9]\d{0,17}", re.ASCII),
    "INTEGER_ZERO_OR_POSITIVE": re.compile(r"0|[1-9]\d{0,17}", re.ASCII),
    "NUMBER": re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,18})?", re.ASCII),
}
CODES = {
    ImportOutcome.NO_RIGHT: "E7617",
    ImportOutcome.FOREIGN_UNIT: "E7636",
    ImportOutcome.FOREIGN_COMBO: "E7634",
    ImportOutcome.WRONG_PERIOD_TYPE: "E7632",
    ImportOutcome.FUTURE: "E7641",
    ImportOutcome.NOT_OPEN: "E7643",
    ImportOutcome.LOCKED: "E7642",
    ImportOutcome.BAD_VALUE: "E7619",
}


@dataclass(frozen=True)
class Options:
    """How to import. Schemes are UID or CODE."""

    strategy: Strategy = Strategy.CREATE_AND_UPDATE
    dry_run: bool = False
    element_scheme: str = "UID"
    unit_scheme: str = "UID"
    combo_scheme: str = "UID"
    set_scheme: str = "UID"
    strict_elements: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As DHIS2 writes them."""
        return {
            "idSchemes": {theirs: getattr(self, ours) for ours, theirs in SCHEMES.items()},
            "dryRun": self.dry_run,
            "async": False,
            "importStrategy": self.strategy.name,
            "strictDataElements": self.strict_elements,
            "strictPeriods": True,
            "strictCategoryOptionCombos": True,
            "strictOrganisationUnits": True,
        }


@dataclass
class DhisNames:
    """Names that a sender may use, by the schemes of the options."""

    world: VisibleWorld
    options: Options
    elements: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    combos: Mapping[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        by_code, world = self.options.element_scheme == CODE, self.world
        self.elements = {slot.code if by_code else key: key for key, slot in world.slots.items()}
        by_code = self.options.unit_scheme == CODE
        self.units = {node.ref if by_code else key: node.ref for key, node in world.units.items()}
        if self.options.combo_scheme == CODE:
            keys = {combo.key for form in world.forms.values() for combo in form.combos}
            self.combos = {"default": {""}} | {key: {key} for key in keys if key}
        else:
            self.combos = {uids.DEFAULT_OPTION_COMBO: {""}} | combo_keys(world.forms.values())

    @property
    def defaults(self) -> tuple[str, ...]:
        """What the one attribute option combination is called."""
        return ("", "default", uids.DEFAULT_OPTION_COMBO)


@transaction.atomic
def import_values(*, sent: ValueSet, world: VisibleWorld, options: Options, by: Actor, now: datetime) -> Summary:
    """Take over a data value set as far as it is legal and ``by`` may; says of every refused value why."""
    summary = Summary(len(sent.values), options.as_dict())
    desk = DhisNames(world, options)
    if not _whole_set_is_right(desk, sent, summary):
        summary.aborted = True
        return summary
    given_values_by_key: dict[str, list[GivenValue]] = {}
    for place, value in enumerate(sent.values):
        given_value = _given_value(desk, sent, value, place, summary)
        if given_value is not None:
            given_values_by_key.setdefault(given_value.form, []).append(given_value)
    for form, values in given_values_by_key.items():
        why = next((value.comment for value in sent.values if value.comment), "")
        taker = world.takers[form]
        outcomes = taker.store_values(
            values, strategy=options.strategy, dry_run=options.dry_run, why=why, by=by, now=now
        )
        for given_value, outcome in zip(values, outcomes, strict=True):
            _note_outcome(desk, sent, given_value, outcome, summary)
    if not options.dry_run:
        summary_values = summary.as_dict()
        after = {
            "protocol": "dhis2",
            "forms": sorted(given_values_by_key),
            "counts": summary_values["importCount"],
            "status": summary.status,
        }
        audit.record(
            by=by, did="imported", to=("dhis2.Import", ", ".join(sorted(given_values_by_key))[:120]), after=after
        )
    return summary


def _whole_set_is_right(desk: DhisNames, sent: ValueSet, summary: Summary) -> bool:
    codes = {form.code if desk.options.set_scheme == CODE else key for key, form in desk.world.forms.items()}
    if (sent.data_set or desk.options.strict_elements) and sent.data_set not in codes:
        summary.conflict("E7600", sent.data_set)
    if sent.org_unit and sent.org_unit not in desk.units:
        summary.conflict("E7603", sent.org_unit)
    if sent.attribute_combo not in desk.defaults:
        summary.conflict("E7604", sent.attribute_combo)
    return not summary.conflicts


def _given_value(desk: DhisNames, sent: ValueSet, value: Value, place: int, summary: Summary) -> GivenValue | None:
    """The value in our own names; None, and a conflict, for what DHIS2 refuses before looking further."""
    slot = desk.world.slots.get(desk.elements.get(value.data_element, ""))
    period = timing.parse_dhis_period(value.period)
    if slot is None:
        fault: Fault | None = ("E7610", value.data_element)
    elif period is None:
        fault = ("E7611", value.period)
    else:
        fault = _unknown_name(desk, sent, value, slot) or _wrong_value(desk, value, slot)
    if fault is not None or slot is None or period is None:
        summary.conflict(*(fault or ("E7610", value.data_element)), place=place)
        return None
    return GivenValue(
        slot.form.code,
        slot.element.code,
        desk.units[value.org_unit],
        period.code,
        min(_matching_combos(desk, value, slot)),
        None if _takes_away(desk, value) else value.value,
        place,
    )


def _unknown_name(desk: DhisNames, sent: ValueSet, value: Value, slot: Slot) -> Fault | None:
    if value.org_unit not in desk.units:
        return "E7612", value.org_unit
    if value.combo and value.combo not in desk.combos:
        return "E7613", value.combo
    if value.attribute_combo not in desk.defaults:
        return "E7615", value.attribute_combo
    if desk.options.strict_elements and sent.data_set not in (uid("form", slot.form.code), slot.form.code):
        return "E7633", value.data_element, sent.data_set
    return None


def _wrong_value(desk: DhisNames, value: Value, slot: Slot) -> Fault | None:
    if not _takes_away(desk, value):
        if not value.value:
            return "E7618", value.data_element
        kind = value_type(slot.element)
        if not TYPES[kind].fullmatch(value.value):
            return "E7619", value.data_element, kind
    if not _matching_combos(desk, value, slot):
        return "E7634", value.combo or uids.DEFAULT_OPTION_COMBO, value.data_element
    return None


def _takes_away(desk: DhisNames, value: Value) -> bool:
    return value.deleted or desk.options.strategy is Strategy.DELETE


def _matching_combos(desk: DhisNames, value: Value, slot: Slot) -> set[str]:
    """The form's combinations of members that go by the sent name: none, or one."""
    named = desk.combos[value.combo] if value.combo else {""}
    return named & {combo.key for combo in slot.form.combos}


def _note_outcome(
    desk: DhisNames, sent: ValueSet, given_value: GivenValue, outcome: ImportOutcome, summary: Summary
) -> None:
    if not outcome.refused:
        summary.count(outcome)
        return
    value = sent.values[given_value.place]
    form = uid("form", given_value.form)
    objects = {
        ImportOutcome.NO_RIGHT: (value.org_unit, desk.world.by.name),
        ImportOutcome.FOREIGN_UNIT: (value.org_unit, value.data_element),
        ImportOutcome.FOREIGN_COMBO: (value.combo or uids.DEFAULT_OPTION_COMBO, value.data_element),
        ImportOutcome.WRONG_PERIOD_TYPE: (value.period, value.data_element),
        ImportOutcome.FUTURE: (value.period, value.data_element),
        ImportOutcome.NOT_OPEN: (value.period, form),
        ImportOutcome.LOCKED: (value.org_unit, value.period, form),
        ImportOutcome.BAD_VALUE: (value.data_element, "NUMBER"),
    }[outcome]
    summary.conflict(CODES[outcome], *objects, place=given_value.place)
