"""What people do with an alert."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.identity import queries as identity
from tinhso.ioc.models import Alert, AlertEntry, Silence
from tinhso.ioc.queries.alerting import listed, people
from tinhso.ioc.queries.alerting.rules import rules
from tinhso.ioc.queries.frame import snapshot_frame
from tinhso.ioc.services.alerting import telling
from tinhso.ioc.services.alerting.writing import add_entry, locked_alert, must_be_standing, next_step, record_handling
from tinhso.kernel import clock, working_calendar
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.wording import date_text

State, Did = Alert.State, AlertEntry.Did
LONGEST = timedelta(days=366)
MANY_WORDS = 2000


@transaction.atomic
def acknowledge(*, ref: str, by: Actor, now: datetime, words: str = "") -> Alert:
    """Say that one has seen an alert and sees to it: it goes up no further. Refuses one that somebody has already."""
    alert = locked_alert(ref, by=by)
    must_be_standing(alert)
    if alert.state == State.ACKNOWLEDGED:
        who = alert.entries.filter(did=Did.ACKNOWLEDGED).order_by("-pk").first()
        name = who.by_name if who else ""
        raise Refused("already_acknowledged", _("%(name)s đã nhận cảnh báo %(ref)s."), name=name, ref=ref)
    if alert.owner is None and by.kind == "person":
        alert.owner = identity.person_by_ref(by.ref)
    alert.state, alert.escalate_at = State.ACKNOWLEDGED, None
    alert.save(update_fields=["state", "owner", "escalate_at"])
    add_entry(alert, Did.ACKNOWLEDGED, by=by, now=now, words=_clean_words(words))
    record_handling(alert, "acknowledged", by=by, after={"words": _clean_words(words)})
    return alert


@transaction.atomic
def assign(*, ref: str, to: str, by: Actor, now: datetime, words: str = "") -> Alert:
    """Give an alert to somebody who may handle it there; refuses anybody else. They have the time of the first step."""
    alert = locked_alert(ref, by=by)
    must_be_standing(alert)
    person = next((colleague for colleague in people.colleagues(alert) if colleague.ref == to), None)
    if person is None:
        raise Refused("not_a_colleague", _("Người này không có quyền xử lý cảnh báo ở đây."))
    alert.owner, alert.step = person, 0
    if alert.state == State.OPEN:
        alert.escalate_at = next_step(alert, rules(), now)
    alert.save(update_fields=["owner", "step", "escalate_at"])
    add_entry(
        alert, Did.ASSIGNED, by=by, now=now, words=_clean_words(words), data={"to": person.ref, "to_name": person.name}
    )
    record_handling(alert, "assigned", by=by, after={"to": person.ref, "words": _clean_words(words)})
    if person.ref != by.ref:
        telling.tell_assigned(snapshot_frame(by), person, alert, by=by, now=now)
    return alert


@transaction.atomic
def comment(*, ref: str, words: str, by: Actor, now: datetime) -> Alert:
    """Write something down about an alert; refuses an empty note."""
    alert = locked_alert(ref, by=by)
    if not _clean_words(words):
        raise Refused("no_words", _("Hãy viết nội dung ghi chú."))
    add_entry(alert, Did.COMMENTED, by=by, now=now, words=_clean_words(words))
    record_handling(alert, "commented", by=by, after={"words": _clean_words(words)})
    return alert


@transaction.atomic
def silence(*, ref: str, until: date, why: str, by: Actor, now: datetime, whole: bool = False) -> Silence:
    """Tell nobody of an alert, and press nobody, through the day ``until``; with ``whole`` of any alert about its
    indicator at its unit. Refuses a past day, one more than a year away, and a silence without a reason."""
    alert = locked_alert(ref, by=by)
    must_be_standing(alert)
    if not _clean_words(why):
        raise Refused("no_reason", _("Hãy ghi lý do tạm dừng."))
    end = working_calendar.moment_at(until + timedelta(days=1), time())
    if until < clock.local(now).date() or end > now + LONGEST:
        raise Refused("bad_day", _("Ngày hết tạm dừng phải từ hôm nay và không quá một năm."))
    if whole and not alert.indicator:
        raise Refused("no_indicator", _("Cảnh báo này không về một chỉ tiêu; chỉ tạm dừng được riêng nó."))
    scope = {"indicator": alert.indicator, "unit": alert.unit} if whole else {"alert": alert}
    Silence.objects.filter(ended_at=None, **scope).update(ended_at=now)
    new_silence = Silence.objects.create(
        until=end, why=_clean_words(why)[:300], at=now, by=by.ref, by_name=by.name, **scope
    )
    _stop_escalation(alert, whole)
    words = _("đến hết ngày %(day)s: %(why)s") % {"day": date_text(until), "why": _clean_words(why)}
    add_entry(alert, Did.SILENCED, by=by, now=now, words=words, data={"until": end.isoformat(), "whole": whole})
    record_handling(
        alert, "silenced", by=by, after={"until": until.isoformat(), "why": _clean_words(why), "whole": whole}
    )
    return new_silence


def _stop_escalation(alert: Alert, whole: bool) -> None:
    """What is silent does not go up."""
    same = {"indicator": alert.indicator, "unit": alert.unit} if whole else {"pk": alert.pk}
    Alert.objects.filter(**same).exclude(state=State.RESOLVED).update(escalate_at=None)
    alert.escalate_at = None


@transaction.atomic
def end_silence(*, ref: str, by: Actor, now: datetime) -> Alert:
    """End the silence about an alert before its time; refuses one that is not silent."""
    alert = locked_alert(ref, by=by)
    running = listed.silence_running(alert)
    if running is None:
        raise Refused("not_silent", _("Cảnh báo %(ref)s không bị tạm dừng."), ref=ref)
    running.ended_at = now
    running.save(update_fields=["ended_at"])
    if alert.state == State.OPEN:
        alert.escalate_at = next_step(alert, rules(), now)
        alert.save(update_fields=["escalate_at"])
    add_entry(alert, Did.SPOKE, by=by, now=now)
    record_handling(alert, "spoke", by=by, after={})
    return alert


def _clean_words(words: str) -> str:
    return words.replace("\0", "").strip()[:MANY_WORDS]
