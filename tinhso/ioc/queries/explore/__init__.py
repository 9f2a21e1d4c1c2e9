"""Exploring: indicators × units × time in the forms that answer different questions."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from tinhso.ioc.queries.annotations import Note, known_notes, numbered
from tinhso.ioc.queries.explore import choice as choices
from tinhso.ioc.queries.explore.breaks import Break, definition_breaks, inside, unit_breaks
from tinhso.ioc.queries.explore.choice import FORMS, MOST_INDICATORS, MOST_UNITS, Asked, Choice, read
from tinhso.ioc.queries.explore.curves import Brief, Curve, brief, curves, name_of, periods_of, why_of
from tinhso.ioc.queries.explore.families import families, page_families
from tinhso.ioc.queries.explore.forms import index, multiples, scaled, together, years
from tinhso.ioc.queries.explore.pictures import Picture, Shown, from_the_first_figure
from tinhso.ioc.queries.explore.ranking import Place, Ranking, rank, ranking
from tinhso.ioc.queries.explore.scatter import scatter
from tinhso.ioc.queries.frame import Frame

OverTime = Callable[[Sequence[Curve], Choice, Sequence[Break]], Shown]
OVER_TIME: dict[str, OverTime] = {
    choices.LINES: together,
    choices.MULTIPLES: multiples,
    choices.INDEX: index,
    choices.YEARS: years,
}


def show(at: Frame, choice: Choice) -> Shown:
    """The choice in its form."""
    if choice.form == choices.RANKING:
        return ranking(at, choice)
    if choice.form == choices.SCATTER:
        return scatter(at, choice)
    drawn = curves(at, choice)
    breaks = breaks_of(at, choice, drawn)
    if choice.form == choices.PARTS:
        shown = families(at, choice, breaks)
    elif choice.form == choices.TABLE:
        shown = Shown(curves=tuple(drawn))
    else:
        shown = replace(OVER_TIME[choice.form](from_the_first_figure(drawn), choice, breaks), curves=tuple(drawn))
    return _remarked(at, choice, replace(shown, breaks=tuple(breaks)))


def _remarked(at: Frame, choice: Choice, shown: Shown) -> Shown:
    """With the notes that people wrote on these indicators, numbered, each on the charts of its indicator."""
    codes = [item.indicator.code for item in choice.items]
    remarks = numbered(known_notes(at, codes, [node.ref for node in choice.units]), choice.every)
    drawn = {curve.indicator.code for curve in shown.curves}
    kept = tuple(note for note in remarks if note.one.indicator in drawn)
    pictures = tuple(_with_notes(picture, kept) for picture in shown.pictures)
    return replace(shown, pictures=pictures, remarks=kept)


def _with_notes(picture: Picture, remarks: Sequence[Note]) -> Picture:
    mine = [note.spec for note in remarks if note.one.indicator in picture.codes]
    return replace(picture, spec=picture.spec | {"notes": mine}) if mine else picture


def breaks_of(at: Frame, choice: Choice, drawn: Sequence[Curve]) -> list[Break]:
    """Where the lines of the choice cannot be read straight on."""
    known = periods_of(from_the_first_figure(drawn))
    if not known:
        return []
    found = unit_breaks(at, choice.basis, choice.units)
    found += definition_breaks(at, [item.indicator.code for item in choice.items])
    return inside(found, known[0], known[-1])


__all__ = [
    "FORMS",
    "MOST_INDICATORS",
    "MOST_UNITS",
    "Asked",
    "Brief",
    "Choice",
    "Curve",
    "Picture",
    "Place",
    "Ranking",
    "Shown",
    "breaks_of",
    "brief",
    "curves",
    "families",
    "name_of",
    "page_families",
    "periods_of",
    "rank",
    "ranking",
    "read",
    "scaled",
    "scatter",
    "show",
    "why_of",
]
