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


def card(at: SnapshotFrame, asked: IndicatorQuery, *, address: str) -> ShareCard:
    """The picture of one reading; ``address`` (absolute) is where its page is.

    Refuses where there is no figure, where the reader is not told it, and a figure for few: pictures get about.
    """
    found = queries.number_of(at, asked).shown
    reading = _shareable_reading(asked, found)
    title, below = _title_lines(asked.name)
    value, measure = _value_line(found, below)
    points = found.readings[: found.readings.index(reading) + 1][-SPARK:]
    return ShareCard(
        domain=name_in_language(at.catalogue.domains[asked.indicator.domain]),
        title=title,
        place=_place_text(asked, reading),
        value=value,
        measure=measure,
        change=wording.change_of(found.change, decimals=found.change_decimals, better=str(asked.indicator.better)),
        change_unit=found.change_unit,
        change_words=found.since,
        state=found.state,
        target=found.target_words,
        spark=_card_spark(points, found.aim),
        first=wording.period_short(points[0].period),
        last=wording.period_short(reading.period),
        source=tuple(
            raster.lines_of(_("Nguồn: %(source)s") % {"source": asked.indicator.source}, size=22, width=880, most=2)
        ),
        true_for=wording.datetime_text(reading.true_for),
        status=wording.status_text(reading.status),
        completeness="" if reading.is_complete else words.completeness_of(reading),
        snapshot=wording.number_text(at.number, 0),
        access=_access_words(asked),
        qr=_qr_code(address),
        address=_short_address(address),
    )


def _shareable_reading(asked: IndicatorQuery, found: ReadingView) -> Reading:
    if found.reading is None or found.value is None:
        raise Refused("no_figure_to_share", _("Không có số để chia sẻ: %(why)s."), why=found.why)
    if access_of(asked) is Access.RESTRICTED:
        raise Refused("restricted_figure", _("Số liệu hạn chế không chia sẻ thành ảnh được."))
    return found.reading


def _card_spark(points: Sequence[Reading], aim: Decimal | None) -> SparkLine:
    width, height = SPARK_SIZE
    return drawing.spark_line([one.value for one in points], width=width, height=height, target=aim)


def access_of(asked: IndicatorQuery) -> Access:
    """Who may see figures of this indicator at this unit's level."""
    return asked.indicator.access_at(units.level_name(asked.seen.unit.ref))


def _access_words(asked: IndicatorQuery) -> str:
    return _("Số liệu công khai") if access_of(asked) is Access.PUBLIC else _("Số liệu nội bộ, không phổ biến rộng")


def _place_text(asked: IndicatorQuery, reading: Reading) -> str:
    basis = "" if asked.seen.basis == "published" else f" · {words.basis_words()[asked.seen.basis]}"
    return f"{name_in_language(asked.seen.unit)} · {wording.period_text(reading.period)}{basis}"


def _title_lines(name: str) -> tuple[tuple[CardLine, ...], int]:
    """The name in one to three lines, and where the next thing begins."""
    size = next((size for size in (44, 38, 33) if len(raster.lines_of(name, size=size, width=LEFT, most=9)) <= 2), 30)
    lines = raster.lines_of(name, size=size, width=LEFT, most=3)
    placed = tuple(CardLine(text, 152 + row * (size + 12), size) for row, text in enumerate(lines))
    return placed, placed[-1].y


def _value_line(found: ReadingView, below: int) -> tuple[CardLine, str]:
    """The figure, as large as the column allows beside its unit of measure."""
    figure = wording.number_text(found.value, found.indicator.decimals)
    unit = wording.measure_text(found.indicator.unit_of_measure)
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
