"""What the places of a bulletin's text say, in Vietnamese sentences with count and out-of."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Better, Indicator, Kind
from tinhso.blocks.indicators.queries import Reading
from tinhso.ioc.queries import shown
from tinhso.ioc.queries.bulletins.ledger import Ledger, amount_text, figure_text, inside
from tinhso.ioc.queries.bulletins.phrases import Call
from tinhso.kernel import clock, periods
from tinhso.kernel.periods import PeriodType
from tinhso.ui import wording
from tinhso.ui.wording import named

Say = Callable[[Call], str]
About = Callable[[Ledger, Indicator, Reading | None, Call], str]


def sayings(ledger: Ledger, late: object) -> dict[str, Say]:
    """What each name of the language says of this bulletin."""
    return {
        "period": lambda _call: wording.period_text(ledger.period.code),
        "period_before": lambda _call: wording.period_text(ledger.period.shift(-1).code),
        "year_before": lambda _call: wording.period_text(ledger.period.year_before().code),
        "unit": lambda _call: inside(ledger.node),
        "day": lambda _call: _day(ledger.at.at),
        "late": lambda _call: wording.number_text(late),
        "met": lambda call: wording.number_text(len(judged(ledger, True, call.option("domain")))),
        "missed": lambda call: wording.number_text(len(judged(ledger, False, call.option("domain")))),
        "with_target": lambda call: wording.number_text(
            sum(len(judged(ledger, met, call.option("domain"))) for met in (True, False))
        ),
        **{name: _about(ledger, say) for name, say in _ABOUT_ONE.items()},
    }


def judged(ledger: Ledger, met: bool, domain: str = "") -> list[tuple[Indicator, Reading]]:
    """Key indicators whose target was met (or missed) in the period, in the order of domains and codes."""
    found = []
    for code in ledger.at.catalogue.domains:
        if domain in ("", code):
            for indicator in ledger.at.catalogue.in_domain(code):
                watched = indicator.targets and (indicator.key or indicator.headline)
                reading = ledger.reading(indicator) if watched else None
                if reading is not None and reading.meets_target is met:
                    found.append((indicator, reading))
    return found


def change_words(indicator: Indicator, now: Reading | None, before: Reading | None, since: str) -> str:
    """``tăng 2,3 điểm % so với cùng kỳ năm trước``; empty where a comparison would mislead."""
    change = shown.change_of(now, before)
    if change is None:
        return ""
    share = indicator.kind.has_out_of
    said = wording.change_of(change, decimals=min(indicator.decimals, 2) if share else 1)
    against = _against(now, since)
    if said is None or not said.amount:
        return _("không đổi %(against)s") % {"against": against}
    unit = "%" if not share else wording.unit_text(indicator.unit_of_measure)
    if share and indicator.unit_of_measure == shown.PERCENT:
        unit = _("\u00a0điểm %(unit)s") % {"unit": shown.PERCENT}
    return f"{said.word} {said.amount}{unit} {against}"


def _against(now: Reading | None, since: str) -> str:
    kind = periods.parse(now.period).kind if now is not None else PeriodType.MONTH
    if kind is PeriodType.YEAR:
        return _("so với năm trước")
    if since == "year":
        return _("so với cùng kỳ năm trước")
    return _("so với quý trước") if kind is PeriodType.QUARTER else _("so với tháng trước")


def change_of_any(ledger: Ledger, indicator: Indicator, now: Reading | None, call: Call) -> str:
    """The change asked for; without ``since``, to the year before, else to the period before."""
    asked = call.option("since")
    for since, which in (("year", "year_before"), ("before", "before")):
        if asked in ("", since):
            before = ledger.reading(indicator, which, unit=call.option("unit"), member=call.option("member"))
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


def _about(ledger: Ledger, say: About) -> Say:
    def said(call: Call) -> str:
        indicator = ledger.indicator(call.indicator)
        if indicator is None:
            return _("(không có chỉ tiêu %(code)s)") % {"code": call.indicator}
        where = {"unit": call.option("unit"), "member": call.option("member")}
        return say(ledger, indicator, ledger.reading(indicator, call.option("period", "this"), **where), call)

    return said


def _value(_ledger: Ledger, indicator: Indicator, reading: Reading | None, _call: Call) -> str:
    return figure_text(reading) if reading is not None and reading.value is not None else no_figure(reading)


def _fraction(_ledger: Ledger, _indicator: Indicator, reading: Reading | None, _call: Call) -> str:
    return (parts_text(reading) if reading is not None else "") or wording.NO_VALUE


def _change(ledger: Ledger, indicator: Indicator, reading: Reading | None, call: Call) -> str:
    return change_of_any(ledger, indicator, reading, call) or _("chưa có số để so sánh")


def _target(_ledger: Ledger, indicator: Indicator, reading: Reading | None, _call: Call) -> str:
    return target_text(indicator, reading)


def _state(_ledger: Ledger, _indicator: Indicator, reading: Reading | None, _call: Call) -> str:
    word = shown.state_of(reading).word
    return word[:1].lower() + word[1:]


def _name(_ledger: Ledger, indicator: Indicator, _reading: Reading | None, _call: Call) -> str:
    return named(indicator)


def _sentence(ledger: Ledger, indicator: Indicator, reading: Reading | None, call: Call) -> str:
    """The whole of it: name, figure, its two parts, the change, the target, and what is not firm about it."""
    name = _whose(ledger, indicator, call)
    if reading is None or reading.value is None:
        return f"{name}: {no_figure(reading)}."
    parts = parts_text(reading)
    verb = _("đạt") if indicator.kind is Kind.RATIO and indicator.better is Better.HIGHER else _("là")
    first = f"{name} {verb} {figure_text(reading)}" + (f" ({parts})" if parts else "")
    change = change_of_any(ledger, indicator, reading, call)
    target = reading.target
    judged = ""
    if target is not None:
        word = shown.state_of(reading).word
        judged = f"; {word[:1].lower()}{word[1:]} ({shown.target_words(indicator, target)})"
    return first + (f", {change}" if change else "") + judged + "." + _reserve(reading)


def _whose(ledger: Ledger, indicator: Indicator, call: Call) -> str:
    name = named(indicator)
    dim, member = ledger.family(call.option("member"))
    if dim:
        dims = {one.code: one for one in ledger.at.catalogue.facts[indicator.fact].dims}
        members = {one.code: one for one in dims[dim].members} if dim in dims else {}
        name += f" – {named(members[member])}" if member in members else ""
    unit = call.option("unit")
    return f"{name} ({inside(ledger.unit(unit))})" if unit else name


def _reserve(reading: Reading) -> str:
    """What a reader must know about a figure that may still change."""
    said = []
    if reading.status != "official":
        said.append(_("số %(status)s") % {"status": wording.status_text(str(reading.status)).lower()})
    if not reading.is_complete:
        said.append(shown.completeness_of(reading))
    said = [one for one in said if one]
    return _(" (Lưu ý: %(what)s.)") % {"what": "; ".join(said)} if said else ""


def _ends(best: bool) -> About:
    def said(ledger: Ledger, indicator: Indicator, _reading: Reading | None, call: Call) -> str:
        ranked = ledger.compared(indicator, member=call.option("member")).ranked
        count = int(call.option("n", "3"))
        chosen = ranked[:count] if best else ranked[::-1][:count]
        ledger.tell(place.reading for place in chosen)
        return _listed((inside(place.node), indicator, place.value) for place in chosen) or _("chưa có số liệu")

    return said


def _listed(found: Iterable[tuple[str, Indicator, Decimal | None]]) -> str:
    return wording.list_text([f"{name} ({amount_text(one, value)})" for name, one, value in found if value is not None])


def _day(moment: datetime | None) -> str:
    return wording.date_text(clock.local(moment).date()) if moment else wording.NO_VALUE


_ABOUT_ONE: dict[str, About] = {
    "value": _value,
    "fraction": _fraction,
    "change": _change,
    "target": _target,
    "state": _state,
    "name": _name,
    "sentence": _sentence,
    "best": _ends(True),
    "worst": _ends(False),
}
