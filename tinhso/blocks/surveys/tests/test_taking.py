"""A filled-in form is judged by the version it was filled in with, kept once, and handed to the app whose it is."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import a_person, a_post
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.surveys import queries, services
from tinhso.blocks.surveys.models import FilledIn, Version
from tinhso.blocks.surveys.services import NotRight
from tinhso.blocks.surveys.tests import makers as a
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db


def take(by: Actor, xml: bytes | None = None, files: dict[str, bytes] | None = None) -> Any:
    return services.take_form(survey=a.CODE, xml=xml or a.a_form(), files=files or {}, by=by, now=a.NOW)


def wrong(by: Actor, **told: Any) -> dict[str, str]:
    """Which answers are found fault with, and the words."""
    with pytest.raises(NotRight) as refusal:
        take(by, a.a_form(**told))
    return {one.key: one.message for one in refusal.value.problems}


def test_answers_come_typed_and_by_name(version: Version, lan: Actor) -> None:
    taken = take(lan, a.a_form(rows=2))

    assert taken.values["people"] == 4
    assert taken.values["hours"] == Decimal("1.5")
    assert taken.values["day"] == date(2026, 3, 1)
    assert taken.values["topics"] == ("vneid", "pay")
    assert taken.values["where"] == (10.24, 106.37, 0.0, 5.0)
    assert [one["person_name"] for one in taken.values["person"]] == ["Người 0", "Người 1"]
    assert taken.values["person_hours"] == "6"
    assert taken.started_at == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert (taken.version, taken.survey, taken.received_at) == ("1", a.CODE, a.NOW)


def test_what_is_read_back_is_what_was_taken(version: Version, lan: Actor) -> None:
    taken = take(lan, a.a_form(rows=2))

    assert queries.submission_of(queries.readable_one(taken.ref, lan)) == taken


def test_a_form_is_announced_and_written_down(version: Version, lan: Actor) -> None:
    taken = take(lan)

    told = Announcement.objects.get(name="surveys.SubmissionTaken").payload
    assert (told["ref"], told["unit"], told["survey"]) == (taken.ref, "xa", a.CODE)
    assert Entry.objects.filter(did="sent survey", subject=taken.ref).count() == 1


def test_the_same_form_again_is_the_same_form(version: Version, lan: Actor) -> None:
    first, again = take(lan), take(lan)

    assert first == again
    assert FilledIn.objects.count() == 1
    assert Announcement.objects.filter(name="surveys.SubmissionTaken").count() == 1


def test_other_content_under_the_same_name_is_refused(version: Version, lan: Actor) -> None:
    take(lan)

    with pytest.raises(Refused) as refusal:
        take(lan, a.a_form(rows=2))

    assert refusal.value.code == "other_content"


def test_nobody_takes_the_name_of_another_persons_form(version: Version, volunteer: Person, lan: Actor) -> None:
    take(lan)
    hoa = a_person("hoa")
    a_post(hoa, volunteer.posts.get().unit, volunteer.posts.get().role)

    with pytest.raises(Forbidden):
        take(identity.actor_for(hoa))


def test_who_may_not_fill_in_is_refused(version: Version) -> None:
    with pytest.raises(Forbidden):
        take(Actor(ref="NG-x", name="Khách"))


@pytest.mark.parametrize(
    ("told", "key", "words"),
    [
        ({"team": None}, "team", "cần có trả lời"),
        ({"team": "t9"}, "team", "không có lựa chọn"),
        ({"day": "2026-03-03"}, "day", "không thể sau hôm nay"),
        ({"day": "2026-02-30"}, "day", "ngày có thật"),
        ({"spot": "gate"}, "spot", "không có lựa chọn"),
        ({"address": None}, "address", "cần có trả lời"),
        ({"topics": "vneid pay fraud"}, "topics", "nhiều nhất hai"),
        ({"topics": "vneid vneid"}, "topics", "không có lựa chọn"),
        ({"people": "0"}, "people", "Từ 1 đến 500"),
        ({"people": "4.5"}, "people", "số nguyên"),
        ({"people": "99999999999999999999"}, "people", "số nguyên"),
        ({"hours": "NaN"}, "hours", "một số"),
        ({"where": "910 106"}, "where", "vĩ độ"),
        ({"photo": "../../etc/passwd"}, "photo", "Tên tệp"),
        ({"agreed": None}, "agreed", "cần có trả lời"),
    ],
)
def test_a_wrong_answer_is_told_at_its_question(
    version: Version, lan: Actor, told: dict[str, str | None], key: str, words: str
) -> None:
    found = wrong(lan, **told)

    assert list(found) == [key]
    assert words in found[key]


def test_an_answer_within_a_repeat_is_told_at_its_row(version: Version, lan: Actor) -> None:
    xml = a.a_form(rows=2).replace(b"<age>31</age>", b"<age>131</age>")

    with pytest.raises(NotRight) as refusal:
        take(lan, xml)

    assert [one.key for one in refusal.value.problems] == ["person.1.age"]


def test_what_does_not_apply_is_left_out(version: Version, lan: Actor) -> None:
    taken = take(lan, a.a_form(place_kind="market", spot="gate", address="dù có ghi"))

    assert "address" not in taken.values


def test_what_the_form_works_out_is_worked_out_anew(version: Version, lan: Actor) -> None:
    taken = take(lan, a.a_form(person_hours="1000000"))

    assert taken.values["person_hours"] == "6"


def test_an_earlier_version_goes_on_taking_answers(version: Version, lan: Actor) -> None:
    fewer = [one for one in a.QUESTIONS if one["name"] != "agreed"]
    a.published("2", questions=fewer)

    old, new = take(lan), take(lan, a.a_form(version="2", instance="uuid:another-one", agreed=None))

    assert (old.version, new.version) == ("1", "2")
    assert wrong(lan, instance="uuid:a-third-one", agreed=None) == {"agreed": "Câu này cần có trả lời."}


def test_the_app_may_send_a_form_back(version: Version, lan: Actor) -> None:
    with pytest.raises(Refused) as refusal:
        take(lan, a.a_form(address="từ chối"))

    assert refusal.value.code == "strange_address"
    assert not FilledIn.objects.exists()


def _run(command: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(command)


def test_the_database_refuses_to_change_what_was_sent(version: Version, lan: Actor) -> None:
    take(lan)

    for table in ("surveys_filledin", "surveys_version"):
        with pytest.raises(DatabaseError), transaction.atomic():
            _run(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"not xml",
        b"<data id='tree_visit' version='1'>",
        b"<!DOCTYPE data [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><data id='tree_visit' version='1'>&b;</data>",
        b"<!DOCTYPE data SYSTEM 'file:///etc/passwd'><data id='tree_visit' version='1'/>",
        b"<data id='tree_visit' version='1'><meta><instanceID>uuid:12345678</instanceID></meta>\0</data>",
        "<!DOCTYPE d [<!ENTITY x 'y'>]><data id='tree_visit' version='1'>&x;</data>".encode("utf-16"),
    ],
)
def test_hostile_xml_is_refused(version: Version, lan: Actor, xml: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        services.take_form(survey=a.CODE, xml=xml, files={}, by=lan, now=a.NOW)

    assert refusal.value.code in {"bad_xml", "no_instance"}
