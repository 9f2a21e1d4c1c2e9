"""What those who look after channels see, and what they may do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import a_person, a_post, a_province, a_role
from tinhso.blocks.messaging.models import Correspondent, Incoming, Outgoing, Received
from tinhso.blocks.messaging.queries.rules import rules
from tinhso.blocks.messaging.services import fetching
from tinhso.blocks.messaging.tests import makers as a

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(settings: Any, tmp_path: Path) -> Iterator[Correspondent]:
    a.set_up(settings, tmp_path)
    yield a.a_correspondent()
    a.put_back()


def somebody(username: str, *rights: str) -> Person:
    person = a_person(username)
    a_post(person, a_province(), a_role(*rights, code=username, everywhere=True))
    return person


@pytest.fixture
def watcher(who: Correspondent, client: Client) -> Client:
    """Somebody who may look but not answer."""
    client.force_login(somebody("xem", "see channels"))
    return client


@pytest.fixture
def official(who: Correspondent, client: Client) -> Client:
    client.force_login(somebody("tra-loi", "see channels", "answer channels"))
    return client


def test_the_list_names_nobody_and_shows_what_is_going_on(watcher: Client, who: Correspondent) -> None:
    page = watcher.get("/channels/").content.decode()

    assert who.ref in page
    assert who.sender not in page
    assert "…4321" in page
    assert "đang nói chuyện" in page
    assert Entry.objects.filter(did="viewed").count() == 0


def test_a_conversation_is_shown_as_words_and_each_look_is_written_down(watcher: Client, who: Correspondent) -> None:
    page = watcher.get(f"/channels/{who.ref}/").content.decode()

    assert "Đường hỏng trước chợ &lt;b&gt;An Bình&lt;/b&gt;" in page
    assert "-201" in page
    assert 'name="text"' not in page
    assert Entry.objects.filter(did="viewed", subject=who.ref).count() == 1


def test_an_answer_by_hand_is_sent_after_all_else_and_bears_who_wrote_it(official: Client, who: Correspondent) -> None:
    answer = official.post(f"/channels/{who.ref}/answer/", {"text": " Xã đã cử người đến. "}, follow=True)
    empty = official.post(f"/channels/{who.ref}/answer/", {"text": " \0 "}, follow=True)

    last = who.outgoing.latest("number")
    assert (last.text, last.state) == ("Xã đã cử người đến.", "waiting")
    assert Person.objects.get(ref=last.written_by).username == "tra-loi"
    assert "Đã xếp tin để gửi" in answer.content.decode()
    assert "Hãy viết nội dung" in empty.content.decode()
    assert Entry.objects.filter(did="answered", subject=who.ref).exists()


@pytest.mark.parametrize(("act", "state"), [("again", "waiting"), ("skip", "skipped")])
def test_what_could_not_be_sent_is_sent_again_or_skipped(
    official: Client, who: Correspondent, act: str, state: str
) -> None:
    dead = Outgoing.objects.get(state="dead")
    listed = official.get("/channels/unsent/").content.decode()

    official.post(f"/channels/unsent/{dead.pk}/mend/", {"act": act})
    twice = official.post(f"/channels/unsent/{dead.pk}/mend/", {"act": act}, follow=True).content.decode()

    assert "-201" in listed
    assert Outgoing.objects.get(pk=dead.pk).state == state
    assert "không còn ở tình trạng" in twice


def test_who_may_only_look_cannot_write(watcher: Client, who: Correspondent) -> None:
    dead = Outgoing.objects.get(state="dead")

    statuses = [
        watcher.post(f"/channels/{who.ref}/answer/", {"text": "x"}).status_code,
        watcher.post(f"/channels/unsent/{dead.pk}/mend/").status_code,
    ]

    assert statuses == [403, 403]


def test_who_has_no_right_sees_nothing(who: Correspondent, client: Client) -> None:
    client.force_login(a_person("la"))

    pages = ["/channels/", f"/channels/{who.ref}/", "/channels/unsent/", f"/channels/{who.ref}/pictures/x/"]

    assert {client.get(page).status_code for page in pages} == {403}


def test_a_picture_is_handed_out_as_a_file_of_its_kind_and_written_down(watcher: Client, who: Correspondent) -> None:
    picture = Received(incoming=Incoming.objects.filter(correspondent=who).latest("pk"), position=0)
    fetching.keep_picture(picture, a.a_picture(), rules().limits)
    picture.save()

    answer = watcher.get(f"/channels/{who.ref}/pictures/{picture.sha256}/")
    lost = watcher.get(f"/channels/{who.ref}/pictures/{'0' * 64}/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer) == a.a_picture()
    assert lost.status_code in (404, 409)
    assert Entry.objects.filter(did="viewed", subject=who.ref).count() == 1


def test_somebody_who_is_not_there_is_not_found(watcher: Client) -> None:
    assert watcher.get("/channels/NT-KHONGCO/").status_code == 404
