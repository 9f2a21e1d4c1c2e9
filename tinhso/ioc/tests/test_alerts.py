"""Alerts open once, carry on, end when the condition is over, and keep all that happened."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import Access, ConcernPlace, DataSetConcern
from tinhso.blocks.messaging.models import Message
from tinhso.ioc.models import Alert, AlertEntry
from tinhso.ioc.queries.alerting import listed, said
from tinhso.ioc.queries.frame import snapshot_frame
from tinhso.ioc.services import alerting
from tinhso.ioc.tests.watched import (
    AIMED,
    MONDAY,
    Hands,
    a_missed_target,
    acting,
    late,
    lines,
    look,
    one_alert,
    published,
    rules,
)
from tinhso.ioc.tests.watched import watch as watch
from tinhso.kernel.errors import Refused

State = Alert.State
ONLY_CHANGES = """[target.province]
watch = "none"
[target.commune]
watch = "none"
[change.commune]
watch = "none"
"""


def did(alert: Alert) -> list[str]:
    """What happened to an alert, in order."""
    return list(alert.entries.values_list("did", flat=True))


def test_a_missed_target_opens_one_alert_for_whoever_answers_and_tells_them(watch: Hands) -> None:
    alert = a_missed_target()

    assert (alert.unit.ref, alert.office.ref, alert.owner) == ("p", "p", watch.head)
    assert alert.facts["value"] == pytest.approx(60.0)
    assert alert.facts["floor"] == "80"
    message = Message.objects.get(to=watch.head)
    assert "Chưa đạt mục tiêu" in message.title
    assert "60,00%, mục tiêu từ 80% trở lên" in message.body
    assert message.href == f"/alerts/{alert.ref}/"


def test_looking_again_changes_nothing(watch: Hands) -> None:
    alert = a_missed_target()
    entries = AlertEntry.objects.count()

    again = look(MONDAY + timedelta(hours=1))

    assert not again.is_something
    assert Alert.objects.get() == alert
    assert AlertEntry.objects.count() == entries
    assert Message.objects.count() == 1


def test_an_alert_ends_by_itself_when_the_target_is_met_often_enough(watch: Hands) -> None:
    alert = a_missed_target()

    published(lines(190))
    look(MONDAY + timedelta(hours=1))

    alert.refresh_from_db()
    assert alert.state == State.RESOLVED
    assert did(alert) == ["opened", "resolved"]


def test_meeting_the_target_once_does_not_end_an_alert(watch: Hands) -> None:
    known = lines(120, last="2026-09")
    published(known, AIMED)
    look()

    published([*known, ("x", "2026-10", "desk", 200, 190, 0, "0"), ("y", "2026-10", "desk", 200, 190, 0, "0")])
    look(MONDAY + timedelta(hours=1))

    assert one_alert().state == State.OPEN
    assert one_alert().period == "2026-09"


def test_a_further_month_carries_the_alert_on_instead_of_opening_another(watch: Hands) -> None:
    known = lines(120, last="2026-09")
    published(known, AIMED)
    look()
    alerting.acknowledge(ref=one_alert().ref, by=acting(watch.head), now=MONDAY)

    published([*known, ("x", "2026-10", "desk", 200, 110, 0, "0"), ("y", "2026-10", "desk", 200, 110, 0, "0")])
    look(MONDAY + timedelta(hours=1))

    alert = one_alert(kind=Alert.Kind.TARGET)
    assert (alert.period, alert.state, alert.facts["misses"]) == ("2026-10", State.ACKNOWLEDGED, 2)
    assert did(alert) == ["opened", "acknowledged", "continued"]


def test_a_month_in_which_somebody_has_not_reported_triggers_nothing(watch: Hands) -> None:
    published([line for line in lines(60) if line[:2] != ("y", "2026-10")], AIMED)

    look()

    assert not Alert.objects.exists()


def test_a_sudden_change_is_found_with_what_was_to_be_expected(watch: Hands) -> None:
    rules(ONLY_CHANGES)
    published(lines(140), AIMED)

    look()

    alert = one_alert()
    assert alert.kind == Alert.Kind.CHANGE
    assert alert.facts["value"] == pytest.approx(70.0)
    assert alert.facts["value"] < alert.facts["low"] < alert.facts["expected"]
    assert alert.facts["tested"] > 0


def test_too_small_a_change_is_not_worth_telling_however_certain(watch: Hands) -> None:
    rules(ONLY_CHANGES + "[change.province]\npoints = 40\n")
    published(lines(140), AIMED)

    look()

    assert not Alert.objects.exists()


def test_late_returns_of_a_data_set_are_one_alert_with_a_list(watch: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "CONCERN_PROVIDERS", [lambda now: [late("x", "y")]])
    look()
    alert = one_alert()

    monkeypatch.setattr(contract, "CONCERN_PROVIDERS", [lambda now: [late("y")]])
    look()
    alert.refresh_from_db()
    left = [place["unit"] for place in alert.facts["places"]]
    monkeypatch.setattr(contract, "CONCERN_PROVIDERS", [lambda now: []])
    look()
    alert.refresh_from_db()

    assert left == ["y"]
    assert (alert.kind, alert.data_set, alert.state) == (Alert.Kind.LATE, "BM-1", State.RESOLVED)
    assert Alert.objects.count() == 1


def test_a_burst_of_reports_is_an_alert_told_in_the_words_of_who_found_it(
    watch: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "12 phản ánh trong 7 ngày; thường 1"
    burst = DataSetConcern(
        "burst",
        "PA.rac",
        "Rác thải",
        "services",
        "A",
        "2026-11",
        (ConcernPlace("x", "/reports/?commune=x", MONDAY, words),),
    )
    monkeypatch.setattr(contract, "CONCERN_PROVIDERS", [lambda now: [burst]])
    look()
    alert = one_alert()
    told = said.sentence_of(snapshot_frame(acting(watch.chair_x)), alert)

    monkeypatch.setattr(contract, "CONCERN_PROVIDERS", [lambda now: []])
    look()
    alert.refresh_from_db()

    assert alert.kind == Alert.Kind.BURST
    assert words in told
    assert alert.state == State.RESOLVED


def test_whoever_is_late_sees_the_alert_and_only_their_own_line_of_it(
    watch: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contract, "CONCERN_PROVIDERS", [lambda now: [late("x")]])
    look()

    assert list(listed.visible_alerts(acting(watch.chair_x))) == [one_alert()]
    assert not listed.visible_alerts(acting(watch.chair_y)).exists()


def test_somebody_elses_alert_is_unknown_to_others_and_cannot_be_handled(watch: Hands) -> None:
    alert = a_missed_target()

    for act in (
        lambda: alerting.acknowledge(ref=alert.ref, by=acting(watch.chair_x), now=MONDAY),
        lambda: alerting.comment(ref=alert.ref, words="a", by=acting(watch.chair_x), now=MONDAY),
        lambda: alerting.silence(ref=alert.ref, until=MONDAY.date(), why="a", by=acting(watch.chair_x), now=MONDAY),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "unknown_alert"
    assert did(alert) == ["opened"]


def test_who_only_sees_indicators_may_look_but_not_handle(watch: Hands) -> None:
    alert = a_missed_target()
    watcher = replace(acting(watch.head), reach={"see indicators": frozenset({alert.unit_id})})

    with pytest.raises(Refused) as refused:
        alerting.acknowledge(ref=alert.ref, by=watcher, now=MONDAY)

    assert refused.value.code == "no_right"
    assert listed.by_ref(alert.ref, by=watcher) == alert


def test_a_restricted_figure_is_told_only_to_those_who_may_see_it(watch: Hands) -> None:
    published(lines(120), replace(AIMED, access=(("", Access.RESTRICTED),)))

    look()

    assert one_alert(kind=Alert.Kind.TARGET).restricted
    assert not listed.visible_alerts(acting(watch.head)).exists()
    assert not Message.objects.exists()


def test_acknowledging_is_written_down_and_refused_the_second_time(watch: Hands) -> None:
    alert = a_missed_target()

    alerting.acknowledge(ref=alert.ref, by=acting(watch.head), now=MONDAY, words="Đang làm rõ với xã x")

    alert.refresh_from_db()
    assert (alert.state, alert.escalate_at) == (State.ACKNOWLEDGED, None)
    assert alert.entries.get(did="acknowledged").words == "Đang làm rõ với xã x"
    assert Entry.objects.filter(did="acknowledged", subject=alert.ref, actor=watch.head.ref).exists()
    with pytest.raises(Refused) as refused:
        alerting.acknowledge(ref=alert.ref, by=acting(watch.head), now=MONDAY)
    assert refused.value.code == "already_acknowledged"


def test_two_who_acknowledge_at_once_are_one(watch: Hands) -> None:
    alert = a_missed_target()
    said: list[str] = []

    def acknowledge() -> None:
        try:
            alerting.acknowledge(ref=alert.ref, by=acting(watch.head), now=MONDAY)
            said.append("done")
        except Refused as refused:
            said.append(refused.code)
        finally:
            connection.close()

    both = [Thread(target=acknowledge) for _n in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(said) == ["already_acknowledged", "done"]
    assert did(alert).count("acknowledged") == 1


def test_looking_while_somebody_acknowledges_loses_neither(watch: Hands) -> None:
    alert = a_missed_target()
    published(lines(110))

    def evaluate() -> None:
        look(MONDAY + timedelta(hours=1))
        connection.close()

    def acknowledge() -> None:
        alerting.acknowledge(ref=alert.ref, by=acting(watch.head), now=MONDAY)
        connection.close()

    threads = [Thread(target=act) for act in (evaluate, acknowledge, evaluate)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    alert.refresh_from_db()
    assert (alert.state, alert.facts["value"]) == (State.ACKNOWLEDGED, pytest.approx(55.0))
    assert sorted(did(alert)) == ["acknowledged", "corrected", "opened"]
    assert Alert.objects.filter(kind=Alert.Kind.TARGET).count() == 1


def test_the_database_allows_one_open_alert_of_a_condition(watch: Hands) -> None:
    alert = a_missed_target()
    twin = Alert.objects.get(pk=alert.pk)
    twin.pk, twin.ref = None, "CB-KHAC"

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_what_happened_cannot_be_changed(watch: Hands) -> None:
    alert = a_missed_target()

    with pytest.raises(IntegrityError), transaction.atomic():
        alert.entries.update(words="khác")
    with pytest.raises(IntegrityError), transaction.atomic():
        alert.entries.all().delete()

    assert mail.outbox == []
