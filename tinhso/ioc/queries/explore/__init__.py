"""Exploring: indicators × units × time in the forms that answer different questions."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from tinhso.ioc.queries.annotations import NumberedNote, known_notes, numbered_notes
from tinhso.ioc.queries.explore import choice as choices
from tinhso.ioc.queries.explore.breaks import Break, breaks_inside, definition_breaks, unit_breaks
from tinhso.ioc.queries.explore.choice import FORMS, MOST_INDICATORS, MOST_UNITS, ExploreChoice, ReadChoice, read_choice
from tinhso.ioc.queries.explore.curves import Brief, Curve, brief_of, curves_of, name_of, periods_of, why_of
from tinhso.ioc.queries.explore.families import breakdown_form, page_families
from tinhso.ioc.queries.explore.forms import index_form, lines_form, multiples_form, value_as_index, years_form
from tinhso.ioc.queries.explore.pictures import ChartPicture, ShownChoice, from_the_first_figure
from tinhso.ioc.queries.explore.ranking import RankedPlace, Ranking, ranking_form, ranking_of
from tinhso.ioc.queries.explore.scatter import scatter_form
from tinhso.ioc.queries.frame import SnapshotFrame

OverTime = Callable[[Sequence[Curve], ExploreChoice, Sequence[Break]], ShownChoice]
OVER_TIME: dict[str, OverTime] = {
    choices.LINES: lines_form,
    choices.MULTIPLES: multiples_form,
    choices.INDEX: index_form,
    choices.YEARS: years_form,
}


def charts_of_choice(at: SnapshotFrame, choice: ExploreChoice) -> ShownChoice:
    """The choice in its form."""
    if choice.form == choices.RANKING:
        return ranking_form(at, choice)
    if choice.form == choices.SCATTER:
        return scatter_form(at, choice)
    drawn = curves_of(at, choice)
    breaks = breaks_of(at, choice, drawn)
    if choice.form == choices.PARTS:
        shown_choice = breakdown_form(at, choice, breaks)
    elif choice.form == choices.TABLE:
        shown_choice = ShownChoice(curves=tuple(drawn))
    else:
        shown_choice = replace(
            OVER_TIME[choice.form](from_the_first_figure(drawn), choice, breaks), curves=tuple(drawn)
        )
    return _with_remarks(at, choice, replace(shown_choice, breaks=tuple(breaks)))


def _with_remarks(at: SnapshotFrame, choice: ExploreChoice, shown_choice: ShownChoice) -> ShownChoice:
    """With the notes that people wrote on these indicators, numbered, each on the charts of its indicator."""
    codes = [item.indicator.code for item in choice.items]
    remarks = numbered_notes(known_notes(at, codes, [node.ref for node in choice.units]), choice.every)
    drawn = {curve.indicator.code for curve in shown_choice.curves}
    notes = tuple(note for note in remarks if note.one.indicator in drawn)
    pictures = tuple(_with_notes(picture, notes) for picture in shown_choice.pictures)
    return replace(shown_choice, pictures=pictures, remarks=notes)


def _with_notes(picture: ChartPicture, remarks: Sequence[NumberedNote]) -> ChartPicture:
    mine = [note.spec for note in remarks if note.one.indicator in picture.codes]
    return replace(picture, spec=picture.spec | {"notes": mine}) if mine else picture


def breaks_of(at: SnapshotFrame, choice: ExploreChoice, drawn: Sequence[Curve]) -> list[Break]:
    """Where the lines of the choice cannot be read straight on."""
    known_periods = periods_of(from_the_first_figure(drawn))
    if not known_periods:
        return []
    breaks = unit_breaks(at, choice.basis, choice.units)
    breaks += definition_breaks(at, [item.indicator.code for item in choice.items])
    return breaks_inside(breaks, known_periods[0], known_periods[-1])


__all__ = [
    "FORMS",
    "MOST_INDICATORS",
    "MOST_UNITS",
    "ReadChoice",
    "Brief",
    "ExploreChoice",
    "Curve",
    "ChartPicture",
    "RankedPlace",
    "Ranking",
    "ShownChoice",
    "breaks_of",
    "brief_of",
    "curves_of",
    "breakdown_form",
    "name_of",
    "page_families",
    "periods_of",
    "ranking_of",
    "ranking_form",
    "read_choice",
    "value_as_index",
    "scatter_form",
    "charts_of_choice",
    "why_of",
]
