"""The numbers themselves: every field of a data set by the kind its profile names, exact integers at the end.

A number is kept as an integer in units of its last decimal place, so that nothing is lost when communes are added up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinhso.government.reporting.demo import totals
from tinhso.government.reporting.demo.frames import DemoFrame
from tinhso.government.reporting.demo.grains import Floats, Ints
from tinhso.government.reporting.demo.profile import ProfileError, PublishedTotal
from tinhso.government.reporting.queries.specs import FieldSpec

Setting = Mapping[str, Any]
MOST_PLACES = 2
VARIETY = 12.0  # how much more communes differ from each other than one does from itself next month
MOST_VARIETY = 0.15


@dataclass(frozen=True)
class FieldNumbers:
    """One field's numbers by period, grain and member; ``adds`` says whether they add up over grains."""

    values: Ints
    places: int
    adds: bool

    def as_floats(self) -> Floats:
        """The numbers in their own unit."""
        return self.values / 10.0**self.places


def make_fields(frame: DemoFrame) -> dict[str, FieldNumbers]:
    """All fields of a data set, in the order in which its profile lists them."""
    settings = frame.profile.fields.get(frame.spec.code, {})
    missing = [field.code for field in frame.spec.fields if field.code not in settings]
    if missing:
        raise ProfileError(f"{frame.spec.code}: the profile says nothing of {', '.join(missing)}")
    fields_by_code: dict[str, FieldNumbers] = {}
    for code, setting in settings.items():
        field = frame.spec.by_code.get(code)
        if field is None:
            raise ProfileError(f"{frame.spec.code}: the form has no field {code}")
        fields_by_code[code] = _make_field(frame, field, setting, fields_by_code)
    for anchor in _anchors_in_frame(frame):
        totals.check_anchor(frame, anchor, fields_by_code[anchor.field].values, fields_by_code[anchor.field].places)
    return fields_by_code


def _anchors_in_frame(frame: DemoFrame) -> list[PublishedTotal]:
    period_codes = {period.code for period in frame.periods}
    return [
        published_total
        for published_total in frame.profile.anchors
        if published_total.data_set == frame.spec.code and published_total.period in period_codes
    ]


def _make_field(frame: DemoFrame, field: FieldSpec, setting: Setting, made: Mapping[str, FieldNumbers]) -> FieldNumbers:
    kind = setting["kind"]
    places = min(field.decimals, MOST_PLACES)
    if kind == "sum_of":
        return _sum_of_fields(made, setting["fields"], places)
    anchors = [published_total for published_total in _anchors_in_frame(frame) if published_total.field == field.code]
    field_numbers = made[setting["of"]] if kind == "share_of" else None
    if field_numbers is not None:
        raw = _share_amounts(frame, field, setting, field_numbers, anchors)
    else:
        raw = _base_amounts(frame, field, setting) * _occurring_members(frame)
        raw *= totals.anchor_factors(frame, anchors, raw)
    floor, ceiling = _number_bounds(frame, field, setting, field_numbers, made, places)
    values = _rounded_numbers(frame, field, raw, places)
    values = np.clip(values, floor, ceiling)
    for anchor in anchors:
        totals.settle_remainders(frame, anchor, values, raw, floor, ceiling, places)
    return FieldNumbers(values, places, adds=kind != "constant" and (field_numbers is None or field_numbers.adds))


def _base_amounts(frame: DemoFrame, field: FieldSpec, setting: Setting) -> Floats:
    """Amounts before rounding, of what is not a part of something else."""
    kind, noise = setting["kind"], float(setting.get("noise", 0))
    if kind == "constant":
        raw = np.where(frame.people[:, :, None] > 0, float(setting["value"]), 0)
        return raw * _noise_factors(frame, field, noise) * np.ones(frame.shape)
    if kind in ("per_population", "level"):
        amount = frame.people * float(setting["per_1000"]) / 1000
        amount = amount * (frame.months if kind == "per_population" else 1)
    elif kind == "whole":
        amount = float(setting["base"]) * _part_of_province(frame, field.code)
    else:
        raise ProfileError(f"{frame.spec.code}.{field.code}: there is no kind {kind}")
    amount = amount * ((1 + float(setting.get("growth", 0))) ** frame.years)[:, None]
    amount = amount * _season_factors(frame, setting)[:, None] * _commune_factors(frame, field.code, noise)
    return amount[:, :, None] * _member_shares(frame, setting)[:, None, :] * _noise_factors(frame, field, noise)


def _part_of_province(frame: DemoFrame, code: str) -> Floats:
    """Each grain's part of a province-wide amount: beside new neighbours the amount grows, unless told otherwise."""
    name = f"{frame.spec.code}.{code}"
    stays = name in frame.profile.unscaled or frame.spec.code in frame.profile.unscaled
    against = frame.people.sum(axis=1) if stays else frame.home
    return frame.people / against[:, None]


def _season_factors(frame: DemoFrame, setting: Setting) -> Floats:
    months = [float(part) for part in setting.get("season", [1] * 12)]
    return np.array([np.mean([months[month.start.month - 1] for month in period.months()]) for period in frame.periods])


def _commune_factors(frame: DemoFrame, code: str, noise: float) -> Floats:
    """Lasting differences between communes that leave the total as it is."""
    if not frame.spread_out:
        return np.ones((1, 1))
    sway = min(MOST_VARIETY, VARIETY * noise)
    size = np.exp(frame.draw(code, 2).normal(0, sway, frame.people.shape[1]))
    mean = frame.people @ size / frame.people.sum(axis=1)
    factor: Floats = size / mean[:, None]
    return factor


def _noise_factors(frame: DemoFrame, field: FieldSpec, noise: float) -> Floats:
    if noise == 0:
        return np.ones((1, 1, 1))
    return np.exp(noise * frame.wander(field.code, is_stock=field.nature == "stock") - noise**2 / 2)


def _member_shares(frame: DemoFrame, setting: Setting) -> Floats:
    """The members' parts in each period; what the profile does not split is divided evenly."""
    parts = np.ones((len(frame.periods), len(frame.members)))
    shift = float(setting.get("shift", 0))
    for dimension in frame.spec.dimensions:
        codes = [member.code for member in dimension.members]
        weights = setting.get("split", {}).get(dimension.code, dict.fromkeys(codes, 1.0))
        size = np.array([float(weights.get(code, 0)) for code in codes])
        share = np.tile(size / size.sum(), (len(frame.periods), 1))
        if shift and dimension.code in setting.get("split", {}):
            first = np.clip(share[:, 0] + shift * frame.years, 0.01, 0.99)
            share[:, 1:] *= ((1 - first) / (1 - share[:, 0]))[:, None]
            share[:, 0] = first
        parts *= share[:, [codes.index(member[dimension.code]) for member in frame.members]]
    return parts


def _share_amounts(
    frame: DemoFrame, field: FieldSpec, setting: Setting, field_numbers: FieldNumbers, anchors: list[PublishedTotal]
) -> Floats:
    """A part of another field: a mean that moves by ``trend`` a year, communes around it, never above ``max``."""
    spread, most = float(setting.get("spread", 0)), float(setting.get("max", np.inf))
    lasting = frame.draw(field.code, 2).standard_normal((1, *frame.shape[1:])) * (0.75 if frame.spread_out else 0.3)
    moving = frame.wander(field.code, is_stock=field.nature == "stock") * 0.5
    middle = float(setting["mean"]) + float(setting.get("trend", 0)) * frame.years
    share = np.clip(middle[:, None, None] + spread * (lasting + moving), 0, most)
    amount = field_numbers.as_floats()
    for _ in range(totals.ROUNDS if anchors else 0):
        share = np.clip(share * totals.anchor_factors(frame, anchors, amount * share), 0, most)
    return amount * share


def _occurring_members(frame: DemoFrame) -> Floats:
    """1 where a member occurs, 0 from the day it no longer does."""
    still = np.ones((len(frame.periods), 1, len(frame.members)))
    for closed in frame.profile.closed:
        if closed.data_set == frame.spec.code:
            over = np.array([period.start > closed.after.end for period in frame.periods])
            still[np.ix_(np.flatnonzero(over), np.array([0]), np.flatnonzero(frame.chosen(closed.member)))] = 0
    return still


def _rounded_numbers(frame: DemoFrame, field: FieldSpec, raw: Floats, places: int) -> Ints:
    """Whole numbers with the right mean: rounded up as often as the remainder says, at one point for stocks."""
    steps = 1 if field.nature == "stock" else len(raw)
    threshold = frame.draw(field.code, 3).random((steps, *raw.shape[1:]))
    there = frame.people[:, :, None] > 0
    values: Ints = np.floor(raw * 10**places + threshold * (raw > 0)).astype(np.int64) * there
    return values


def _number_bounds(
    frame: DemoFrame,
    field: FieldSpec,
    setting: Setting,
    field_numbers: FieldNumbers | None,
    made: Mapping[str, FieldNumbers],
    places: int,
) -> tuple[Ints, Ints]:
    """The least and the most that each number may be: its range, its whole, the rules with fields made before."""
    floor = np.zeros(frame.shape, dtype=np.int64)
    ceiling = np.full(frame.shape, np.iinfo(np.int64).max // 4)
    there = frame.people[:, :, None] > 0
    if field.min is not None:
        floor = np.maximum(floor, int(field.min * 10**places) * there)
    if field.max is not None:
        ceiling = np.minimum(ceiling, int(field.max * 10**places))
    if field_numbers is not None and float(setting.get("max", np.inf)) <= 1:
        ceiling = np.minimum(ceiling, rescale_numbers(field_numbers, places))
    for rule in frame.spec.rules:
        if rule.kind == "part_le_whole" and rule.part == field.code and rule.whole in made:
            ceiling = np.minimum(ceiling, rescale_numbers(made[rule.whole], places))
        if rule.kind == "part_le_whole" and rule.whole == field.code and rule.part in made:
            floor = np.maximum(floor, -(-rescale_numbers(made[rule.part], places + 1) // 10))
    return np.minimum(floor, ceiling), ceiling


def rescale_numbers(field_numbers: FieldNumbers, places: int) -> Ints:
    """The numbers with another count of decimals; what does not fit is cut off."""
    values: Ints = (
        field_numbers.values
        * 10 ** max(places - field_numbers.places, 0)
        // 10 ** max(field_numbers.places - places, 0)
    )
    return values


def _sum_of_fields(made: Mapping[str, FieldNumbers], codes: list[str], places: int) -> FieldNumbers:
    parts = [made[code] for code in codes]
    total = sum((rescale_numbers(part, places) for part in parts), start=np.zeros((1, 1, 1), dtype=np.int64))
    return FieldNumbers(total, places, adds=all(part.adds for part in parts))
