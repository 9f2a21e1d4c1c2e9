"""Pages and programs read alerts and act on them."""

import json

from django.conf import settings
from django.test import Client

from tinhso.ioc.models import Alert, AlertWish
from tinhso.ioc.queries.alerting import listed
from tinhso.ioc.queries.frame import UnitView, snapshot_frame
from tinhso.ioc.tests.conftest import logged_in
from tinhso.ioc.tests.makers import text_of
from tinhso.ioc.tests.watched import Hands, a_missed_target, acting
from tinhso.ioc.tests.watched import watch as watch


def test_the_list_says_what_is_the_matter_and_narrows(watch: Hands) -> None:
    alert = a_missed_target()
    browser = logged_in(watch.head)

    page = text_of(browser, "/alerts/")

    assert "Tỷ lệ đúng hạn: Đơn vị p" in page
    assert "60,00%, mục tiêu từ 80% trở lên" in page
    for narrower in ("?kind=late", "?state=resolved", "?state=acknowledged", "?unit=x", "?severity=high"):
        assert alert.ref not in browser.get(f"/alerts/{narrower}").content.decode()
    for wider in ("?mine=1", "?kind=target&domain=services", "?state=all&unit=p", "?indicator=D-2"):
        assert alert.ref in browser.get(f"/alerts/{wider}").content.decode()


def test_an_alert_explains_itself_and_leads_down_to_its_records(watch: Hands) -> None:
    alert = a_missed_target()
    browser = logged_in(watch.head)

    page = browser.get(f"/alerts/{alert.ref}/").content.decode()

    assert f"/indicators/D-2/records/?unit=p&amp;basis={alert.basis}&amp;period=2026-10" in page
    assert "ts-chart" in page
    assert "Hệ thống" in page
    assert "Nhận xử lý" in page


def test_everything_that_can_be_done_is_a_form_that_needs_no_script(watch: Hands) -> None:
    alert = a_missed_target()
    browser = logged_in(watch.head)
    act = f"/alerts/{alert.ref}/act/"

    for fields in (
        {"act": "comment", "words": "Đã gọi xã x"},
        {"act": "acknowledge", "words": "Tôi nhận"},
        {"act": "silence", "until": "2099-01-01", "why": "quá xa"},
        {"act": "silence", "until": "", "why": "không có ngày"},
        {"act": "assign", "to": watch.head.ref},
        {"act": "dance"},
    ):
        assert browser.post(act, fields).status_code == 302

    page = text_of(browser, f"/alerts/{alert.ref}/")
    done = ("Đã gọi xã x", "Tôi nhận", "Đã giao người phụ trách.")
    refused = ("không quá một năm", "Hãy chọn ngày", "Không rõ phải làm gì")
    assert [said for said in (*done, *refused) if said not in page] == []
    alert.refresh_from_db()
    assert alert.state == Alert.State.ACKNOWLEDGED


def test_somebody_elses_alert_is_a_page_not_found(watch: Hands) -> None:
    alert = a_missed_target()
    browser = logged_in(watch.chair_x)

    assert browser.get(f"/alerts/{alert.ref}/").status_code == 404
    assert browser.post(f"/alerts/{alert.ref}/act/", {"act": "acknowledge"}).status_code == 404
    assert "Không có cảnh báo nào ở đây" in text_of(browser, "/alerts/")


def test_wishes_are_kept(watch: Hands) -> None:
    browser = logged_in(watch.head)

    browser.post("/alerts/wishes/save/", {"target-in_app": "on", "late-digest": "on"})

    kept = AlertWish.objects.get(person=watch.head, kind="target")
    assert (kept.in_app, kept.mail, kept.push, kept.digest) == (True, False, False, False)
    assert 'name="target-mail">' in browser.get("/alerts/wishes/").content.decode()


def test_a_strip_counts_what_is_active_where_one_looks(watch: Hands) -> None:
    alert = a_missed_target()
    by = acting(watch.head)
    at = snapshot_frame(by)

    whole = listed.open_alerts(by, at, UnitView(at.places.by_ref["p"], "current"))
    elsewhere = listed.open_alerts(by, at, UnitView(at.places.by_ref["x"], "current"))

    assert (whole.active, whole.waiting, whole.first) == (1, 1, (alert,))
    assert elsewhere.active == 0


def test_programs_read_and_acknowledge(watch: Hands) -> None:
    alert = a_missed_target()
    browser = Client(enforce_csrf_checks=False)
    browser.force_login(watch.head, backend=settings.AUTHENTICATION_BACKENDS[-1])

    listing = browser.get("/api/v1/alerts?kind=target").json()
    one = browser.post(
        f"/api/v1/alerts/{alert.ref}/acknowledge", json.dumps({"words": "từ máy"}), content_type="application/json"
    ).json()
    refused = browser.post(f"/api/v1/alerts/{alert.ref}/acknowledge", "{}", content_type="application/json")

    assert (listing["total"], listing["items"][0]["ref"]) == (1, alert.ref)
    assert one["state"] == "acknowledged"
    assert one["history"][0]["words"] == "từ máy"
    assert (refused.status_code, refused.json()["code"]) == (409, "already_acknowledged")
    assert browser.get("/api/v1/alerts?state=nonsense").status_code == 404
    assert browser.get("/api/v1/alerts/CB-KHONGCO").status_code == 404
