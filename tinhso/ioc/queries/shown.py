"""A reading in words: its state against the target, its change, and why there is no number where there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Better, Indicator, IndicatorTarget, ReadingKind
from tinhso.blocks.indicators.queries import Reading
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.kernel import periods
from tinhso.ui import wording
from tinhso.ui.wording import name_in_language

PERCENT = "%"
SHORT = 6  # letters of a unit of measure that fit beside a large figure


def basis_words() -> dict[str, str]:
    """The three bases in the words of the pages."""
    return {
        "published": _("Như đã công bố"),
        "current": _("Theo đơn vị hiện nay"),
        "old": _("Theo đơn vị trước sắp xếp"),
    }


@dataclass(frozen=True)
class TargetState:
    """A word and a tone (good, bad, info or nothing), for colour never speaks alone."""

    word: str
    tone: str = ""
    brief: str = ""

    @property
    def short(self) -> str:
        """As few words as a wall has room for."""
        return self.brief or self.word


@dataclass(frozen=True)
class ReadingView:
    """One indicator as tiles and lines show it: the last reading, what it is compared with, and the way here."""

    indicator: Indicator
    readings: tuple[Reading, ...]
    reading: Reading | None = None
    before: Reading | None = None
    reason: str = ""

    @property
    def name(self) -> str:
        """The indicator's name in the reader's language."""
        return name_in_language(self.indicator)

    @property
    def value(self) -> Decimal | None:
        """The figure; None when there is none (then :attr:`why` says why)."""
        return self.reading.value if self.reading else None

    @property
    def why(self) -> str:
        """Why there is no figure; empty when there is one."""
        return "" if self.value is not None else no_figure(self.reading, self.reason)

    @property
    def points(self) -> list[Decimal | None]:
        """Values for a spark-line; gaps stay gaps."""
        return [reading.value for reading in self.readings]

    @property
    def target(self) -> IndicatorTarget | None:
        """The target that binds the last reading."""
        return self.reading.target if self.reading else None

    @property
    def aim(self) -> Decimal | None:
        """The height of the target's line on a spark-line."""
        target = self.target
        return None if target is None else target.floor if target.floor is not None else target.ceiling

    @property
    def state(self) -> TargetState:
        """Whether the target is met."""
        return state_of(self.reading)

    @property
    def change(self) -> Decimal | None:
        """The difference to what it is compared with; None where a comparison would mislead."""
        return change_of(self.reading, self.before)

    @property
    def change_unit(self) -> str:
        """The unit of :attr:`change`: points for shares, per cent for amounts, else the indicator's own."""
        if self.indicator.kind.has_out_of:
            own = self.indicator.unit_of_measure
            return _("điểm %(unit)s") % {"unit": PERCENT} if own == PERCENT else own
        return PERCENT

    @property
    def change_decimals(self) -> int:
        """Places of :attr:`change`."""
        return min(self.indicator.decimals, 2) if self.indicator.kind.has_out_of else 1

    @property
    def since(self) -> str:
        """What the change is against."""
        if self.reading is None or self.before is None:
            return ""
        year = periods.parse(self.reading.period).year_before().code == self.before.period
        return _("so với cùng kỳ") if year else _("so với kỳ trước")

    @property
    def since_if_unusual(self) -> str:
        """What the change is against, where it is not the same period of the year before."""
        return "" if self.since == _("so với cùng kỳ") else self.since

    @property
    def has_short_unit(self) -> bool:
        """Whether the unit of measure fits beside a large figure."""
        return len(wording.measure_text(self.indicator.unit_of_measure)) <= SHORT

    @property
    def target_words(self) -> str:
        """The target as people say it."""
        return target_words(self.indicator, self.target)

    @property
    def is_partial(self) -> bool:
        """Whether returns are still missing."""
        return self.reading is not None and self.reading.computable and not self.reading.is_complete

    @property
    def completeness(self) -> str:
        """How many of those who should have reported have: ``112/124 đơn vị đã báo cáo``."""
        return completeness_of(self.reading)

    @property
    def completeness_short(self) -> str:
        """The same for a narrow place."""
        now = self.reading
        return "" if now is None else _("%(reported)s/%(expected)s báo cáo") % vars(now)


def reading_view(at: SnapshotFrame, indicator: Indicator, readings: Sequence[Reading], period: str = "") -> ReadingView:
    """The reading of ``period`` (the last one when empty) with the one of a year before, else of a period before."""
    period_readings = tuple(readings)
    if not period_readings:
        return ReadingView(indicator, period_readings)
    by_period = {reading.period: reading for reading in period_readings}
    reading = by_period.get(period) if period else period_readings[-1]
    if reading is None:
        return ReadingView(indicator, period_readings)
    this = periods.parse(reading.period)
    earlier_readings = (by_period.get(code) for code in (this.year_before().code, this.shift(-1).code))
    before = next(
        (
            earlier_reading
            for earlier_reading in earlier_readings
            if earlier_reading is not None and earlier_reading.value is not None
        ),
        None,
    )
    reason = "" if reading.computable else reason_of(at, reading)
    return ReadingView(indicator, period_readings, reading, before, reason)


def state_of(reading: Reading | None) -> TargetState:
    """The target's state in a word, with its tone."""
    if reading is None:
        return TargetState(_("Chưa có số liệu"))
    if reading.hidden:
        return TargetState(_("Không công bố"), "info")
    if reading.value is None:
        return TargetState(_("Chưa có số liệu") if reading.computable else _("Không tính được"), "info")
    target = reading.target
    if target is None:
        return TargetState(_("Chưa có mục tiêu"))
    if target.met_by(reading.value):
        return TargetState(_("Đạt mục tiêu"), "good", _("Đạt"))
    over = target.ceiling is not None and reading.value > target.ceiling
    return TargetState(_("Vượt ngưỡng"), "bad") if over else TargetState(_("Chưa đạt mục tiêu"), "bad", _("Chưa đạt"))


def hidden_words(reading: Reading) -> str:
    """Why the reader is not told a figure that there is."""
    if reading.hidden == "small":
        return _("không công bố: số nhỏ có thể chỉ ra từng người")
    return _("số liệu hạn chế: cần quyền xem của đơn vị này")


def no_figure(reading: Reading | None, reason: str = "") -> str:
    """Why a reading has no figure, in a sentence."""
    if reading is None:
        return _("chưa có số liệu")
    if reading.hidden:
        return hidden_words(reading)
    if not reading.computable:
        return _("không tính được: %(reason)s") % {"reason": reason} if reason else _("không tính được")
    if reading.out_of == 0:
        return _("không có gì để chia: mẫu số bằng 0")
    return _("chưa có số liệu")


def reason_of(at: SnapshotFrame, reading: Reading) -> str:
    """Why a reading is not computable: a split without a sourced share, or a past that was never reported."""
    days = periods.parse(reading.period)
    parted = at.places.parted(reading.basis, reading.unit, days.start, days.end)
    if parted:
        names = ", ".join(name_in_language(node) for node in parted[:3]) + (" …" if len(parted) > 3 else "")
        return _("chưa có tỷ lệ chia có nguồn của %(names)s") % {"names": names}
    return _("một phần địa bàn không có báo cáo của kỳ này")


def completeness_of(reading: Reading | None) -> str:
    """``112/124 đơn vị đã báo cáo``; empty where only one unit reports."""
    if reading is None or reading.expected < 2:
        return ""
    reported, expected = wording.number_text(reading.reported, 0), wording.number_text(reading.expected, 0)
    return _("%(reported)s/%(expected)s đơn vị đã báo cáo") % {"reported": reported, "expected": expected}


def change_of(reading: Reading | None, before: Reading | None) -> Decimal | None:
    """The difference: of shares and means itself, of amounts in per cent. Sums of unequal completeness have none."""
    if reading is None or before is None or reading.value is None or before.value is None:
        return None
    if reading.indicator.kind.has_out_of:
        return reading.value - before.value
    if not (reading.is_complete and before.is_complete) or before.value <= 0:
        return None
    return (reading.value - before.value) * 100 / before.value


def target_words(indicator: Indicator, target: IndicatorTarget | None) -> str:
    """A target as people say it: ``từ 95% trở lên``."""
    if target is None:
        return ""
    unit = wording.unit_text(indicator.unit_of_measure)

    def text_with_unit(value: Decimal) -> str:
        return wording.number_text(value) + unit

    if target.floor is not None and target.ceiling is not None:
        return _("từ %(low)s đến %(high)s") % {
            "low": text_with_unit(target.floor),
            "high": text_with_unit(target.ceiling),
        }
    if target.floor is not None:
        return _("từ %(low)s trở lên") % {"low": text_with_unit(target.floor)}
    return _("không quá %(high)s") % {"high": text_with_unit(target.ceiling)} if target.ceiling is not None else ""


def kind_words(kind: ReadingKind) -> str:
    """How a figure is made, in a few words."""
    return {
        ReadingKind.SUM: _("cộng các đơn vị và các tháng"),
        ReadingKind.LATEST: _("số cuối kỳ, cộng các đơn vị"),
        ReadingKind.RATIO: _("tử số chia mẫu số; cộng riêng tử, mẫu rồi mới chia"),
        ReadingKind.MEAN: _("tổng chia số lượng; cộng riêng tử, mẫu rồi mới chia"),
        ReadingKind.DISTINCT: _("đếm không trùng"),
    }[kind]


def better_words(better: Better) -> str:
    """Which way is good, in words."""
    return {Better.HIGHER: _("càng cao càng tốt"), Better.LOWER: _("càng thấp càng tốt"), Better.NONE: ""}[better]
