"""From asking to payment: who may do what, deadlines, complaints, lists of givers, mergers of units."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.units.models import Succession, Unit
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.support import services
from tinhso.society.support.contract import ApplicationState
from tinhso.society.support.models import Application, Complaint, List, Quota
from tinhso.society.support.queries import inbox, secrets, standing
from tinhso.society.support.services import lists
from tinhso.society.support.tests import makers
from tinhso.society.support.tests.makers import CITIZEN, MONDAY, WHY, an_imei
from tinhso.ui.round_trips import read_together

pytestmark = pytest.mark.django_db
HEADINGS = "họ và tên;số định danh;điện thoại;xã, phường;năm sinh;giới tính;imei máy cũ;imei máy trao;ngày trao"
LATER = MONDAY + timedelta(days=30)


def a_row(nth: int, *, name: str = "Lê Thị Tư", day: str = "20/11/2026", **changes: str) -> str:
    """A swap that an operator made."""
    told = {"number": f"{83_000_001_000 + nth}", "phone": f"9130{nth:05}", "place": "W", "imei": an_imei(9_000 + nth)}
    told |= changes
    cells = [
        name,
        told["number"],
        told["phone"],
        told["place"],
        "1960",
        "nữ",
        told["imei"],
        an_imei(9_000 + nth, "99000102"),
        day,
    ]
    return ";".join(cells)


def held(*rows: str) -> List:
    """A list that was handed in."""
    content = "\n".join((HEADINGS, *rows)).encode()
    return lists.hold_list(
        code="may-4g", file=BytesIO(content), name="ds.csv", size=len(content), by=makers.a_manager(), now=MONDAY
    )


def test_who_enters_an_application_does_not_approve_it_nor_does_somebody_elsewhere() -> None:
    place = makers.a_place()
    programme = makers.a_programme(place)
    both = makers.somebody("both", ("take support", "decide support"), place.west)
    one = makers.submitted(programme, 1, by=both)

    with pytest.raises(Forbidden, match="four_eyes"):
        services.approve_application(ref=one.ref, by=both, now=MONDAY)
    with pytest.raises(Forbidden, match="no_right"):
        services.approve_application(ref=one.ref, by=makers.a_chief(place.east), now=MONDAY)
    with pytest.raises(Forbidden, match="no_right"):
        makers.submitted(programme, 2, by=makers.a_clerk(place.east))

    services.approve_application(ref=one.ref, by=makers.a_chief(place.west), now=MONDAY)
    events = Announcement.objects.filter(name="support.ApplicationMoved").values_list("payload", flat=True)
    assert [event["state"] for event in events] == ["submitted", "approved"]


def test_what_needs_a_paper_is_approved_once_it_was_seen() -> None:
    place = makers.a_place()
    rule = {"rule": "household", "among": ["poor"], "paper": "Giấy chứng nhận hộ nghèo"}
    programme, chief = makers.a_programme(place, rules=[rule]), makers.a_chief(place.west)
    one = makers.submitted(programme, household="poor")

    with pytest.raises(Refused, match="papers_not_seen"):
        services.approve_application(ref=one.ref, by=chief, now=MONDAY)
    services.ask_paper(ref=one.ref, what="Mang theo giấy chứng nhận.", by=chief, now=MONDAY)
    services.paper_seen(ref=one.ref, what="số 12", by=makers.a_clerk(place.west), now=LATER)
    one.refresh_from_db()
    assert one.due_at is not None
    assert one.due_at > LATER

    assert services.approve_application(ref=one.ref, by=chief, now=LATER).state == ApplicationState.APPROVED


def test_late_stands_first_and_leaders_hear_of_it() -> None:
    place = makers.a_place()
    programme, chief = makers.a_programme(place), makers.a_chief(place.west)
    first = makers.submitted(programme, 1)
    second = services.submit_application(
        programme=programme, draft=makers.a_draft(2), by=makers.somebody("c", ("take support",)), now=LATER
    )

    found = list(inbox.tray_applications(inbox.DECIDE, chief))
    late = list(
        inbox.filter_applications(
            inbox.tray_applications(inbox.DECIDE, chief), inbox.ApplicationFilter(late=True), LATER
        )
    )

    assert (found, late) == ([first, second], [first])
    assert inbox.inbox_counts(chief, LATER)["late"] == 1
    (said,) = read_together([standing.late_items(frozenset({place.west.pk}), LATER, 5)])[0]
    assert first.ref in said.title


def test_a_complaint_that_is_right_opens_a_refusal_anew_and_is_answered_by_somebody_else() -> None:
    place = makers.a_place()
    programme, chief = makers.a_programme(place), makers.a_chief(place.west)
    one = makers.confirmed(programme)
    services.refuse_application(ref=one.ref, why=WHY, by=chief, now=MONDAY)
    key = secrets.key_of(one)
    complaint = services.file_complaint(ref=one.ref, key=key, text="Tôi có giấy chứng nhận mà.", by=CITIZEN, now=MONDAY)

    assert complaint.due_at > MONDAY + timedelta(days=13)  # ten working days
    with pytest.raises(Refused, match="complained"):
        services.file_complaint(ref=one.ref, key=key, text="Tôi nói lần nữa đây.", by=CITIZEN, now=MONDAY)
    with pytest.raises(Forbidden, match="four_eyes"):
        services.answer_complaint(ref=complaint.ref, text="Giữ nguyên như trước.", upheld=False, by=chief, now=MONDAY)
    other = makers.a_chief(place.west, ref="other")
    services.answer_complaint(ref=complaint.ref, text="Anh chị nói đúng, xét lại.", upheld=True, by=other, now=MONDAY)

    one.refresh_from_db()
    assert (one.state, one.answer, Complaint.objects.get().upheld) == (ApplicationState.SUBMITTED, "", True)
    assert one.claims.filter(live=True).count() == 3


def test_a_list_says_what_is_wrong_before_it_is_taken_and_is_undone_as_a_whole() -> None:
    place = makers.a_place()
    programme = makers.a_programme(place)
    makers.submitted(programme, 1, number="083000001005")
    given = held(
        a_row(1),
        a_row(2),
        a_row(2, imei=an_imei(77)),
        a_row(4, place="Xã lạ"),
        a_row(5),
        a_row(6, imei="123"),
        a_row(7, day=""),
        a_row(8, day="31/02/2026"),
    )
    faults = {one.number: one.fault for one in given.lines.exclude(fault="")}
    assert (given.rows, given.faults, sorted(faults)) == (8, 5, [4, 5, 6, 7, 9])
    assert "Trùng" in faults[4]
    assert Application.objects.count() == 1
    by = makers.a_manager()

    first = lists.take_over(ref=given.ref, by=by, now=MONDAY)
    again = lists.take_over(ref=given.ref, by=by, now=MONDAY)

    assert first == again == {"taken": 3, "refused": 5}
    states = sorted(Application.objects.filter(channel="list").values_list("state", flat=True))
    assert states == ["delivered", "delivered", "submitted"]
    assert Quota.objects.get().used_pieces == 2
    assert not given.lines.exclude(sealed=b"").filter(application__isnull=False).exists()
    assert lists.undo_list(ref=given.ref, why="Nhà mạng gửi nhầm tệp.", by=by, now=MONDAY) == 3
    assert Quota.objects.get().used_pieces == 0
    assert lists.take_over(ref=held(a_row(1)).ref, by=by, now=MONDAY)["taken"] == 1


def test_a_list_is_not_undone_once_it_is_being_paid_and_draws_no_more_than_there_is() -> None:
    makers.a_programme(makers.a_place(), pieces=2)
    given, by = held(a_row(1), a_row(2), a_row(3)), makers.a_manager()

    told = lists.take_over(ref=given.ref, by=by, now=MONDAY)
    services.make_batch(code="may-4g", by=by, now=MONDAY)

    assert told == {"taken": 2, "refused": 1}
    assert "Hạn mức" in given.lines.exclude(fault="").get().fault
    with pytest.raises(Refused, match="being_paid"):
        lists.undo_list(ref=given.ref, why="Nhà mạng gửi nhầm tệp.", by=by, now=MONDAY)
    with pytest.raises(IntegrityError, match="being paid"), transaction.atomic():
        Application.objects.filter(state=ApplicationState.DELIVERED).update(state=ApplicationState.WITHDRAWN)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("ds.xlsx", b"PK\x03\x04 not a workbook", "unreadable"),
        ("ds.exe", b"MZ", "unknown_file"),
        ("ds.csv", b"", "empty_file"),
        ("ds.csv", "họ và tên;số định danh\nA;1".encode(), "missing_columns"),
    ],
)
def test_a_file_that_is_no_list_is_refused(name: str, content: bytes, code: str) -> None:
    makers.a_programme(makers.a_place())

    with pytest.raises(Refused, match=code):
        lists.hold_list(
            code="may-4g", file=BytesIO(content), name=name, size=len(content), by=makers.a_manager(), now=MONDAY
        )


def test_what_is_open_follows_the_one_successor_with_its_quota() -> None:
    place = makers.a_place()
    programme = makers.a_programme(place, lines={place.west: 4, place.east: 5})
    one = makers.approved(programme)
    new, day = people.a_unit("N", place.province), MONDAY.date()
    Unit.objects.filter(pk=new.pk).update(valid=(day, None))
    for before in (place.west, place.east):
        Unit.objects.filter(pk=before.pk).update(valid=(None, day))
        Succession.objects.create(
            before=before, after=new, kind="merge", effective=day, known=Unit.objects.get(pk=new.pk).known, share=1
        )
    by = makers.a_manager()

    moved = services.follow_units(today=day, by=by, now=MONDAY)
    again = services.follow_units(today=day, by=by, now=MONDAY)

    one.refresh_from_db()
    line = Quota.objects.get()
    assert (moved.applications, moved.lines, moved.doubtful, again.applications + again.lines) == (1, 2, 0, 0)
    assert (one.unit, one.origin_unit, one.line) == (new, place.west, line)
    assert (line.unit, line.pieces, line.used_pieces, line.money) == (new, 9, 1, 9_000_000)


def test_what_was_open_in_a_unit_that_was_divided_waits_for_somebody_to_say_where_it_goes() -> None:
    place, day = makers.a_place(), MONDAY.date()
    one = makers.submitted(makers.a_programme(place))
    parts = [people.a_unit(ref, place.province) for ref in ("N1", "N2")]
    Unit.objects.filter(pk__in=[part.pk for part in parts]).update(valid=(day, None))
    Unit.objects.filter(pk=place.west.pk).update(valid=(None, day))
    for part in parts:
        known = Unit.objects.get(pk=part.pk).known
        Succession.objects.create(before=place.west, after=part, kind="split", effective=day, known=known)

    moved = services.follow_units(today=day, by=makers.a_manager(), now=MONDAY)
    chief = makers.a_chief(*parts)
    with pytest.raises(Refused, match="no_successor"):
        services.settle_unit(ref=one.ref, to="E", today=day, by=chief, now=MONDAY)
    services.settle_unit(ref=one.ref, to="N2", today=day, by=chief, now=MONDAY)

    one.refresh_from_db()
    assert (moved.doubtful, one.unit, one.needs_unit) == (1, parts[1], False)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "delivered"},
        {"state": "expired"},
        {"born": 1900},
        {"shown_number": "1"},
        {"amount": 7},
        {"line": None},
    ],
)
def test_the_database_refuses_what_no_service_would_do(change: dict[str, Any]) -> None:
    one = makers.approved(makers.a_programme(makers.a_place()))

    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=one.pk).update(**change)


def test_nobody_applies_before_a_programme_begins_nor_after_it_is_closed() -> None:
    place = makers.a_place()
    early = makers.a_programme(place, code="sau", starts_on=date(2027, 1, 1))
    over = services.change_programme_state(code=makers.a_programme(place).code, to="closed", by=makers.a_manager())

    for programme, why in ((early, "ngoài thời gian"), (over, "không nhận")):
        with pytest.raises(Refused, match=why):
            makers.submitted(programme)
