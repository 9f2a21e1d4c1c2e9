"""The person's page and the officers' pages, as a browser without script uses them."""

from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from django.test import Client

from tinhso.blocks.audit.models import Entry as Audited
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.applicants import a_clerk, logged_in
from tinhso.blocks.forms.models import Draft
from tinhso.blocks.forms.tests import makers as forms
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.units.models import Unit
from tinhso.government.public_services import jobs
from tinhso.government.public_services.models import ProactiveOffer
from tinhso.government.public_services.queries.proactive import secrets
from tinhso.government.public_services.services import proactive
from tinhso.government.public_services.tests import makers as catalogue
from tinhso.government.public_services.tests import offering as a
from tinhso.kernel import clock

pytestmark = pytest.mark.django_db
NOW = a.NOW


@pytest.fixture
def commune(monkeypatch: pytest.MonkeyPatch) -> Unit:
    """A commune where births are registered; it is Monday morning."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    unit = makers.a_unit("28777", "Xã An")
    a.the_catalogue()
    return unit


def deliver() -> None:
    """Let everybody hear what was announced, as the worker does."""
    for one in Announcement.objects.filter(delivered_at=None).order_by("pk"):
        outbox.deliver_announcement(one.pk)


def a_keeper() -> Client:
    """The browser of who keeps the catalogue."""
    person = people.a_person("keeper")
    people.a_post(person, makers.a_unit("T", "Tỉnh"), people.a_role("manage procedures", code="keeper"))
    return logged_in(person)


def test_the_page_says_why_what_it_costs_and_which_papers_are_there_and_files_at_a_press(
    commune: Unit, tmp_path: Path, client: Client
) -> None:
    a.a_rule(tmp_path, 3)
    birth = a.a_birth(commune)
    address = secrets.offer_path(a.offered())

    page = client.get(address).content.decode()
    answer = client.post(address, {"act": "confirm"}, follow=True).content.decode()

    for told in (birth.code, "Nghị định 224/2026/NĐ-CP, Điều 16", "Trường học thường hỏi", "nhà nước đã có", "1 ngày"):
        assert told in page
    case = Case.objects.exclude(pk=birth.pk).get()
    assert f"Đã nộp hồ sơ {case.code}" in answer
    assert "Tôi muốn trở lại như trước" in answer
    restored = client.post(address, {"act": "restore"}, follow=True).content.decode()
    case.refresh_from_db()
    assert (case.status, "Đã trở lại như trước khi nộp" in restored) == (Case.Status.WITHDRAWN, True)


def test_a_reminder_only_leads_to_the_procedure_also_where_nobody_applies_online(
    commune: Unit, tmp_path: Path, client: Client, settings: Any
) -> None:
    a.a_rule(tmp_path, 1)
    a.a_birth(commune)
    address = secrets.offer_path(a.offered())

    open_front = client.post(address, {"act": "confirm"})
    settings.PROVINCE_DIR = copytree(settings.PROVINCE_DIR, tmp_path / "province")
    (tmp_path / "province" / "cases.toml").write_text("[front]\nonline = false\n")
    closed = client.post(address, {"act": "confirm"})

    assert open_front.headers["Location"] == "/apply/public_services/HT-02/"
    assert closed.headers["Location"] == "/services/HT-02/"
    assert (ProactiveOffer.objects.get().state, Case.objects.count()) == ("confirmed", 1)


def test_the_nightly_work_offers_lapses_and_files(
    commune: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a.a_rule(tmp_path, 4)
    a.a_birth(commune)
    jobs.run_proactive_services(0)
    deliver()
    monkeypatch.setattr(clock, "now", lambda: NOW + a.WEEK)

    jobs.run_proactive_services(0)
    jobs.run_proactive_services(0)

    one = ProactiveOffer.objects.get()
    assert (one.state, one.automatic, one.told_at) == ("done", True, NOW)


def test_a_refusal_with_silence_can_be_taken_back_on_the_same_page(
    commune: Unit, tmp_path: Path, client: Client
) -> None:
    a.a_rule(tmp_path)
    a.a_birth(commune)
    address = secrets.offer_path(a.offered())

    refused = client.post(address, {"act": "refuse", "never": "1"}, follow=True).content.decode()
    again = client.post(address, {"act": "again"}, follow=True).content.decode()
    late = client.post(address, {"act": "confirm"}, follow=True).content.decode()

    assert "Bạn đã chọn không nhận nhắc việc này nữa" in refused
    assert "Bạn đã chọn không nhận" not in again
    assert "không trả lời được nữa" in late
    assert Case.objects.count() == 1


def test_a_form_is_filled_in_beforehand_for_whoever_knows_the_number_and_hands_it_in(
    commune: Unit, tmp_path: Path, client: Client
) -> None:
    schema: dict[str, Any] = {
        "child": {"type": "string", "maxLength": 80},
        "agreed": {"type": "boolean", "const": True},
    }
    document = forms.a_small_document(**schema)
    document["schema"]["required"] = ["child", "agreed"]
    forms.a_version(tmp_path, document | {"procedures": ["HT-02"]})
    a.a_rule(tmp_path, 2, more='prefill = { child = "values:child_name" }')
    a.a_birth(commune, values={"child_name": "Bé Na"})
    one = a.offered()
    address = secrets.offer_path(one)

    stranger = client.post(address, {"act": "confirm", "id_end": "0000"}, follow=True).content.decode()
    refused = Draft.objects.count()
    answer = client.post(address, {"act": "confirm", "id_end": "8901"})
    form = client.get(answer.headers["Location"]).content.decode()
    draft = Draft.objects.get()
    sent = {"revision": draft.revision, "do": "finish", "f.child": "Bé Na", "f.agreed": "1"}
    done = client.post(answer.headers["Location"], sent | _as_posted(draft))
    deliver()

    assert "chưa khớp" in stranger
    assert refused == 0
    assert 'value="Bé Na"' in form
    assert done.status_code == 302, done.content.decode()
    one = ProactiveOffer.objects.get()
    assert (one.state, one.answer) == ("done", "confirmed")
    assert one.filed is not None
    assert one.filed.values["child"] == "Bé Na"


def _as_posted(draft: Draft) -> dict[str, str]:
    """What a careful person ticks."""
    return {key: str(value) for key, value in forms.posted({"child": "Bé Na", "agreed": True}, do="finish").items()} | {
        "revision": str(draft.revision)
    }


def test_whoever_keeps_the_rules_sees_counts_that_lead_to_masked_offers_and_switches_one_off(
    commune: Unit, tmp_path: Path
) -> None:
    a.a_rule(tmp_path)
    a.a_birth(commune)
    one, browser = a.offered(), a_keeper()

    overview = browser.get("/procedures/proactive/").content.decode()
    listed = browser.get("/procedures/proactive/ban-sao/?what=offered").content.decode()
    nothing = browser.get("/procedures/proactive/ban-sao/?what=refused").content.decode()
    off = browser.post("/procedures/proactive/ban-sao/switch/", {"act": "off", "why": "Chờ"}, follow=True)

    assert "/procedures/proactive/ban-sao/?what=offered" in overview
    assert "N. T. Hoa ••••901" in listed
    assert "Nguyễn Thị Hoa" not in listed
    assert one.ref in listed
    assert one.ref not in nothing
    assert "Đã tắt quy tắc." in off.content.decode()
    assert Audited.objects.filter(did="viewed", subject="ban-sao").exists()
    assert proactive.offer_all(day=a.TODAY, by=proactive.PROACTIVE, now=NOW) == 0
    assert browser.get("/procedures/proactive/khong-co/").status_code == 404


def test_a_letter_is_typed_in_and_a_wrong_key_and_an_unknown_code_are_told_alike(
    commune: Unit, tmp_path: Path, client: Client
) -> None:
    a.a_rule(tmp_path)
    a.a_birth(commune)
    one = a.offered()

    right = client.post("/offers/", {"ref": one.ref.lower(), "key": f" {secrets.key_of(one).lower()} "})
    wrong = [
        client.post("/offers/", {"ref": ref, "key": "2" * 14}).content.decode().replace(ref, "")
        for ref in (one.ref, "CD-2222222222")
    ]

    assert right.headers["Location"] == secrets.offer_path(one)
    assert _said(wrong[0]) == _said(wrong[1])


def _said(page: str) -> str:
    return page.partition("<main")[2].partition("csrf")[0]


def test_whoever_receives_prints_a_letter_and_only_then_notice_runs(commune: Unit, tmp_path: Path) -> None:
    a.a_rule(tmp_path, 4)
    a.a_birth(commune)
    one = a.offered(told=False)
    address, clerk = f"/procedures/proactive/letters/{one.ref}/", a_clerk(commune)
    elsewhere = makers.a_unit("B", "Xã B")

    page = clerk.get(address).content.decode()
    silent = proactive.file_due(by=proactive.PROACTIVE, now=NOW + 9 * a.WEEK)
    sent = [clerk.post(address, follow=True).content.decode() for _try in range(2)]
    filed = proactive.file_due(by=proactive.PROACTIVE, now=NOW + a.WEEK)

    assert "Nguyễn Thị Hoa" in page
    assert secrets.key_of(one) in page
    assert (silent, filed) == (0, 1)
    assert ["Đã ghi là đã báo bằng thư." in said for said in sent] == [True, False]
    assert Audited.objects.filter(did="viewed", subject=one.ref).exists()
    assert a_clerk(elsewhere, "noi-khac").get(address).status_code == 403
    assert a_keeper().get("/procedures/proactive/letters/CD-2222222222/").status_code == 404


def test_a_procedure_that_is_no_more_is_said_to_be_gone_and_nothing_is_filed(
    commune: Unit, tmp_path: Path, client: Client
) -> None:
    a.a_rule(tmp_path)
    a.a_birth(commune)
    one = a.offered()
    catalogue.put_an_end("HT-02", last_day=a.TODAY - timedelta(days=2))

    page = client.get(secrets.offer_path(one)).content.decode()
    client.post(secrets.offer_path(one), {"act": "confirm"})

    assert "không có hiệu lực" in page
    assert ProactiveOffer.objects.get().state == "opened"
