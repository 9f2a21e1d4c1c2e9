"""What the places of a bulletin's text say, in Vietnamese sentences with count and out-of."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Better, Indicator, ReadingKind
from tinhso.blocks.indicators.queries import Reading
from tinhso.ioc.queries import shown
from tinhso.ioc.queries.bulletins.ledger import FigureLedger, amount_text, figure_text, unit_in_sentence
from tinhso.ioc.queries.bulletins.phrases import PhraseCall
from tinhso.kernel import clock, periods
from tinhso.kernel.periods import PeriodType
from tinhso.ui import wording
from tinhso.ui.wording import name_in_language

Say = Callable[[PhraseCall], str]
About = Callable[[FigureLedger, Indicator, Reading | None, PhraseCall], str]


def sayings(ledger: FigureLedger, late: object) -> dict[str, Say]:
    """What each name of the language says of this bulletin."""
    return {
        "period": lambda _call: wording.period_text(ledger.period.code),
        "period_before": lambda _call: wording.period_text(ledger.period.shift(-1).code),
        "year_before": lambda _call: wording.period_text(ledger.period.year_before().code),
        "unit": lambda _call: unit_in_sentence(ledger.node),
        "day": lambda _call: _date_text(ledger.at.at),
        "late": lambda _call: wording.number_text(late),
        "met": lambda call: wording.number_text(len(judged_indicators(ledger, True, call.option("domain")))),
        "missed": lambda call: wording.number_text(len(judged_indicators(ledger, False, call.option("domain")))),
        "with_target": lambda call: wording.number_text(
            sum(len(judged_indicators(ledger, met, call.option("domain"))) for met in (True, False))
        ),
        **{name: _say_of_indicator(ledger, say) for name, say in _ABOUT_ONE.items()},
    }


def judged_indicators(ledger: FigureLedger, met: bool, domain: str = "") -> list[tuple[Indicator, Reading]]:
    """Key indicators whose target was met (or missed) in the period, in the order of domains and codes."""
    judged = []
    for code in ledger.at.catalogue.domains:
        if domain in ("", code):
            for indicator in ledger.at.catalogue.in_domain(code):
                watched = indicator.targets and (indicator.key or indicator.headline)
                reading = ledger.reading(indicator) if watched else None
                if reading is not None and reading.meets_target is met:
                    judged.append((indicator, reading))
    return judged


def change_words(indicator: Indicator, now: Reading | None, before: Reading | None, since: str) -> str:
    """``tăng 2,3 điểm % so với cùng kỳ năm trước``; empty where a comparison would mislead."""
    change = shown.change_of(now, before)
    if change is None:
        return ""
    share = indicator.kind.has_out_of
    change_text = wording.change_of(change, decimals=min(indicator.decimals, 2) if share else 1)
    against = _comparison_words(now, since)
    if change_text is None or not change_text.amount:
        return _("không đổi %(against)s") % {"against": against}
    unit = "%" if not share else wording.unit_text(indicator.unit_of_measure)
    if share and indicator.unit_of_measure == shown.PERCENT:
        unit = _("\u00a0điểm %(unit)s") % {"unit": shown.PERCENT}
    return f"{change_text.word} {change_text.amount}{unit} {against}"


def _comparison_words(now: Reading | None, since: str) -> str:
    kind = periods.parse(now.period).kind if now is not None else PeriodType.MONTH
    if kind is PeriodType.YEAR:
        return _("so với năm trước")
    if since == "year":
        return _("so với cùng kỳ năm trước")
    return _("so với quý trước") if kind is PeriodType.QUARTER else _("so với tháng trước")


def change_of_any(ledger: FigureLedger, indicator: Indicator, now: Reading | None, call: PhraseCall) -> str:
    """The change asked for; without ``since``, to the year before, else to the period before."""
    text = call.option("since")
    for since, timing in (("year", "year_before"), ("before", "before")):
        if text in ("", since):
            before = ledger.reading(indicator, timing, unit=call.option("unit"), member=call.option("member"))
            words = change_words(indicator, now, before, since)
            if words:
                return words
    return ""


def parts_text(reading: Reading) -> str:
    """``1.483/1.542``: count over out-of; empty for what has but one part."""
    if reading.out_of is None or reading.count is None:
        return ""
    return f"{wording.number_text(reading.count)}/{wording.number_text(reading.out_of)}"


def no_figure(reading: Reading | None) -> str:
    """Why there is no figure; a document only says that one is not published, not who may see it."""
    return _("không công bố") if reading is not None and reading.hidden else shown.no_figure(reading)


def target_text(indicator: Indicator, reading: Reading | None) -> str:
    """The target as people say it; a dash without one."""
    return shown.target_words(indicator, reading.target if reading else None) or wording.NO_VALUE


def _say_of_indicator(ledger: FigureLedger, say: About) -> Say:
    def sentence_of(call: PhraseCall) -> str:
        indicator = ledger.indicator(call.indicator)
        if indicator is None:
            return _("(không có chỉ tiêu %(code)s)") % {"code": call.indicator}
        where = {"unit": call.option("unit"), "member": call.option("member")}
        return say(ledger, indicator, ledger.reading(indicator, call.option("period", "this"), **where), call)

    return sentence_of


def _value_text(_ledger: FigureLedger, indicator: Indicator, reading: Reading | None, _call: PhraseCall) -> str:
    return figure_text(reading) if reading is not None and reading.value is not None else no_figure(reading)


def _fraction_text(_ledger: FigureLedger, _indicator: Indicator, reading: Reading | None, _call: PhraseCall) -> str:
    return (parts_text(reading) if reading is not None else "") or wording.NO_VALUE


def _change_text(ledger: FigureLedger, indicator: Indicator, reading: Reading | None, call: PhraseCall) -> str:
    return change_of_any(ledger, indicator, reading, call) or _("chưa có số để so sánh")


def _target_words(_ledger: FigureLedger, indicator: Indicator, reading: Reading | None, _call: PhraseCall) -> str:
    return target_text(indicator, reading)


def _state_word(_ledger: FigureLedger, _indicator: Indicator, reading: Reading | None, _call: PhraseCall) -> str:
    word = shown.state_of(reading).word
    return word[:1].lower() + word[1:]


def _indicator_name(_ledger: FigureLedger, indicator: Indicator, _reading: Reading | None, _call: PhraseCall) -> str:
    return name_in_language(indicator)


def _indicator_sentence(ledger: FigureLedger, indicator: Indicator, reading: Reading | None, call: PhraseCall) -> str:
    """The whole of it: name, figure, its two parts, the change, the target, and what is not firm about it."""
    name = _name_with_unit(ledger, indicator, call)
    if reading is None or reading.value is None:
        return f"{name}: {no_figure(reading)}."
    parts = parts_text(reading)
    verb = _("đạt") if indicator.kind is ReadingKind.RATIO and indicator.better is Better.HIGHER else _("là")
    first = f"{name} {verb} {figure_text(reading)}" + (f" ({parts})" if parts else "")
    change = change_of_any(ledger, indicator, reading, call)
    target = reading.target
    judged = ""
    if target is not None:
        word = shown.state_of(reading).word
        judged = f"; {word[:1].lower()}{word[1:]} ({shown.target_words(indicator, target)})"
    return first + (f", {change}" if change else "") + judged + "." + _provisional_note(reading)


def _name_with_unit(ledger: FigureLedger, indicator: Indicator, call: PhraseCall) -> str:
    name = name_in_language(indicator)
    dim, member = ledger.family(call.option("member"))
    if dim:
        dims = {dimension.code: dimension for dimension in ledger.at.catalogue.facts[indicator.fact].dims}
        members = (
            {dimension_member.code: dimension_member for dimension_member in dims[dim].members} if dim in dims else {}
        )
        name += f" – {name_in_language(members[member])}" if member in members else ""
    unit = call.option("unit")
    return f"{name} ({unit_in_sentence(ledger.unit(unit))})" if unit else name


def _provisional_note(reading: Reading) -> str:
    """What a reader must know about a figure that may still change."""
    remarks = []
    if reading.status != "official":
        remarks.append(_("số %(status)s") % {"status": wording.status_text(str(reading.status)).lower()})
    if not reading.is_complete:
        remarks.append(shown.completeness_of(reading))
    remarks = [remark for remark in remarks if remark]
    return _(" (Lưu ý: %(what)s.)") % {"what": "; ".join(remarks)} if remarks else ""


def _say_ends(best: bool) -> About:
    def sentence_of(ledger: FigureLedger, indicator: Indicator, _reading: Reading | None, call: PhraseCall) -> str:
        ranked = ledger.compared(indicator, member=call.option("member")).ranked
        count = int(call.option("n", "3"))
        chosen = ranked[:count] if best else ranked[::-1][:count]
        ledger.tell(place.reading for place in chosen)
        return _indicator_list((unit_in_sentence(place.node), indicator, place.value) for place in chosen) or _(
            "chưa có số liệu"
        )

    return sentence_of


def _indicator_list(found: Iterable[tuple[str, Indicator, Decimal | None]]) -> str:
    return wording.list_text(
        [f"{name} ({amount_text(indicator, value)})" for name, indicator, value in found if value is not None]
    )


def _date_text(moment: datetime | None) -> str:
    return wording.date_text(clock.local(moment).date()) if moment else wording.NO_VALUE


_ABOUT_ONE: dict[str, About] = {
    "value": _value_text,
    "fraction": _fraction_text,
    "change": _change_text,
    "target": _target_words,
    "state": _state_word,
    "name": _indicator_name,
    "sentence": _indicator_sentence,
    "best": _say_ends(True),
    "worst": _say_ends(False),
}
