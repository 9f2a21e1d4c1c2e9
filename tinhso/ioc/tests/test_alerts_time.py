"""What time and people do to alerts: they go up, fall silent, speak again, and are summed up in the morning."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tinhso.blocks.messaging.models import Message
from tinhso.ioc.models import Alert, Favourite
from tinhso.ioc.services import alerting
from tinhso.ioc.tests.watched import (
    AIMED,
    MONDAY,
    WATCH,
    Hands,
    a_missed_target,
    acting,
    lines,
    look,
    one_alert,
    published,
    rules,
)
from tinhso.ioc.tests.watched import watch as watch
from tinhso.kernel.errors import Refused

TUESDAY_MORNING = datetime(2026, 11, 24, tzinfo=UTC)  # 07:00 in Việt Nam
COMMUNES = """
[target.province]
watch = "none"
[change.province]
watch = "none"
[change.commune]
watch = "none"
[owner]
roles = ["chair"]
[[escalation]]
after_hours = 8
to = "above"
roles = ["head"]
[hours]
day = [["07:00", "11:00"], ["13:00", "17:00"]]
"""


def a_commune_that_misses() -> Alert:
    """The commune x misses its target, the commune y does not."""
    rules(COMMUNES)
    published(lines(x=120, y=190), AIMED)
    look()
    return one_alert()


def titles(username: str) -> list[str]:
    """The titles of somebody's messages, oldest first."""
    return list(Message.objects.filter(to__username=username).order_by("pk").values_list("title", flat=True))


def test_what_nobody_acknowledges_goes_up_after_the_working_hours_of_its_step_and_only_then(watch: Hands) -> None:
    alert = a_commune_that_misses()
    due = MONDAY + timedelta(days=1)  # eight working hours after Monday 08:00 is Tuesday 08:00

    early = alerting.escalate(by=WATCH, now=due - timedelta(minutes=1))
    on_time = alerting.escalate(by=WATCH, now=due)
    again = alerting.escalate(by=WATCH, now=due + timedelta(days=9))

    alert.refresh_from_db()
    assert (early, on_time, again) == (0, 1, 0)
    assert (alert.owner, alert.step, alert.escalate_at) == (watch.chair_x, 1, None)
    assert "Chưa ai nhận" in titles("head")[0]
    assert Message.objects.get(to=watch.head).by_mail
    assert "Cô Head" in alert.entries.get(did="escalated").words


def test_what_is_acknowledged_stays_where_it_is(watch: Hands) -> None:
    alert = a_commune_that_misses()

    alerting.acknowledge(ref=alert.ref, by=acting(watch.chair_x), now=MONDAY)

    assert alerting.escalate(by=WATCH, now=MONDAY + timedelta(days=30)) == 0
    assert titles("head") == []


def test_a_silent_alert_presses_nobody_until_its_day_is_over(watch: Hands) -> None:
    alert = a_commune_that_misses()

    alerting.silence(
        ref=alert.ref, until=date(2026, 11, 27), why="Chờ quyết toán", by=acting(watch.chair_x), now=MONDAY
    )
    quiet = alerting.escalate(by=WATCH, now=datetime(2026, 11, 27, 9, tzinfo=UTC))
    still = alerting.end_silences(by=WATCH, now=datetime(2026, 11, 27, 16, 59, tzinfo=UTC))
    over = alerting.end_silences(by=WATCH, now=datetime(2026, 11, 27, 17, tzinfo=UTC))

    alert.refresh_from_db()
    assert (quiet, still, over) == (0, 0, 1)
    assert alert.escalate_at is not None
    assert list(alert.entries.values_list("did", flat=True)) == ["opened", "silenced", "spoke"]
    assert titles("chairx")[-1].startswith("Hết tạm dừng")


def test_silence_about_an_indicator_covers_what_opens_later(watch: Hands) -> None:
    alert = a_commune_that_misses()
    alerting.silence(
        ref=alert.ref, until=date(2027, 1, 31), why="Đổi phần mềm", whole=True, by=acting(watch.chair_x), now=MONDAY
    )
    told = len(titles("chairx"))

    published(lines(x=190, y=190))
    look(MONDAY + timedelta(hours=1))
    published(lines(x=120, y=190))
    look(MONDAY + timedelta(hours=2))

    assert Alert.objects.count() == 2
    assert len(titles("chairx")) == told


@pytest.mark.parametrize(
    ("until", "why", "code"),
    [
        (date(2026, 11, 22), "đã qua", "bad_day"),
        (date(2027, 12, 1), "quá xa", "bad_day"),
        (date(2026, 11, 30), "  ", "no_reason"),
    ],
)
def test_a_silence_needs_a_reason_and_an_end(watch: Hands, until: date, why: str, code: str) -> None:
    alert = a_commune_that_misses()

    with pytest.raises(Refused) as refused:
        alerting.silence(ref=alert.ref, until=until, why=why, by=acting(watch.chair_x), now=MONDAY)

    assert refused.value.code == code


def test_an_alert_is_given_only_to_somebody_who_may_handle_it_there(watch: Hands) -> None:
    alert = a_commune_that_misses()

    alerting.assign(ref=alert.ref, to=watch.head.ref, by=acting(watch.chair_x), now=MONDAY, words="Nhờ tỉnh")

    alert.refresh_from_db()
    assert alert.owner == watch.head
    assert "Cô Chairx giao bạn cảnh báo" in titles("head")[0]
    with pytest.raises(Refused) as refused:
        alerting.assign(ref=alert.ref, to=watch.chair_y.ref, by=acting(watch.head), now=MONDAY)
    assert refused.value.code == "not_a_colleague"


def test_who_wants_no_message_of_a_kind_gets_none(watch: Hands) -> None:
    nothing = {"in_app": False, "mail": False, "push": False, "digest": False}
    alerting.set_wish(kind="target", by=acting(watch.head), **nothing)

    a_missed_target()
    alerting.send_digests(by=WATCH, now=TUESDAY_MORNING)

    assert titles("head") == []


def test_the_morning_summary_holds_what_concerns_ones_units_once_and_only_on_working_days(watch: Hands) -> None:
    a_commune_that_misses()

    sunday = alerting.send_digests(by=WATCH, now=datetime(2026, 11, 22, tzinfo=UTC))
    first = alerting.send_digests(by=WATCH, now=TUESDAY_MORNING)
    second = alerting.send_digests(by=WATCH, now=TUESDAY_MORNING + timedelta(minutes=5))

    assert (sunday, first, second) == (0, 2, 0)
    assert titles("chairx")[-1] == "Cảnh báo sáng 24/11/2026: 1 mới, 0 đang chờ, 0 đã hết"
    assert "60,00%, mục tiêu từ 80% trở lên" in Message.objects.filter(to=watch.chair_x).latest("pk").body
    assert len(titles("head")) == 1
    assert titles("chairy") == []


def test_many_alerts_at_once_are_one_message(watch: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    from tinhso.ioc.services.alerting import telling

    monkeypatch.setattr(telling, "ONE_BY_ONE", 0)

    a_commune_that_misses()

    assert titles("chairx") == ["1 cảnh báo mới"]


def test_who_follows_an_indicator_hears_of_it_too_even_where_others_are_worse(watch: Hands) -> None:
    rules(COMMUNES + '[target.commune]\nwatch = "key"\nworst = 1\n')
    Favourite.objects.create(owner=watch.head.ref, indicator="D-2", unit="y", basis="current", position=1, at=MONDAY)
    published(lines(x=100, y=150), AIMED)

    look()

    assert {alert.unit.ref for alert in Alert.objects.select_related("unit")} == {"x", "y"}
    assert len(titles("chairx")) == len(titles("chairy")) == len(titles("head")) == 1


def test_where_nearly_every_commune_misses_only_the_worst_are_named(watch: Hands) -> None:
    rules(COMMUNES + '[target.commune]\nwatch = "key"\nworst = 1\n')
    published(lines(x=100, y=150), AIMED)

    look()

    assert one_alert().unit.ref == "x"
