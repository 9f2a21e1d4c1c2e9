"""What happens to reports, by whom, and what the database itself refuses."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from django.db import Error, connection, transaction

from tinhso.blocks.audit.models import Entry as AuditEntry
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.field_reports import services
from tinhso.society.field_reports.contract import TRANSITIONS, Priority, ReportKind, Status
from tinhso.society.field_reports.models import Cell, Entry, Report, Reporter
from tinhso.society.field_reports.queries import lookup, public
from tinhso.society.field_reports.tests import makers
from tinhso.society.field_reports.tests.makers import CITIZEN, MENDED, MONDAY, WHY, Place

pytestmark = pytest.mark.django_db
SATURDAY_NIGHT = datetime(2026, 11, 28, 15, tzinfo=UTC)  # 22:00 in Việt Nam


def test_from_telling_to_the_senders_yes_everything_is_written_down(place: Place) -> None:
    report = makers.mended(place)

    services.say_mended(ref=report.ref, key=makers.key(report), by=CITIZEN, now=MONDAY + timedelta(days=1))

    report.refresh_from_db()
    assert (report.status, report.confirmed) == (Status.CLOSED, True)
    did = list(report.entries.order_by("number").values_list("number", "did"))
    expected = ["told", "received", "classified", "begun", "photo", "resolved", "presented", "confirmed"]
    assert did == list(enumerate(expected, 1))
    assert AuditEntry.objects.filter(subject=report.ref).count() == len(expected)


def test_statuses_follow_each_other_as_the_contract_says_and_no_other_way() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT was, next FROM generate_series(0, 11) was, generate_series(0, 11) next"
            " WHERE field_reports_may_follow(was::smallint, next::smallint)"
        )
        allowed = set(cursor.fetchall())

    assert allowed == {(int(was), int(after)) for was, follow in TRANSITIONS.items() for after in follow}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE field_reports_report SET status = 7, answer = 'Xong rồi, cảm ơn', resolved_at = now()",
        "UPDATE field_reports_report SET text = 'Khác'",
        "UPDATE field_reports_report SET received_at = now()",
        "UPDATE field_reports_report SET status = 8, answer = 'ngắn'",
        "DELETE FROM field_reports_report",
        "UPDATE field_reports_entry SET note = 'Khác'",
        "DELETE FROM field_reports_entry",
        "UPDATE field_reports_reporter SET sealed = true; UPDATE field_reports_reporter SET sealed = false",
    ],
)
def test_the_database_refuses_what_would_rewrite_a_report(place: Place, change: str) -> None:
    makers.received()

    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_nothing_is_resolved_without_a_photo_or_a_reason_for_none(place: Place) -> None:
    report, by = makers.in_progress(place), makers.an_officer(place.west)

    with pytest.raises(Refused, match="no_photo"):
        services.resolve_report(ref=report.ref, answer=MENDED, by=by, now=MONDAY)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE field_reports_report SET status = 5, answer = %s, resolved_at = now() WHERE ref = %s",
            [MENDED, report.ref],
        )
    done = services.resolve_report(
        ref=report.ref, answer=MENDED, by=by, now=MONDAY, no_photo_why="Trời tối, máy ảnh hỏng giữa đường"
    )

    assert done.status == Status.AWAITING


@pytest.mark.parametrize("why", ["", "Không", "x" * 2001])
def test_whoever_told_reads_a_reason_of_some_length(place: Place, why: str) -> None:
    report = makers.received()

    with pytest.raises(Refused, match="bad_reason"):
        services.decline_report(ref=report.ref, why=why, by=makers.an_officer(place.west), now=MONDAY)


def test_danger_is_due_in_three_hours_also_on_saturday_night(place: Place) -> None:
    danger = makers.received(SATURDAY_NIGHT, text="Dây điện đứt trước nhà")
    usual = makers.received(SATURDAY_NIGHT)

    assert danger.due_at == SATURDAY_NIGHT + timedelta(hours=3)
    assert usual.due_at is not None
    assert makers.day(usual.due_at) == datetime(2026, 12, 3).date()


def test_a_new_priority_moves_the_deadline_and_keeps_the_first_promise(place: Place) -> None:
    report, by = makers.received(), makers.an_officer(place.west)
    first = report.due_at

    services.classify_report(ref=report.ref, by=by, now=MONDAY, priority=Priority.DANGER)

    report.refresh_from_db()
    assert report.due_at == MONDAY + timedelta(hours=3)
    assert report.first_due_at == first


def test_only_who_handles_reports_where_it_is_may_touch_it(place: Place) -> None:
    report = makers.received()
    elsewhere, crew = makers.an_officer(place.east), makers.a_crew(place.west)

    with pytest.raises(Forbidden):
        services.classify_report(ref=report.ref, by=elsewhere, now=MONDAY)
    with pytest.raises(Forbidden):
        services.decline_report(ref=report.ref, why=WHY, by=crew, now=MONDAY)
    with pytest.raises(Forbidden, match="not_your_report"):
        lookup.visible_report(report.ref, by=elsewhere)


def test_a_crew_mends_and_the_desk_tells_whoever_told(place: Place) -> None:
    report, crew = makers.in_progress(place), makers.a_crew(place.west)
    Report.objects.filter(pk=report.pk).update(holder="", holder_name="")
    makers.add_after(report, crew)

    by_crew = services.resolve_report(ref=report.ref, answer=MENDED, by=crew, now=MONDAY)
    told = services.present_result(
        ref=report.ref, by=makers.an_officer(place.west), now=MONDAY, answer="Cảm ơn bạn, đã dọn."
    )

    assert by_crew.status == Status.RESOLVED
    assert (told.status, told.answer) == (Status.AWAITING, "Cảm ơn bạn, đã dọn.")


def test_a_sender_who_finds_it_not_mended_opens_it_again_also_after_it_was_closed(place: Place) -> None:
    report, by = makers.mended(place), makers.an_officer(place.west)
    services.close_silent(by=by, now=MONDAY + timedelta(days=8))
    report.refresh_from_db()
    assert (report.status, report.confirmed) == (Status.CLOSED, None)

    services.say_not_mended(
        ref=report.ref,
        key=makers.key(report),
        why="Rác vẫn còn nguyên ở góc chợ",
        by=CITIZEN,
        now=MONDAY + timedelta(days=10),
    )

    report.refresh_from_db()
    assert (report.status, report.reopened, report.confirmed) == (Status.IN_PROGRESS, 1, False)
    with pytest.raises(Refused, match="no_such_key"):
        services.say_mended(ref=report.ref, key=makers.key(makers.received()), by=CITIZEN, now=MONDAY)


def test_what_nobody_answers_closes_by_itself_when_its_days_are_over(place: Place) -> None:
    report, by = makers.mended(place), makers.an_officer(place.west)

    before = services.close_silent(by=by, now=MONDAY + timedelta(days=6))
    after = services.close_silent(by=by, now=MONDAY + timedelta(days=8))

    report.refresh_from_db()
    assert (before, after, report.status) == (0, 1, Status.CLOSED)


def test_a_petition_on_rules_is_sent_on_with_guidance_and_never_public(place: Place) -> None:
    report, by = makers.received(), makers.an_officer(place.west)
    services.classify_report(ref=report.ref, by=by, now=MONDAY)
    assert public.public_report(report.ref).text

    services.decline_report(ref=report.ref, why=WHY, by=by, now=MONDAY, kind=ReportKind.REGULATION)

    report.refresh_from_db()
    assert report.answer.endswith("Hãy gửi trên Cổng Dịch vụ công quốc gia.")
    with pytest.raises(Refused, match="unknown_report"):
        public.public_report(report.ref)


def test_a_denouncers_name_opens_only_to_a_right_of_its_own_with_a_reason_and_each_look_is_kept(place: Place) -> None:
    report, by = makers.received(), makers.an_officer(place.west)
    services.decline_report(ref=report.ref, why=WHY, by=by, now=MONDAY, kind=ReportKind.DENUNCIATION)
    sealed = makers.an_actor("inspector", ("see field reports", "read sealed reporters"), place.west)

    with pytest.raises(Forbidden):
        services.reveal_reporter(ref=report.ref, why="Muốn biết ai đã gửi đơn", by=by)
    with pytest.raises(Refused, match="no_reason"):
        services.reveal_reporter(ref=report.ref, why=" ", by=sealed)
    person = services.reveal_reporter(ref=report.ref, why="Thụ lý tố cáo theo phân công", by=sealed)

    assert person.phone == "0912345678"
    views = AuditEntry.objects.filter(did="viewed", subject=report.ref)
    assert [(one.actor, one.after) for one in views] == [("inspector", {"why": "Thụ lý tố cáo theo phân công"})]


def test_strangers_learn_roughly_where_a_sensitive_thing_lies_and_no_phone_number(place: Place) -> None:
    report = makers.received(category="an-ninh", text="Cờ bạc mỗi tối, gọi tôi 0912 345 678 hoặc a@b.vn")
    services.classify_report(ref=report.ref, by=makers.an_officer(place.west), now=MONDAY)

    shown = public.public_report(report.ref)

    assert shown.place is not None
    assert shown.place.rough
    assert (shown.place.longitude, shown.place.latitude) == pytest.approx((107.05, 15.05))
    assert "0912" not in shown.text
    assert "a@b" not in shown.text
    assert shown.address == ""
    near = makers.received(category="an-ninh", longitude=107.0411, latitude=15.0592)
    assert public.cell_centre(near.longitude or 0, near.latitude or 0) == pytest.approx((107.05, 15.05))


def test_counts_for_the_map_follow_every_change(place: Place) -> None:
    report, by = makers.received(), makers.an_officer(place.west)
    view = (107.0, 15.0, 107.1, 15.1)
    assert public.report_clusters(*view) == []

    services.classify_report(ref=report.ref, by=by, now=MONDAY)
    shown = public.report_clusters(*view)
    services.decline_report(ref=report.ref, why=WHY, by=by, now=MONDAY)
    declined = public.report_clusters(*view)
    services.reconsider_report(ref=report.ref, why=WHY, by=makers.a_supervisor(place), now=MONDAY)
    services.classify_report(ref=report.ref, by=by, now=MONDAY, release=False)

    assert [(one.count, one.open) for one in shown] == [(1, 1)]
    assert [(one.count, one.open) for one in declined] == [(1, 0)]
    assert public.report_clusters(*view) == []
    assert set(Cell.objects.values_list("count", flat=True)) == {0}


def test_reminders_come_once_a_step_and_rise(place: Place) -> None:
    report, by = makers.received(), makers.an_officer(place.west)
    assert report.due_at is not None
    moments = [-72, -1, -1, 1, 1, 30, 30]

    told = [services.remind_of_deadlines(by=by, now=report.due_at + timedelta(hours=hours)) for hours in moments]

    assert told == [0, 1, 0, 1, 0, 1, 0]
    steps = Entry.objects.filter(report=report, did="warned").order_by("number").values_list("detail__step", flat=True)
    assert list(steps) == [1, 2, 3]


def test_ratings_are_given_once_a_step_and_leave_no_trace_in_the_history(place: Place) -> None:
    report = makers.in_progress(place)
    key, entries = makers.key(report), report.entries_count

    services.rate_report(ref=report.ref, key=key, step="receiving", points=4, note="", by=CITIZEN, now=MONDAY)

    with pytest.raises(Refused, match="rated_already"):
        services.rate_report(ref=report.ref, key=key, step="receiving", points=1, note="", by=CITIZEN, now=MONDAY)
    with pytest.raises(Refused, match="not_yet"):
        services.rate_report(ref=report.ref, key=key, step="result", points=1, note="", by=CITIZEN, now=MONDAY)
    report.refresh_from_db()
    assert report.entries_count == entries


def test_who_told_is_forgotten_long_after_the_end_but_not_a_denouncer(place: Place) -> None:
    by = makers.an_officer(place.west)
    closed, sealed, running = makers.mended(place), makers.received(contact="0900000002"), makers.received()
    services.say_mended(ref=closed.ref, key=makers.key(closed), by=CITIZEN, now=MONDAY)
    services.decline_report(ref=sealed.ref, why=WHY, by=by, now=MONDAY, kind=ReportKind.DENUNCIATION)

    early = services.forget_reporters(by=by, now=MONDAY + timedelta(days=300))
    late = services.forget_reporters(by=by, now=MONDAY + timedelta(days=400))

    assert (early, late) == (0, 1)
    phones = Reporter.objects.values_list("report__ref", "phone")
    assert dict(phones) == {closed.ref: "", sealed.ref: "0900000002", running.ref: "0912345678"}
    assert not closed.followers.exists()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_tried_in_whatever_order_nothing_is_half_done(place: Place, seed: int) -> None:
    draw, above = Random(seed), makers.a_supervisor(place)
    reports = [makers.received(contact=f"090000000{n}") for n in range(4)]
    clock = MONDAY

    for _act in range(70):
        clock += timedelta(minutes=7)
        report = draw.choice(reports)
        acts = _acts(report, draw.choice(reports), above, draw, clock)
        was = Report.objects.get(pk=report.pk).status
        try:
            draw.choice(acts)()
        except Refused:
            assert Report.objects.get(pk=report.pk).status == was

    for report in reports:
        report.refresh_from_db()
        steps = list(report.entries.order_by("number").values_list("number", "status"))
        assert [number for number, _status in steps] == list(range(1, report.entries_count + 1))
        path = [status for _number, status in steps]
        legal = {(a, b) for a, follow in TRANSITIONS.items() for b in follow} | {(a, a) for a in Status}
        assert all((before, after) in legal for before, after in pairwise(path))
        assert path[-1] == report.status
        assert (report.merged_into_id is not None) == (report.status == Status.MERGED)
    shown = Report.objects.filter(is_public=True, status__range=(1, 9)).count()
    assert sum(Cell.objects.filter(level=25).values_list("count", flat=True)) == shown


def _acts(report: Report, other: Report, by: Actor, draw: Random, now: datetime) -> list[Callable[[], object]]:
    ref, key = report.ref, makers.key(report)
    to = draw.choice(["W", "E", "T-SO"])
    return [
        lambda: services.classify_report(ref=ref, by=by, now=now, release=draw.random() < 0.8),
        lambda: services.begin_work(ref=ref, by=by, now=now),
        lambda: services.resolve_report(
            ref=ref, answer=MENDED, by=by, now=now, no_photo_why="Trời tối không chụp được"
        ),
        lambda: services.hand_over(ref=ref, to=to, why=WHY, by=by, now=now),
        lambda: services.decide_unit(ref=ref, to=to, why=WHY, by=by, now=now),
        lambda: services.decline_report(ref=ref, why=WHY, by=by, now=now),
        lambda: services.reconsider_report(ref=ref, why=WHY, by=by, now=now),
        lambda: services.escalate_report(ref=ref, why=WHY, by=by, now=now),
        lambda: services.merge_reports(ref=ref, into=other.ref, by=by, now=now),
        lambda: services.unmerge_report(ref=ref, why=WHY, by=by, now=now),
        lambda: services.say_mended(ref=ref, key=key, by=CITIZEN, now=now),
        lambda: services.say_not_mended(ref=ref, key=key, why=WHY, by=CITIZEN, now=now),
        lambda: services.close_silent(by=by, now=now + timedelta(days=8)),
    ]
