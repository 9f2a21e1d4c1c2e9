"""Two indicators across units: points, where the targets cut, and how closely they go together."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import StatisticsError, correlation

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Indicator
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.queries.explore.choice import ExploreChoice
from tinhso.ioc.queries.explore.curves import Curve, curves_of, name_of
from tinhso.ioc.queries.explore.pictures import ChartPicture, ShownChoice, Spec, chart_foot, value_text
from tinhso.ioc.queries.explore.whom import compared_units
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.kernel import periods
from tinhso.ui import wording
from tinhso.ui.wording import name_in_language

FEWEST = 8  # units from which a correlation is worth a word
STRENGTH = ((0.7, "strong"), (0.4, "middling"), (0.2, "weak"))


@dataclass(frozen=True)
class ScatterPoint:
    """One unit with both figures."""

    node: UnitNode
    x: Curve
    y: Curve
    across: Decimal
    up: Decimal
    quadrant: str

    @property
    def x_said(self) -> str:
        """The first figure with its unit."""
        return value_text(self.x, self.across)

    @property
    def y_said(self) -> str:
        """The second."""
        return value_text(self.y, self.up)


@dataclass(frozen=True)
class Together:
    """How closely two indicators go together over ``count`` units: by size and by rank, each from -1 to 1."""

    count: int
    by_size: float
    by_rank: float

    @property
    def words(self) -> str:
        """In words, with the caution that belongs to it."""
        strength = next((word for least, word in STRENGTH if abs(self.by_rank) >= least), "none")
        text = {
            "strong": _("Hai chỉ tiêu đi cùng nhau rõ rệt"),
            "middling": _("Hai chỉ tiêu đi cùng nhau ở mức vừa"),
            "weak": _("Hai chỉ tiêu đi cùng nhau yếu"),
            "none": _("Hầu như không thấy hai chỉ tiêu đi cùng nhau"),
        }[strength]
        way = "" if strength == "none" else _(" (cùng chiều)") if self.by_rank > 0 else _(" (ngược chiều)")
        figures = _("tương quan theo thứ hạng %(rank)s, theo độ lớn %(size)s, trên %(count)s đơn vị") % {
            "rank": wording.number_text(Decimal(str(round(self.by_rank, 2))), 2),
            "size": wording.number_text(Decimal(str(round(self.by_size, 2))), 2),
            "count": self.count,
        }
        return f"{text}{way}: {figures}."


def scatter_form(at: SnapshotFrame, choice: ExploreChoice) -> ShownChoice:
    """The first two indicators of the choice, a point for each unit, for one period."""
    if len(choice.items) < 2:
        return ShownChoice(
            notes=(_("Biểu đồ điểm cần hai chỉ tiêu: chỉ tiêu thứ nhất nằm ngang, thứ hai thẳng đứng."),)
        )
    pair = ExploreChoice(items=choice.items[:2], units=choice.units, basis=choice.basis, every=choice.every)
    compared = compared_units(at, pair, choice.until)
    drawn = curves_of(at, pair, units=compared.nodes)
    half = len(drawn) // 2
    both = list(zip(drawn[:half], drawn[half:], strict=True))
    period = choice.until or _last_common(both)
    points = _scatter_points(both, period)
    notes = (*compared.notes, *_missing_units_note(half - len(points)))
    if len(points) < 2:
        return ShownChoice(curves=tuple(drawn), notes=(*notes, _("Chưa đủ hai đơn vị có cả hai số của cùng một kỳ.")))
    together = correlation_of(points)
    notes = (*notes, *_correlation_cautions(choice.items[0].indicator, choice.items[1].indicator, together))
    return ShownChoice(
        (_scatter_picture(points, together, period),),
        tuple(drawn),
        notes,
        more={"points": points, "together": together, "period": period},
    )


def _last_common(both: Sequence[tuple[Curve, Curve]]) -> str:
    shared = (
        {reading.period for reading in x.known_readings} & {reading.period for reading in y.known_readings}
        for x, y in both
    )
    return max((max(codes) for codes in shared if codes), default="")


def _scatter_points(both: Sequence[tuple[Curve, Curve]], period: str) -> list[ScatterPoint]:
    scatter_points = []
    for x, y in both:
        across, up = x.value(period), y.value(period)
        if across is not None and up is not None:
            scatter_points.append(ScatterPoint(x.node, x, y, across, up, _quadrant_text(x, y, period)))
    return scatter_points


def _quadrant_text(x: Curve, y: Curve, period: str) -> str:
    """Which of the two targets are met; empty where one of the indicators has none."""
    met = [reading.meets_target if (reading := curve.at(period)) else None for curve in (x, y)]
    if None in met:
        return ""
    return {
        (True, True): _("đạt cả hai"),
        (True, False): _("chỉ đạt chỉ tiêu ngang"),
        (False, True): _("chỉ đạt chỉ tiêu đứng"),
        (False, False): _("chưa đạt cả hai"),
    }[bool(met[0]), bool(met[1])]


def correlation_of(points: Sequence[ScatterPoint]) -> Together | None:
    """The correlations; None with too few units, or where one indicator is the same everywhere."""
    xs, ys = (
        [float(scatter_point.across) for scatter_point in points],
        [float(scatter_point.up) for scatter_point in points],
    )
    if len(points) < FEWEST:
        return None
    try:
        return Together(len(points), correlation(xs, ys), correlation(_average_ranks(xs), _average_ranks(ys)))
    except StatisticsError:
        return None


def _average_ranks(values: Sequence[float]) -> list[float]:
    """Ranks, equal values sharing the middle of theirs."""
    order = sorted(values)
    first = {value: place for place, value in reversed(list(enumerate(order)))}
    return [first[value] + (order.count(value) - 1) / 2 for value in values]


def _missing_units_note(count: int) -> tuple[str, ...]:
    return (
        (_("%(count)s đơn vị thiếu một trong hai số nên không có trên biểu đồ.") % {"count": count},) if count else ()
    )


def _correlation_cautions(x: Indicator, y: Indicator, together: Together | None) -> list[str]:
    if together is None:
        return [_("Quá ít đơn vị (hoặc một chỉ tiêu như nhau ở mọi nơi) để nói hai chỉ tiêu có đi cùng nhau không.")]
    notes = [
        _(
            "Đi cùng nhau không có nghĩa là cái này gây ra cái kia: "
            "có thể do một nguyên nhân chung, do quy mô đơn vị, hoặc do tình cờ."
        )
    ]
    shared = {x.count, x.out_of} & {y.count, y.out_of} - {""}
    if x.fact == y.fact and shared:
        notes.append(
            _("Hai chỉ tiêu tính từ cùng một số trong cùng biểu mẫu, nên chúng đi cùng nhau một phần do cách tính.")
        )
    return notes


def _scatter_picture(points: Sequence[ScatterPoint], together: Together | None, period: str) -> ChartPicture:
    x, y = points[0].x, points[0].y
    title = _("%(y)s so với %(x)s") % {"x": name_of(x.item), "y": name_of(y.item)}
    title = f"{title}, {wording.period_text(period)}"
    going = together.words if together else ""
    words = [
        _("%(name)s: %(x)s; %(y)s")
        % {"name": name_in_language(scatter_point.node), "x": scatter_point.x_said, "y": scatter_point.y_said}
        for scatter_point in points
    ]
    spec: Spec = {
        "form": "scatter",
        "series": [],
        "title": title,
        "finding": going,
        "axes": [_axis_spec(x, period), _axis_spec(y, period)],
        "points": [
            [name_in_language(scatter_point.node), scatter_point.across, scatter_point.up] for scatter_point in points
        ],
        "says": " ".join(filter(None, (title, going, "; ".join(words[:12])))),
        **chart_foot([x, y]),
    }
    return ChartPicture(title, spec, going.rstrip("."), tuple(words))


def _axis_spec(curve: Curve, period: str) -> Spec:
    indicator, target = curve.indicator, curve.indicator.target(f"{periods.parse(period).end:%Y-%m}", "")
    bound = None if target is None else target.floor if target.floor is not None else target.ceiling
    return {
        "name": name_of(curve.item),
        "unit": wording.measure_text(indicator.unit_of_measure),
        "decimals": indicator.decimals,
        "target": bound,
    }
