"""A few weeks in the life of a demo province's alerts, told through the same services that people use.

Alerts of two earlier looks and one of these days: some acknowledged, given to others, silenced, discussed, passed up,
ended. Everything is marked as illustrative; the same seed gives the same story.
"""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.units.models import Level
from tinhso.ioc.models import Alert
from tinhso.ioc.queries.alerting import people
from tinhso.ioc.queries.alerting.rules import rules
from tinhso.ioc.queries.frame import UnitView, snapshot_frame
from tinhso.ioc.queries.indicators import IndicatorQuery
from tinhso.ioc.queries.places import CURRENT
from tinhso.ioc.rights import HANDLE_ALERTS
from tinhso.ioc.services import alerting, follow_indicator
from tinhso.kernel import clock, province, working_calendar
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

LOOKS = (62, 31, 3)  # days ago at which the system looked
NINE = time(9)
KNOWN = (
    "Đã yêu cầu bộ phận phụ trách giải trình trong tuần.",
    "Đang đối chiếu với báo cáo gốc, sẽ trả lời trước thứ Sáu.",
    "Nguyên nhân: thiếu người ở bộ phận một cửa, đã bố trí thêm.",
    "Đã giao phó phòng theo dõi hằng ngày.",
)
TALK = (
    "Đã gọi điện cho đơn vị, số liệu nhập đúng.",
    "Đơn vị đề nghị thêm thời gian do thay đổi phần mềm.",
)
REASONS = ("Đơn vị đang chuyển phần mềm, số tạm chưa so được.", "Đã có kế hoạch khắc phục, chờ hết quý.")


def tell_story(*, by: Actor, now: datetime) -> int:
    """Make alerts with a history, unless there are some; says how many there are."""
    if Alert.objects.exists():
        alerting.evaluate(by=by, now=now)
        return Alert.objects.count()
    seed = province.province_facts().demo.seed or 1
    _chairs_follow(now)
    chance = random.Random(seed)
    for ago in LOOKS:
        looked = _working_morning(now - timedelta(days=ago))
        alerting.evaluate(by=by, now=looked, demo=True)
        _people_act(looked, chance)
        alerting.escalate(by=by, now=min(now, looked + timedelta(days=3)))
    alerting.evaluate(by=by, now=now, numbers=False, demo=True)
    return Alert.objects.count()


def _chairs_follow(now: datetime) -> None:
    """Heads of communes follow the headlines of their own commune, so that each has something to look after."""
    posts = identity.posts_on(clock.today()).filter(role__rights__contains=[HANDLE_ALERTS], unit__level=Level.COMMUNE)
    for post in posts.select_related("person"):
        actor = identity.actor_for(post.person)
        at = snapshot_frame(actor)
        node = at.places.by_ref[post.unit.ref]
        for indicator in at.catalogue.indicators.values():
            if indicator.headline and indicator.targets and at.catalogue.facts[indicator.fact].level == "commune":
                follow_indicator(asked=IndicatorQuery(indicator, None, UnitView(node, CURRENT), ""), by=actor, now=now)


def _working_morning(moment: datetime) -> datetime:
    """Nine o'clock on that day, or on the working day before it."""
    day = clock.local(moment).date()
    while not rules().days.is_working(day):
        day -= timedelta(days=1)
    return working_calendar.moment_at(day, NINE)


def _people_act(looked: datetime, chance: random.Random) -> None:
    """Each owner does one thing after the other with some of their alerts; what a rule forbids is left."""
    owned: dict[Person, list[Alert]] = {}
    waiting = Alert.objects.filter(state=Alert.State.OPEN, owner__isnull=False).order_by("pk")
    for alert in waiting.select_related("owner", "unit", "office"):
        if alert.owner is not None:
            owned.setdefault(alert.owner, []).append(alert)
    for owner, alerts in owned.items():
        actor, at = identity.actor_for(owner), looked
        for alert, act in zip(alerts, _owner_acts(chance), strict=False):
            at += timedelta(minutes=chance.randrange(20, 150))
            try:
                act(alert, actor, at, chance)
            except Refused:
                continue


Act = Callable[[Alert, Actor, datetime, random.Random], object]


def _owner_acts(chance: random.Random) -> Iterator[Act]:
    """What an owner does with one alert after the other; a third are left alone."""
    usual: tuple[Act, ...] = (_acknowledge_alert, _discuss_alert, _silence_alert, _hand_on)
    yield from usual
    while True:
        yield chance.choice((_acknowledge_alert, _ignore_alert, _ignore_alert, _discuss_alert))


def _acknowledge_alert(alert: Alert, by: Actor, at: datetime, chance: random.Random) -> object:
    return alerting.acknowledge(ref=alert.ref, by=by, now=at, words=chance.choice(KNOWN))


def _discuss_alert(alert: Alert, by: Actor, at: datetime, chance: random.Random) -> object:
    alerting.comment(ref=alert.ref, by=by, now=at, words=chance.choice(TALK))
    return _acknowledge_alert(alert, by, at + timedelta(minutes=40), chance)


def _silence_alert(alert: Alert, by: Actor, at: datetime, chance: random.Random) -> object:
    until = clock.local(at + timedelta(days=90)).date()
    return alerting.silence(ref=alert.ref, until=until, why=chance.choice(REASONS), by=by, now=at)


def _hand_on(alert: Alert, by: Actor, at: datetime, chance: random.Random) -> object:
    others = [person for person in people.colleagues(alert) if person.ref != by.ref]
    if not others:
        return _acknowledge_alert(alert, by, at, chance)
    return alerting.assign(ref=alert.ref, to=chance.choice(others).ref, by=by, now=at, words=TALK[0])


def _ignore_alert(alert: Alert, by: Actor, at: datetime, chance: random.Random) -> object:
    return None
