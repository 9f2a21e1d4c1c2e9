"""Events of a file: what happens, or when. ISO 8601 for times; the working calendar counts working days and hours."""

import re
from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.queries.documents import BPMN, Element, name_on_one_line, tag_of
from tinhso.blocks.bpmn.queries.shapes import EventFamily, Sign
from tinhso.blocks.bpmn.queries.sketching import DrawingReport
from tinhso.kernel import clock
from tinhso.kernel.deadlines import Duration, DurationUnit

FAMILIES = {
    "messageEventDefinition": (EventFamily.MESSAGE, "messageRef"),
    "signalEventDefinition": (EventFamily.SIGNAL, "signalRef"),
    "conditionalEventDefinition": (EventFamily.CONDITION, ""),
    "timerEventDefinition": (EventFamily.TIME, ""),
    "errorEventDefinition": (EventFamily.ERROR, "errorRef"),
    "escalationEventDefinition": (EventFamily.ESCALATION, "escalationRef"),
    "cancelEventDefinition": (EventFamily.CANCEL, ""),
}
NAMED = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}
TASKS = ("sendTask", "receiveTask")
SPAN = re.compile(r"P(?:(\d{1,3})W|(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?)?\Z")
CYCLE = re.compile(r"R\d{0,3}/(P[^/]+)\Z")
FOREIGN = ("${", "#{", "=")  # how expressions of other tools begin


def names_in(root: Element) -> dict[str, str]:
    """What messages, signals, errors and escalations are called, by their ids."""
    names_by_id = {}
    for element in root:
        if tag_of(element) in NAMED:
            names_by_id[element.get("id") or ""] = name_on_one_line(
                element.get(NAMED[tag_of(element)]) or element.get("name")
            )
    return names_by_id


def event_definitions(element: Element) -> list[Element]:
    """What an event waits for or says."""
    return [
        child for child in element if tag_of(child).endswith("EventDefinition") or tag_of(child) == "eventDefinitionRef"
    ]


def sign_of_event(element: Element, names: Mapping[str, str], hears: Mapping[str, str]) -> Sign | None:
    """What an event is about; None where it says nothing. Of several things people say which has happened."""
    name = name_on_one_line(element.get("name"))
    if tag_of(element) in TASKS:
        ref = (element.get("messageRef") or "").rpartition(":")[2]
        return Sign(EventFamily.MESSAGE, names.get(ref) or hears.get(element.get("id") or "") or name)
    definitions = event_definitions(element)
    if len(definitions) > 1:
        return Sign(EventFamily.CONDITION, name)
    for definition in definitions:
        if tag_of(definition) in FAMILIES:
            family, attribute = FAMILIES[tag_of(definition)]
            ref = (definition.get(attribute) or "").rpartition(":")[2] if attribute else ""
            if family in (EventFamily.MESSAGE, EventFamily.SIGNAL):
                return Sign(family, names.get(ref) or hears.get(element.get("id") or "") or name)
            return Sign(family, names.get(ref, "") if attribute else name if family is EventFamily.CONDITION else "")
        if tag_of(definition) == "eventDefinitionRef":
            return Sign(EventFamily.CONDITION, name)
    return None


def timer_end(element: Element, report: DrawingReport) -> Duration | datetime | None:
    """When a timer ends; None where only people can say, of which a remark tells."""
    mark = element.find(f"{{{BPMN}}}timerEventDefinition")
    for part in mark if mark is not None else ():
        text = "".join((part.text or "").split()).strip("\"'")
        timer = _timer_value(tag_of(part), text, element, report)
        if timer is not None:
            return timer
        if tag_of(part) == "timeDuration" and text and not text.startswith(FOREIGN):
            report.refuse(element, _("hẹn giờ phải là số giờ hoặc ngày làm việc, như PT8H hoặc P2D"))
            return None
    report.remark(element, _("không ghi giờ hẹn: người làm báo khi tới giờ"))
    return None


def _timer_value(kind: str, text: str, element: Element, report: DrawingReport) -> Duration | datetime | None:
    if kind == "timeDuration":
        return parse_duration(text)
    if kind == "timeCycle" and (cycle := CYCLE.match(text)):
        report.remark(element, _("hẹn giờ lặp lại: ở đây chỉ một lần"))
        return parse_duration(cycle[1])
    if kind == "timeDate":
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=clock.VIETNAM)
    return None


def parse_duration(text: str) -> Duration | None:
    """A span of time; None for others than of weeks, days, hours and minutes.

    Days are working days, weeks are seven days of the calendar. What is left over of an hour, or beside days of a day,
    counts as a whole one.
    """
    match = SPAN.match(text)
    if match is None:
        return None
    weeks, days, hours, minutes = (int(part or 0) for part in match.groups())
    hours += -(-minutes // 60)
    if weeks:
        return Duration(weeks * 7 + days + bool(hours), DurationUnit.DAY)
    if days:
        return Duration(days + bool(hours), DurationUnit.WORKING_DAY)
    return Duration(hours, DurationUnit.HOUR) if hours else None
