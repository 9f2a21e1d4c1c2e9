"""Pages for who leads teams, for members and for everybody; and what others must not do on them."""

import re
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client

from tinhso.blocks.identity.tests import makers as people
from tinhso.kernel import clock
from tinhso.society.community_teams import services
from tinhso.society.community_teams.models import Attendance, Difficulty, MonthReport, Session, Task, Visit
from tinhso.society.community_teams.queries import certificates
from tinhso.society.community_teams.services.training import AttendanceRecord
from tinhso.society.community_teams.tests import makers
from tinhso.society.community_teams.tests.test_training import a_session

pytestmark = pytest.mark.django_db


def logged_in(name: str, unit: object, *rights: str, code: str = "") -> Client:
    """A browser of somebody with these rights at a unit."""
    person = people.a_person(name)
    people.a_post(person, unit, people.a_role(*rights, code=code or name))  # type: ignore[arg-type]
    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[-1])
    return client


def a_member_logs_in(team: object) -> Client:
    client = logged_in("hoa", team.unit, "work in teams")  # type: ignore[attr-defined]
    makers.a_member(team, "TV-H", account="hoa")  # type: ignore[arg-type]
    return client


def test_a_member_does_a_months_work_on_a_phone(client: Client) -> None:
    makers.a_place()
    team = makers.a_team()
    hoa = a_member_logs_in(team)
    base = f"/community/teams/{team.ref}"

    assert hoa.get("/community/").headers["Location"] == "/community/mine/"
    assert "Ghi lượt hỗ trợ" in hoa.get("/community/mine/").content.decode()
    told: dict[str, object] = {
        "day": f"{clock.today()}",
        "kind": "home",
        "people": "3",
        "topics": ["dvc"],
        "women": "9",
    }
    assert "trong đó" in hoa.post(f"{base}/log/", told).content.decode()
    told |= {"women": "2", "once": "a" * 32}
    assert [hoa.post(f"{base}/log/", told).status_code for _taps in range(2)] == [302, 302]
    kind = {"kind": "lua-dao", "words": "Có người gọi giả công an xã", "people": "2"}
    assert hoa.post(f"{base}/tell/", kind).status_code == 302
    assert hoa.post(f"{base}/report/", {"month": f"{clock.today():%Y-%m}"}).status_code == 302

    visit, report = Visit.objects.get(), MonthReport.objects.get()
    assert (visit.people, visit.women, report.figures["people"], Difficulty.objects.get().people) == (3, 2, 3, 2)
    for page in (
        "/community/visits/",
        f"/community/visits/{visit.ref}/",
        "/community/difficulties/?tray=waiting",
        f"{base}/",
        f"{base}/report/",
        "/community/tasks/",
        "/community/training/",
    ):
        assert hoa.get(page).status_code == 200, page
    assert client.get("/community/mine/").status_code == 302


def test_somebody_elses_team_visit_and_answer_are_out_of_reach() -> None:
    place = makers.a_place()
    team, other = makers.a_team("TCN-1"), makers.a_team("TCN-2", unit="E")
    hoa = a_member_logs_in(team)
    theirs = makers.a_visit(other, makers.a_manager(), day=clock.today(), now=clock.now())
    trouble = services.report_difficulty(
        team=other, kind="lua-dao", text="Cuộc gọi giả", by=makers.a_manager(), now=clock.now()
    )
    east = logged_in("east", place.east, "see teams", "manage teams", "answer difficulties")

    for page in (
        f"/community/teams/{other.ref}/",
        f"/community/teams/{other.ref}/log/",
        f"/community/visits/{theirs.ref}/",
        f"/community/difficulties/{trouble.ref}/",
        "/community/reports/",
        "/community/settling/",
        "/community/tasks/new/",
    ):
        assert hoa.get(page).status_code in (403, 404, 409), page
    hoa.post(f"/community/visits/{theirs.ref}/void/", {"why": "Không thích"})
    hoa.post(f"/community/difficulties/{trouble.ref}/act/", {"act": "answer", "words": "Tự trả lời thay người khác"})
    east.post(f"/community/teams/{team.ref}/report/", {"month": "2026-11"})
    assert Visit.objects.get(pk=theirs.pk).voided_at is None
    assert Difficulty.objects.get().state == "open"
    assert not MonthReport.objects.exists()
    east.post(f"/community/difficulties/{trouble.ref}/act/", {"act": "answer", "words": "Đã báo công an xã xử lý"})
    assert Difficulty.objects.get().state == "answered"


def test_who_leads_trains_and_certifies() -> None:
    place = makers.a_place()
    member = makers.a_member(makers.a_team())
    lead = logged_in("lead", place.west, "see teams", "manage teams")
    plan = {
        "title": "Ký số từ xa",
        "skill": "dich-vu-cong",
        "unit": "W",
        "held_on": f"{clock.today()}",
        "hours": "3,5",
        "place": "Nhà văn hóa",
        "trainer": "Cán bộ sở",
        "seats": "20",
    }
    answer = lead.post("/community/training/new/", plan | {"hours": "3.5"})
    session = Session.objects.get()
    page = f"/community/training/{session.ref}/"
    assert answer.headers["Location"] == page
    lead.post(f"{page}act/", {"act": "enrol", "member": [member.ref]})
    lead.post(f"{page}act/", {"act": "attend", "present": [member.ref], f"score-{member.ref}": "70,5"})
    assert Session.objects.get().state == "planned"  # a score that is no whole number closes nothing
    lead.post(f"{page}act/", {"act": "attend", "present": [member.ref]})
    lead.post(f"{page}act/", {"act": "certify"})
    seat = session.seats_taken.get()
    assert re.fullmatch(r"01/\d{4}/W-GCN-TCNS", seat.certificate)
    assert seat.certificate in lead.get(page).content.decode()


def test_who_leads_gives_tasks_and_sees_who_has_not_reported() -> None:
    place = makers.a_place()
    team = makers.a_team()
    lead = logged_in("lead", place.west, "see teams", "manage teams")
    due = {"title": "Vận động cài VNeID", "due_on": "2099-01-04", "unit": "W", "tiers": ["hamlet"]}

    assert lead.post("/community/tasks/new/", due).status_code == 302
    assert Task.objects.get().team == team
    reports = lead.get("/community/reports/").content.decode()
    assert "0/1 tổ đã gửi" in reports
    assert 'unit=W#missing"' in reports
    assert team.name not in reports
    assert team.name in lead.get("/community/reports/?unit=W").content.decode()
    for at in (
        "/community/",
        "/community/tasks/",
        f"/community/tasks/{Task.objects.get().ref}/",
        "/community/training/",
        "/community/settling/",
        "/community/visits/",
        "/community/difficulties/",
        "/registers/teams/",
        "/registers/team-members/",
    ):
        assert lead.get(at).status_code == 200, at


def test_the_certificate_is_a_pdf_for_those_who_may_see_it_alone() -> None:
    pytest.importorskip("weasyprint")
    place = makers.a_place()
    member = makers.a_member(makers.a_team())
    by = makers.a_manager()
    session = services.plan_session(
        title="Ký số từ xa",
        skill="dich-vu-cong",
        unit=place.west,
        held_on=clock.today(),
        hours=Decimal(4),
        place="Nhà văn hóa",
        trainer="Cán bộ",
        seats=5,
        by=by,
        now=clock.now(),
    )
    services.enrol_members(ref=session.ref, members=[member.ref], by=by, now=clock.now())
    services.record_attendance(ref=session.ref, seen={member.ref: AttendanceRecord(True)}, by=by, now=clock.now())
    services.certify_members(ref=session.ref, by=by, now=clock.now())
    address = f"/community/training/{session.ref}/certificates/{member.ref}.pdf"

    lead, stranger = logged_in("lead", place.west, "see teams"), logged_in("far", place.east, "see teams")

    assert lead.get(address).content[:5] == b"%PDF-"
    assert stranger.get(address).status_code in (403, 404, 409)


def test_everybody_finds_the_team_of_their_hamlet_without_an_account(client: Client) -> None:
    makers.a_place()
    makers.a_member(makers.a_team(place="Nhà văn hóa ấp"), name="Người Kín Tiếng")

    page = client.get("/community/find/", {"q": "ap mot"}).content.decode()
    none = client.get("/community/find/", {"q": "khong-co\0"}).content.decode()

    assert "Nhà văn hóa ấp" in page
    assert "Kín Tiếng" not in page
    assert "Không thấy tổ nào" in none


def test_a_session_shows_a_certificate_that_no_public_page_proves() -> None:
    place = makers.a_place()
    browser = logged_in("phu-trach", place.west, "see teams", "manage teams")
    member = makers.a_member(makers.a_team(), "TV-9")
    session, by = a_session(place), makers.a_manager()
    services.enrol_members(ref=session.ref, members=[member.ref], by=by, now=makers.MONDAY)
    services.record_attendance(ref=session.ref, seen={member.ref: AttendanceRecord(True)}, by=by, now=makers.MONDAY)
    Attendance.objects.update(certificate="7/2026/W-GCN", certified_at=makers.MONDAY)

    page = browser.get(f"/community/training/{session.ref}/")
    told = certificates.certificate_document(Attendance.objects.select_related("session__unit", "member__team").get())

    assert page.status_code == 200
    assert "7/2026/W-GCN" in page.content.decode()
    assert told.verify == ""
