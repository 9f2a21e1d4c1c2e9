"""A directive is given about something, answered with evidence, asked again, closed; lateness climbs once."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from tinhso.blocks.documents.models import Paper
from tinhso.blocks.identity.models import Person
from tinhso.blocks.messaging.models import Message
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.signatures.tests.makers import a_pdf
from tinhso.government.programme import services
from tinhso.government.programme.jobs import KEEPER
from tinhso.government.programme.models import Directive, Entry
from tinhso.government.programme.queries import board, lookup
from tinhso.government.programme.tests.makers import FRIDAY, MONDAY, Place, a_directive
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.ui.round_trips import read_together

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def logged_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def test_a_directive_about_a_place_is_answered_asked_again_and_closed(place: Place) -> None:
    leader, clerk = place.by("leader"), place.by("clerk")
    one = a_directive(place, about="place:W", due_on=None)

    assert (one.about_kind, one.about_label) == ("place", "Đơn vị W")
    assert one.due_on == FRIDAY + 3 * DAY  # five working days from Monday
    services.answer(ref=one.ref, words="Đã họp, còn hai việc.", by=clerk, now=MONDAY + DAY)
    services.ask_again(ref=one.ref, words="Hai việc ấy khi nào xong?", by=leader, now=MONDAY + 2 * DAY)
    again = services.answer(ref=one.ref, words="Xong cả hai việc.", by=clerk, now=MONDAY + 3 * DAY)
    closed = services.close(ref=one.ref, words="", by=leader, now=MONDAY + 4 * DAY)

    assert (again.answered_at, again.asked_again, closed.state) == (MONDAY + DAY, 1, "closed")
    assert [entry.did for entry in closed.entries.order_by("number")] == [
        "given",
        "answered",
        "asked_again",
        "answered",
        "closed",
    ]


def test_a_closed_directive_is_answered_no_more_and_nothing_of_it_changes(place: Place) -> None:
    one = a_directive(place)
    services.answer(ref=one.ref, words="Đã làm xong.", by=place.by("clerk"), now=MONDAY)
    services.close(ref=one.ref, words="", by=place.by("leader"), now=MONDAY)

    with pytest.raises(Refused, match="not_now"):
        services.answer(ref=one.ref, words="Thêm một ý nữa.", by=place.by("clerk"), now=MONDAY)
    with pytest.raises(Refused, match="not_now"):
        services.close(ref=one.ref, words="", by=place.by("leader"), now=MONDAY)
    for change in ({"state": "open", "closed_at": None}, {"words": "khác"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Directive.objects.filter(pk=one.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(directive=one).update(note="khác")


def test_nobody_answers_for_another_unit_nor_closes_what_was_given_to_their_own(place: Place) -> None:
    one = a_directive(place)

    with pytest.raises(Forbidden):
        services.answer(ref=one.ref, words="Chúng tôi trả lời.", by=place.by("stranger"), now=MONDAY)
    with pytest.raises(Forbidden):
        lookup.visible_directive(one.ref, place.by("stranger"))
    services.answer(ref=one.ref, words="Đã làm xong.", by=place.by("head"), now=MONDAY)
    with pytest.raises(Forbidden):
        services.close(ref=one.ref, words="", by=place.by("head"), now=MONDAY)
    with pytest.raises(Forbidden):
        a_directive(place, by=place.by("head"))
    with pytest.raises(Refused, match="unknown_owner"):
        a_directive(place, owner=place.stranger.ref)
    with pytest.raises(Refused, match="unknown_subject"):
        a_directive(place, about="alert:KHONG-CO")


def test_lateness_climbs_from_owner_to_head_to_leader_and_each_hears_once(place: Place) -> None:
    one = a_directive(place)

    def reminders_after(days: int) -> list[tuple[str, int]]:
        services.escalate_late(by=KEEPER, now=MONDAY + days * DAY)
        services.escalate_late(by=KEEPER, now=MONDAY + days * DAY)
        people = (place.clerk, place.head, place.leader)
        return [(who.username, Message.objects.filter(to=who, key__startswith="programme:").count()) for who in people]

    assert reminders_after(0) == [("clerk", 0), ("head", 0), ("leader", 0)]  # four days ahead
    assert reminders_after(2) == [("clerk", 1), ("head", 0), ("leader", 0)]
    assert reminders_after(4) == [("clerk", 1), ("head", 0), ("leader", 0)]  # the day itself
    assert reminders_after(7) == [("clerk", 1), ("head", 1), ("leader", 0)]  # Monday: one working day late
    assert reminders_after(9) == [("clerk", 1), ("head", 1), ("leader", 1)]
    found = read_together([board.late_attention(frozenset({place.agency.pk}), MONDAY + 9 * DAY, 5)])[0]
    assert [attention.title for attention in found] == [f"Chỉ đạo quá hạn: {one.title}"]
    services.extend_directive(
        ref=one.ref, due_on=FRIDAY + 28 * DAY, words="Chờ thiết bị về.", by=place.by("leader"), now=MONDAY + 9 * DAY
    )
    assert Directive.objects.get(pk=one.pk).climbed == 0


def test_who_has_to_act_next_is_told_and_evidence_opens_for_those_who_see_the_directive(place: Place) -> None:
    one, clerk = a_directive(place, due_on=None, now=clock.now()), logged_in(place.clerk)  # old news is told to nobody
    pdf = SimpleUploadedFile("bien-ban.pdf", a_pdf(), content_type="application/pdf")

    page = clerk.get("/programme/mine/").content.decode()
    clerk.post(f"/directives/{one.ref}/act/", {"act": "answer", "words": "Có biên bản kèm theo.", "files": pdf})
    for number in Announcement.objects.filter(delivered_at=None).order_by("pk").values_list("pk", flat=True):
        outbox.deliver_announcement(number)

    paper = Paper.objects.get(uses__used_in=f"programme:{one.ref}")
    assert one.title in page
    assert Message.objects.filter(to=place.clerk, title=f"Chỉ đạo mới: {one.title}").count() == 1
    assert Message.objects.filter(to=place.leader, title=f"Có trả lời: {one.title}").count() == 1
    for person, status in ((place.leader, 200), (place.head, 200), (place.stranger, 403)):
        assert logged_in(person).get(f"/papers/{paper.ref}/").status_code == status


def test_lists_are_taken_away_as_files_and_a_stranger_moves_nothing(place: Place) -> None:
    one = a_directive(place, title="=Việc có công thức")
    leader, stranger = logged_in(place.leader), logged_in(place.stranger)

    table = leader.get("/programme/files/directives.csv?tray=all").content.decode("utf-8-sig")
    book = leader.get("/programme/files/targets.xlsx")
    for act in ("answer", "close", "withdraw", "ask_again", "extend", "settle"):
        stranger.post(f"/directives/{one.ref}/act/", {"act": act, "words": "Tôi làm thay.", "to": "BAN"})

    assert "'=Việc có công thức" in table
    assert (book.status_code, book.content[:2]) == (200, b"PK")
    assert stranger.get(f"/directives/{one.ref}/").status_code == 403
    assert stranger.get("/directives/new/").status_code == 403
    assert one.title not in stranger.get("/programme/files/directives.csv").content.decode()
    assert Directive.objects.get(pk=one.pk).moves == 1
