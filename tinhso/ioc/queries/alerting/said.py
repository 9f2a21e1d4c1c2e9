"""An alert in words: its title, the sentence that explains it, how it was found and how often that was wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Indicator, IndicatorTarget
from tinhso.ioc.models import Alert, AlertEntry
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ioc.queries.shown import target_words
from tinhso.ui import wording
from tinhso.ui.wording import name_in_language, name_of, number_text, period_text

Kind = Alert.Kind


@dataclass(frozen=True)
class AlertText:
    """One alert with its words."""

    alert: Alert
    title: str
    sentence: str

    @property
    def tone(self) -> str:
        """The tone of its state, beside a word."""
        if self.alert.state == Alert.State.RESOLVED:
            return "good"
        return "bad" if self.alert.severity == Alert.Severity.HIGH else "warn"


def alert_text(at: SnapshotFrame, alert: Alert) -> AlertText:
    """An alert in the reader's language."""
    return AlertText(alert, title_of(at, alert), sentence_of(at, alert))


def title_of(at: SnapshotFrame, alert: Alert) -> str:
    """What it is about, and where: ``Tỷ lệ hồ sơ đúng hạn: Xã Ba Tri``."""
    return _("%(what)s: %(where)s") % {"what": subject_of(at, alert), "where": name_in_language(alert.unit)}


def subject_of(at: SnapshotFrame, alert: Alert) -> str:
    """The indicator's or data set's name."""
    if alert.indicator:
        indicator = at.catalogue.indicators.get(alert.indicator)
        return name_in_language(indicator) if indicator else alert.indicator
    return name_of(alert.facts) or alert.data_set


def sentence_of(at: SnapshotFrame, alert: Alert) -> str:
    """What is the matter, with its numbers."""
    if alert.kind == Kind.LATE:
        return _late_text(alert.facts, alert.period)
    if alert.kind == Kind.RULE:
        words = {"count": number_text(alert.facts.get("count")), "period": period_text(alert.period)}
        return _("%(count)s báo cáo %(period)s được công bố khi bước kiểm tra còn cảnh báo.") % words
    if alert.kind == Kind.BURST:
        return _burst_text(alert.facts)
    indicator = at.catalogue.indicators.get(alert.indicator)
    if indicator is None:
        return ""
    if alert.kind == Kind.TARGET:
        return _target_text(indicator, alert.facts, alert.period)
    return _change_text(indicator, alert.facts, alert.period)


def _late_text(facts: Mapping[str, Any], period: str) -> str:
    words = {
        "count": number_text(facts.get("count")),
        "expected": number_text(facts.get("expected")),
        "period": period_text(period),
        "since": wording.date_text(facts.get("since")),
    }
    if (facts.get("expected") or 0) < 2:
        return _("Chưa gửi báo cáo %(period)s; quá hạn từ %(since)s.") % words
    return _("%(count)s trong %(expected)s đơn vị chưa gửi báo cáo %(period)s; quá hạn từ %(since)s.") % words


def _burst_text(facts: Mapping[str, Any]) -> str:
    places = facts.get("places") or [{}]
    values = {"count": number_text(facts.get("count")), "words": places[0].get("words", "")}
    if (facts.get("count") or 0) > 1:
        return _("Phản ánh dồn dập ở %(count)s nơi; nơi lạ thường nhất: %(words)s") % values
    return _("Phản ánh dồn dập: %(words)s") % values


def figure_with_unit(indicator: Indicator, value: object) -> str:
    """A figure with its unit of measure."""
    return number_text(value, indicator.decimals) + wording.unit_text(indicator.unit_of_measure)


def _target_text(indicator: Indicator, facts: Mapping[str, Any], period: str) -> str:
    words = {
        "period": _capitalised(period_text(period)),
        "value": figure_with_unit(indicator, facts.get("value")),
        "target": target_words(indicator, _target_of_facts(facts)),
        "misses": number_text(facts.get("misses")),
        "since": period_text(facts.get("since", period)),
    }
    text = _("%(period)s: %(value)s, mục tiêu %(target)s.") % words
    if (facts.get("misses") or 0) > 1:
        text += " " + _("Chưa đạt %(misses)s kỳ liền, từ %(since)s.") % words
    if facts.get("year_ago") is not None:
        text += " " + _("Cùng kỳ năm trước: %(value)s.") % {"value": figure_with_unit(indicator, facts["year_ago"])}
    return text


def _target_of_facts(facts: Mapping[str, Any]) -> IndicatorTarget:
    floor, ceiling = facts.get("floor"), facts.get("ceiling")
    return IndicatorTarget("", floor=Decimal(floor) if floor else None, ceiling=Decimal(ceiling) if ceiling else None)


def _change_text(indicator: Indicator, facts: Mapping[str, Any], period: str) -> str:
    words = {
        "period": _capitalised(period_text(period)),
        "value": figure_with_unit(indicator, facts.get("value")),
        "expected": figure_with_unit(indicator, facts.get("expected")),
        "low": figure_with_unit(indicator, facts.get("low")),
        "high": figure_with_unit(indicator, facts.get("high")),
    }
    higher = (facts.get("score") or 0) > 0
    text = _("%(period)s: %(value)s, cao hơn hẳn mức dự kiến %(expected)s (thường từ %(low)s đến %(high)s).")
    lower = _("%(period)s: %(value)s, thấp hơn hẳn mức dự kiến %(expected)s (thường từ %(low)s đến %(high)s).")
    return (text if higher else lower) % words


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def method_of(alert: Alert) -> list[str]:
    """How a sudden change was found, a paragraph each: the comparison, the measure, and how it fared on the past."""
    facts = alert.facts
    if alert.kind != Kind.CHANGE or not facts:
        return []
    scale = {
        "share": _("thang logit, để 98% lên 99% và 50% lên 51% không bị coi là như nhau"),
        "count": _("thang căn bậc hai (Anscombe), để số nhỏ không gây báo động vì ngẫu nhiên"),
        "amount": _("thang lôgarit, tức là theo phần trăm"),
        "plain": _("thang của chính chỉ tiêu"),
    }
    numbers = {
        "scale": scale.get(facts["scale"], ""),
        "changes": number_text(facts["changes"]),
        "score": number_text(abs(facts["score"]), 1),
        "open_at": number_text(facts["open_at"], 1),
        "tested": number_text(facts["tested"]),
        "raised": number_text(facts["raised"]),
    }
    compared = _("So với cùng kỳ năm trước, trên %(scale)s.")
    measured = _(
        "Mức dự kiến là trung vị của %(changes)s thay đổi cùng kỳ trước đây của chính đơn vị; độ phân tán đo bằng "
        "trung vị độ lệch tuyệt đối (MAD), nên vài tháng bất thường không làm sai lệch. Kỳ này lệch %(score)s lần "
        "độ phân tán; hệ thống lên tiếng từ %(open_at)s lần, và chỉ khi khác biệt đủ lớn để đáng xem."
    )
    fared = _("Dùng cách này cho %(tested)s kỳ trước của chính đơn vị, hệ thống đã lên tiếng %(raised)s lần.")
    return [text % numbers for text in (compared, measured, fared)]


@dataclass(frozen=True)
class AlertEvent:
    """One thing that happened to an alert."""

    at: datetime
    who: str
    what: str
    words: str


def history_of(alert: Alert) -> list[AlertEvent]:
    """Everything that happened to an alert, newest first."""
    entries = alert.entries.order_by("-at", "-pk")
    return [
        AlertEvent(alert_entry.at, _author_name(alert_entry), alert_entry.get_did_display(), alert_entry.words)
        for alert_entry in entries
    ]


def _author_name(entry: AlertEntry) -> str:
    return _("Hệ thống") if entry.by.startswith("program:") else entry.by_name
