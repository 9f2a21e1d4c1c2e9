"""A number as a picture to share: what stands on it, laid out on 1200 × 630."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import segno
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Access
from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.units import queries as units
from tinhso.ioc.queries import indicators as queries
from tinhso.ioc.queries import shown as words
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ioc.queries.indicators import IndicatorQuery
from tinhso.ioc.queries.shown import ReadingView
from tinhso.kernel.errors import Refused
from tinhso.ui import drawing, raster, wording
from tinhso.ui.drawing import SparkLine
from tinhso.ui.wording import ChangeText, name_in_language

LEFT = 690  # width of the column of words
BESIDE = 34  # the size of a unit of measure beside the figure
BOTTOM = 440  # the figure stands between the title and here
CAP = 0.72  # how high digits are, as a share of the type's size
SPARK = 13
SPARK_SIZE = (370, 200)


@dataclass(frozen=True)
class CardLine:
    """One line of text on the picture: where its baseline is, and how large."""

    text: str
    y: int
    size: int


@dataclass(frozen=True)
class QrCode:
    """A QR code as one SVG path of modules, and how many a side has."""

    path: str
    side: int


@dataclass(frozen=True)
class ShareCard:
    """All that the picture says; every number is already in words."""

    domain: str
    title: tuple[CardLine, ...]
    place: str
    value: CardLine
    measure: str
    change: ChangeText | None
    change_unit: str
    change_words: str
    state: words.TargetState
    target: str
    spark: SparkLine
    first: str
    last: str
    source: tuple[str, ...]
    true_for: str
    status: str
    completeness: str
    snapshot: str
    access: str
    qr: QrCode
    address: str


def card(at: SnapshotFrame, indicator_query: IndicatorQuery, *, address: str) -> ShareCard:
    """The picture of one reading; ``address`` (absolute) is where its page is.

    Refuses where there is no figure, where the reader is not told it, and a figure for few: pictures get about.
    """
    reading_view = queries.number_of(at, indicator_query).shown
    reading = _shareable_reading(indicator_query, reading_view)
    title, below = _title_lines(indicator_query.name)
    value, measure = _value_line(reading_view, below)
    points = reading_view.readings[: reading_view.readings.index(reading) + 1][-SPARK:]
    return ShareCard(
        domain=name_in_language(at.catalogue.domains[indicator_query.indicator.domain]),
        title=title,
        place=_place_text(indicator_query, reading),
        value=value,
        measure=measure,
        change=wording.change_of(
            reading_view.change, decimals=reading_view.change_decimals, better=str(indicator_query.indicator.better)
        ),
        change_unit=reading_view.change_unit,
        change_words=reading_view.since,
        state=reading_view.state,
        target=reading_view.target_words,
        spark=_card_spark(points, reading_view.aim),
        first=wording.period_short(points[0].period),
        last=wording.period_short(reading.period),
        source=tuple(
            raster.lines_of(
                _("Nguồn: %(source)s") % {"source": indicator_query.indicator.source}, size=22, width=880, most=2
            )
        ),
        true_for=wording.datetime_text(reading.true_for),
        status=wording.status_text(reading.status),
        completeness="" if reading.is_complete else words.completeness_of(reading),
        snapshot=wording.number_text(at.number, 0),
        access=_access_words(indicator_query),
        qr=_qr_code(address),
        address=_short_address(address),
    )


def _shareable_reading(indicator_query: IndicatorQuery, reading_view: ReadingView) -> Reading:
    if reading_view.reading is None or reading_view.value is None:
        raise Refused("no_figure_to_share", _("Không có số để chia sẻ: %(why)s."), why=reading_view.why)
    if access_of(indicator_query) is Access.RESTRICTED:
        raise Refused("restricted_figure", _("Số liệu hạn chế không chia sẻ thành ảnh được."))
    return reading_view.reading


def _card_spark(points: Sequence[Reading], aim: Decimal | None) -> SparkLine:
    width, height = SPARK_SIZE
    return drawing.spark_line([reading.value for reading in points], width=width, height=height, target=aim)


def access_of(indicator_query: IndicatorQuery) -> Access:
    """Who may see figures of this indicator at this unit's level."""
    return indicator_query.indicator.access_at(units.level_name(indicator_query.seen.unit.ref))


def _access_words(asked: IndicatorQuery) -> str:
    return _("Số liệu công khai") if access_of(asked) is Access.PUBLIC else _("Số liệu nội bộ, không phổ biến rộng")


def _place_text(indicator_query: IndicatorQuery, reading: Reading) -> str:
    basis = "" if indicator_query.seen.basis == "published" else f" · {words.basis_words()[indicator_query.seen.basis]}"
    return f"{name_in_language(indicator_query.seen.unit)} · {wording.period_text(reading.period)}{basis}"


def _title_lines(name: str) -> tuple[tuple[CardLine, ...], int]:
    """The name in one to three lines, and where the next thing begins."""
    size = next((size for size in (44, 38, 33) if len(raster.lines_of(name, size=size, width=LEFT, most=9)) <= 2), 30)
    lines = raster.lines_of(name, size=size, width=LEFT, most=3)
    placed = tuple(CardLine(text, 152 + row * (size + 12), size) for row, text in enumerate(lines))
    return placed, placed[-1].y


def _value_line(reading_view: ReadingView, below: int) -> tuple[CardLine, str]:
    """The figure, as large as the column allows beside its unit of measure."""
    figure = wording.number_text(reading_view.value, reading_view.indicator.decimals)
    unit = wording.measure_text(reading_view.indicator.unit_of_measure)
    sign = unit in ("%", "‰")
    text, beside = figure + (unit if sign else ""), "" if sign else unit
    room = LEFT - (raster.width_of(beside, BESIDE) + BESIDE / 2 if beside else 0)
    size = next((size for size in (128, 108, 92, 76, 62) if raster.width_of(text, size) <= room), 52)
    return CardLine(text, (below + 60 + BOTTOM) // 2 + round(size * CAP / 2), size), beside


def _qr_code(address: str) -> QrCode:
    matrix = segno.make(address, error="m", micro=False).matrix
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, module in enumerate(row) if module)
    return QrCode(path, len(matrix))


def _short_address(address: str) -> str:
    return address.partition("://")[2].partition("?")[0]
