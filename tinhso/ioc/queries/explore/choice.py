"""What somebody chose to explore, and its one address: every choice is in it, in one order, in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Dimension
from tinhso.blocks.indicators.queries import CatalogueItem
from tinhso.blocks.indicators.queries.search import search_indicators
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ioc.queries.places import PUBLISHED
from tinhso.kernel import periods
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import PeriodType
from tinhso.kernel.text import fold
from tinhso.ui.wording import name_in_language

MOST_INDICATORS, MOST_UNITS, LONGEST = 8, 12, 2000
LINES, MULTIPLES, INDEX, YEARS, PARTS, SCATTER, RANKING, TABLE = FORMS = (
    "lines",
    "multiples",
    "index",
    "years",
    "parts",
    "scatter",
    "ranking",
    "table",
)
COARSENESS = [str(kind) for kind in (PeriodType.DAY, PeriodType.MONTH, PeriodType.QUARTER, PeriodType.YEAR)]
BEFORE, YEAR = AGAINST = "before", "year"
T = TypeVar("T")


@dataclass(frozen=True)
class ExploreChoice:
    """Indicators × units × periods × basis × frequency, and the form they are shown in.

    ``since`` and ``until`` are period codes of the frequency ``every`` (empty: as far as there are figures);
    ``base`` the period that counts as 100, ``by`` the dimension to break down, ``against`` what a rank is held against.
    """

    form: str = LINES
    items: tuple[CatalogueItem, ...] = ()
    units: tuple[UnitNode, ...] = ()
    basis: str = PUBLISHED
    every: str = ""
    since: str = ""
    until: str = ""
    base: str = ""
    by: str = ""
    against: str = YEAR
    known_at: str = ""

    @property
    def query(self) -> str:
        """The query string: the same choice always has the same one."""
        parts = {
            "form": self.form,
            "indicators": ",".join(item.code for item in self.items),
            "units": ",".join(node.ref for node in self.units),
            "from": self.since,
            "to": self.until,
            "every": self.every,
            "basis": self.basis if self.basis != PUBLISHED else "",
            "base": self.base if self.form == INDEX else "",
            "by": self.by if self.form == PARTS else "",
            "against": self.against if self.form == RANKING and self.against != YEAR else "",
            "known_at": self.known_at,
        }
        return (
            urlencode({name: value for name, value in parts.items() if value}).replace("%2C", ",").replace("%3A", ":")
        )

    def but(self, **changes: object) -> str:
        """The address of the same with something else, beginning with ``?``."""
        return f"?{replace(self, **changes).query}"  # type: ignore[arg-type]

    @property
    def dims(self) -> tuple[str, ...]:
        """The dimensions by which the first indicator can be broken down."""
        return self.items[0].indicator.by if self.items and self.items[0].dim is None else ()


@dataclass
class ReadChoice:
    """A choice with what was wrong in the address; ``names`` are its parameters."""

    choice: ExploreChoice
    problems: list[str] = field(default_factory=list)
    canonical: bool = False


def read_choice(at: SnapshotFrame, asked: Mapping[str, Sequence[str]], *, known_at: str = "") -> ReadChoice:
    """Read an address; what cannot be read is left out and named in ``problems``, never guessed."""
    choice_reading = ReadChoice(ExploreChoice(known_at=known_at))
    items = _read_items(
        at, choice_reading, _listed_values(asked, "indicators") + _added_indicators(at, choice_reading, asked)
    )
    units = _read_units(at, choice_reading, _listed_values(asked, "units") + _added_units(at, choice_reading, asked))
    basis = _read_basis(at, choice_reading, _last_value(asked, "basis"), units)
    every = _read_frequency(choice_reading, _last_value(asked, "every"), items)
    since, until = (_read_period(choice_reading, _last_value(asked, name), every) for name in ("from", "to"))
    if since and until and since > until:
        since, until = until, since
    choice = ExploreChoice(
        form=_read_option(choice_reading, _last_value(asked, "form") or LINES, FORMS),
        items=items,
        units=units,
        basis=basis,
        every=every,
        since=since,
        until=until,
        base=_read_period(choice_reading, _last_value(asked, "base"), every),
        against=_read_option(choice_reading, _last_value(asked, "against") or YEAR, AGAINST),
        known_at=known_at,
    )
    choice_reading.choice = replace(
        choice, by=_read_option(choice_reading, _last_value(asked, "by"), ("", *choice.dims))
    )
    return choice_reading


def _last_value(asked: Mapping[str, Sequence[str]], name: str) -> str:
    values = asked.get(name) or ("",)
    return values[-1].replace("\0", "").strip()[:LONGEST]


def _listed_values(asked: Mapping[str, Sequence[str]], name: str) -> list[str]:
    """The parts of a list, given with commas or more than once, each kept once."""
    words = [word.strip() for value in asked.get(name, ()) for word in value.replace("\0", "")[:LONGEST].split(",")]
    return list(dict.fromkeys(filter(None, words)))


def _read_items(at: SnapshotFrame, choice: ReadChoice, codes: Iterable[str]) -> tuple[CatalogueItem, ...]:
    def item(code: str) -> CatalogueItem:
        return at.catalogue.item(code)

    return _limit_chosen(
        choice, _known_codes(choice, codes, item), MOST_INDICATORS, _("Mỗi lần so được nhiều nhất %(most)s chỉ tiêu.")
    )


def _read_units(at: SnapshotFrame, choice: ReadChoice, refs: Iterable[str]) -> tuple[UnitNode, ...]:
    def node(ref: str) -> UnitNode:
        if ref not in at.places.by_ref:
            raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=ref)
        return at.places.by_ref[ref]

    return _limit_chosen(
        choice, _known_codes(choice, refs, node), MOST_UNITS, _("Mỗi lần so được nhiều nhất %(most)s đơn vị.")
    )


def _known_codes(choice: ReadChoice, codes: Iterable[str], look: Callable[[str], T]) -> list[T]:
    resolved_objects: dict[T, None] = {}
    for code in codes:
        try:
            resolved_objects[look(code)] = None
        except Refused as refusal:
            choice.problems.append(refusal.message)
    return list(resolved_objects)


def _limit_chosen(choice: ReadChoice, kept: list[T], most: int, words: str) -> tuple[T, ...]:
    if len(kept) > most:
        choice.problems.append(words % {"most": most})
    return tuple(kept[:most])


def _added_indicators(at: SnapshotFrame, choice: ReadChoice, asked: Mapping[str, Sequence[str]]) -> list[str]:
    """The indicator that was typed into the form: a code, a list's line that begins with one, or words."""
    text = _last_value(asked, "add_indicator")
    code = text.split(" · ")[0].strip()
    if not text or code.partition(":")[0] in at.catalogue.indicators:
        return [code] if text else []
    hits = search_indicators(at.catalogue, text, limit=1)
    if not hits:
        choice.problems.append(_("Không tìm thấy chỉ tiêu nào khớp với “%(words)s”.") % {"words": text})
    return [hit.indicator.code for hit in hits]


def _added_units(at: SnapshotFrame, choice: ReadChoice, asked: Mapping[str, Sequence[str]]) -> list[str]:
    """The unit that was typed into the form: its ref, or its name with or without diacritics."""
    text = _last_value(asked, "add_unit")
    if not text or text in at.places.by_ref:
        return [text] if text else []
    ref = text.rpartition("(")[2].rstrip(")")
    if ref in at.places.by_ref:
        return [ref]
    folded_text = fold(text)
    hits = [node for node in at.places.offered() if folded_text in (fold(node.name), fold(name_in_language(node)))]
    hits = hits or [node for node in at.places.offered() if folded_text in fold(node.name)]
    if not hits:
        choice.problems.append(_("Không tìm thấy đơn vị nào khớp với “%(words)s”.") % {"words": text})
    return [hit.ref for hit in hits[:1]]


def _read_basis(at: SnapshotFrame, choice: ReadChoice, text: str, units: Sequence[UnitNode]) -> str:
    """The basis asked for where one of the units has it, else the first that one of them has."""
    offered = available_bases(at, units)
    if text and text not in offered:
        choice.problems.append(_("Các đơn vị đã chọn không có số liệu theo cơ sở “%(basis)s”.") % {"basis": text[:40]})
    return text if text in offered else next(iter(offered), PUBLISHED)


def available_bases(at: SnapshotFrame, units: Sequence[UnitNode]) -> list[str]:
    """The bases on which at least one of the units has figures."""
    return list(dict.fromkeys(basis for node in units for basis in at.places.bases(node.ref))) or [PUBLISHED]


def common_frequencies(items: Sequence[CatalogueItem]) -> list[str]:
    """The frequencies at which all the indicators have figures: none finer than the rarest of them."""
    rarest = max((COARSENESS.index(item.indicator.period) for item in items), default=1)
    return COARSENESS[rarest:]


def _read_frequency(choice: ReadChoice, text: str, items: Sequence[CatalogueItem]) -> str:
    offered = common_frequencies(items)
    if text and text not in COARSENESS:
        choice.problems.append(_("“%(every)s” không phải tần suất (month, quarter, year).") % {"every": text[:40]})
    elif text and text not in offered:
        choice.problems.append(_("Có chỉ tiêu không có số liệu dày đến thế; đã chọn tần suất thưa hơn."))
    return text if text in offered else offered[0]


def _read_period(choice: ReadChoice, text: str, every: str) -> str:
    """A period of the frequency; one of another frequency is read as the one that holds its last day."""
    if not text:
        return ""
    try:
        return periods.of(periods.parse(text).end, PeriodType(every)).code
    except Refused as refusal:
        choice.problems.append(refusal.message)
        return ""


def _read_option(choice: ReadChoice, text: str, offered: Sequence[str]) -> str:
    if text in offered:
        return text
    choice.problems.append(_("“%(said)s” không phải một lựa chọn ở đây.") % {"said": text[:40]})
    return offered[0]


def chosen_dimension(at: SnapshotFrame, choice: ExploreChoice) -> Dimension | None:
    """The dimension to break down by: the one asked for, else the first there is."""
    if not choice.dims:
        return None
    dimension_code = choice.by or choice.dims[0]
    return next(dim for dim in at.catalogue.facts[choice.items[0].indicator.fact].dims if dim.code == dimension_code)
