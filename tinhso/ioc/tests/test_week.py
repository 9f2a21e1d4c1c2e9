"""A leader's week: grouped alerts, what is due, the paper, and acts on several alerts at once."""

from urllib.parse import unquote

import pytest
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.units.models import Unit
from tinhso.ioc.models import Alert
from tinhso.ioc.queries import week as weeks_read
from tinhso.ioc.services import alerting
from tinhso.ioc.tests.conftest import logged_in
from tinhso.ioc.tests.makers import text_of
from tinhso.ioc.tests.watched import MONDAY, Hands, a_missed_target, acting
from tinhso.ioc.tests.watched import watch as watch
from tinhso.ui.wording import datetime_text

pytestmark = pytest.mark.django_db(transaction=True)
WEEK = "2026-W48"  # of MONDAY


@pytest.fixture
def leader_browser(watch: Hands) -> Client:
    """The head, who gives directives too."""
    people.a_post(
        watch.head, Unit.objects.get(ref="p"), people.a_role("give directives", "see programme", code="gives")
    )
    return logged_in(watch.head)


def test_an_alert_stands_in_the_week_in_which_it_opened_with_nobody_holding_it(leader_browser: Client) -> None:
    alert = a_missed_target()
    Alert.objects.filter(pk=alert.pk).update(owner=None)

    answer = leader_browser.get("/tuan-nay/", {"week": WEEK})

    (group,) = answer.context["review"].worsened
    assert [one.alert.ref for one in group.alerts] == [alert.ref]
    assert (group.unheld, group.holders, group.since) == (1, [], MONDAY)
    assert unquote(group.steer_href) == f"/directives/new/?about=alert:{alert.ref}"
    page = text_of(leader_browser, f"/tuan-nay/?week={WEEK}")
    assert "1 chưa ai phụ trách" in page
    assert "60,00%, mục tiêu từ 80% trở lên" in page


def test_it_stands_as_older_in_the_weeks_after_and_not_in_those_before(leader_browser: Client) -> None:
    a_missed_target()

    later = leader_browser.get("/tuan-nay/", {"week": "2026-W49"}).context["review"]
    before = leader_browser.get("/tuan-nay/", {"week": "2026-W47"}).context["review"]

    assert (later.worsened_count, later.standing_count) == (0, 1)
    assert (before.worsened_count, before.standing_count) == (0, 0)


def test_an_alert_that_is_over_stands_in_the_week_of_its_end_without_acts(leader_browser: Client) -> None:
    alert = a_missed_target()
    Alert.objects.filter(pk=alert.pk).update(state=Alert.State.RESOLVED, resolved_at=MONDAY)

    review = leader_browser.get("/tuan-nay/", {"week": WEEK}).context["review"]

    (group,) = review.ended
    assert (group.tick, group.steer_href, group.unheld) == ("", "", 0)


@pytest.mark.parametrize("week", ["2026-W60", "tuần", "2099-W01", "0001-W01"])
def test_a_week_that_there_is_not_or_not_yet_is_a_page_not_found(leader_browser: Client, week: str) -> None:
    a_missed_target()

    assert leader_browser.get("/tuan-nay/", {"week": week}).status_code == 404


def test_who_may_not_steer_or_handle_sees_no_acts(reader: Client, watch: Hands) -> None:
    a_missed_target()

    answer = reader.get("/tuan-nay/", {"week": WEEK})

    assert answer.context["review"].worsened[0].steer_href == ""
    assert "/directives/new/" not in answer.content.decode()
    assert 'name="act"' not in answer.content.decode()


@pytest.mark.parametrize(("form", "begin"), [("pdf", b"%PDF"), ("docx", b"PK")])
def test_the_week_comes_as_a_paper(leader_browser: Client, form: str, begin: bytes) -> None:
    a_missed_target()

    answer = leader_browser.get(f"/tuan-nay.{form}", {"week": WEEK})

    assert answer.content.startswith(begin)
    taken = Entry.objects.get(did="exported")
    assert taken.after == {"week": WEEK, "form": form}
    assert leader_browser.get("/tuan-nay.exe").status_code == 404


def test_ticked_alerts_are_acknowledged_and_those_that_cannot_be_say_why(watch: Hands, leader_browser: Client) -> None:
    alert = a_missed_target()
    ticks = {"alert": [f"{alert.ref},CB-KHONG-CO"], "act": "acknowledge", "back": f"/tuan-nay/?week={WEEK}"}

    answer = leader_browser.post("/alerts/bulk/", ticks, follow=True)

    alert.refresh_from_db()
    assert alert.state == Alert.State.ACKNOWLEDGED
    assert answer.redirect_chain == [(f"/tuan-nay/?week={WEEK}", 302)]
    page = answer.content.decode()
    assert "Đã nhận xử lý 1 cảnh báo." in page
    assert "Không có cảnh báo nào có mã" in page


def test_an_alert_of_somebody_else_is_not_acknowledged_in_bulk(watch: Hands) -> None:
    alert = a_missed_target()

    logged_in(watch.chair_x).post("/alerts/bulk/", {"alert": alert.ref, "act": "acknowledge"})

    alert.refresh_from_db()
    assert alert.state == Alert.State.OPEN


def test_ticked_alerts_lead_to_one_form_of_directives(leader_browser: Client) -> None:
    alert = a_missed_target()

    answer = leader_browser.post("/alerts/bulk/", {"alert": [alert.ref, "CB-2"], "act": "steer"})

    assert unquote(answer["Location"]) == f"/directives/new/?about=alert:{alert.ref}&about=alert:CB-2"


@pytest.mark.parametrize("fields", [{"act": "acknowledge"}, {"act": "dance", "alert": "CB-1"}])
def test_nothing_ticked_and_an_unknown_act_are_told(leader_browser: Client, fields: dict[str, str]) -> None:
    answer = leader_browser.post("/alerts/bulk/", {**fields, "back": "https://example.com/"}, follow=True)

    assert answer.redirect_chain[0][0] == "/tuan-nay/"
    assert any(words in answer.content.decode() for words in ("Hãy chọn ít nhất một cảnh báo.", "Không rõ phải làm gì"))


def test_an_acknowledged_alert_names_who_holds_it(watch: Hands, leader_browser: Client) -> None:
    alert = a_missed_target()
    alerting.acknowledge(ref=alert.ref, by=acting(watch.head), now=MONDAY, words="")

    (group,) = leader_browser.get("/tuan-nay/", {"week": WEEK}).context["review"].worsened

    assert (group.holders, group.unheld) == ([watch.head.name], 0)


def test_a_week_with_more_alerts_than_are_listed_says_so(
    leader_browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_missed_target()
    page = text_of(leader_browser, f"/tuan-nay/?week={WEEK}")
    monkeypatch.setattr(weeks_read, "MOST_ALERTS", 0)

    shorter_page = text_of(leader_browser, f"/tuan-nay/?week={WEEK}")

    assert "Còn nhiều hơn số liệt kê ở đây." not in page
    assert "Còn nhiều hơn số liệt kê ở đây." in shorter_page


def test_the_page_says_where_its_numbers_come_from_and_when_they_were_read(leader_browser: Client) -> None:
    a_missed_target()

    answer = leader_browser.get("/tuan-nay/", {"week": WEEK})

    read_at = datetime_text(answer.context["review"].read_at)
    assert f"đọc lúc {read_at}" in " ".join(answer.content.decode().split())


def test_a_moment_of_the_past_is_not_answered_with_the_alerts_of_today(leader_browser: Client) -> None:
    a_missed_target()

    assert leader_browser.get("/tuan-nay/", {"known_at": "2099-01-01"}).status_code == 404


def test_more_ticks_than_a_form_takes_are_told(leader_browser: Client) -> None:
    a_missed_target()
    ticks = ",".join(f"CB-{number}" for number in range(31))

    answer = leader_browser.post("/alerts/bulk/", {"alert": ticks, "act": "steer"})

    assert answer["Location"].count("alert%3A") == 30
    assert "chỉ nhận 30 trong 31 cảnh báo" in text_of(leader_browser, "/tuan-nay/")
