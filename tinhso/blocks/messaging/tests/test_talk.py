"""A conversation as plain data: whatever the order in which messages arrive, what was told is the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tinhso.blocks.messaging.contract import KnownReport, TalkChoice
from tinhso.blocks.messaging.contract.talk import (
    Offers,
    Talk,
    TalkEnding,
    TalkMessage,
    TalkQuestion,
    contact_in,
    language_of,
    looked_up,
    next_question,
    settle_talk,
    wish_of,
)

BEGAN = datetime(2026, 11, 2, 8, tzinfo=UTC)
SIMILAR = KnownReport("PA-9", "Ổ gà", "đang xử lý", 40, "/reports/PA-9/")


@dataclass
class World:
    known: tuple[KnownReport, ...] = ()

    def suggest(self, text: str) -> Sequence[TalkChoice]:
        return [TalkChoice("duong", "Đường sá"), TalkChoice("rac", "Rác thải")]

    def nearby(self, talk: Talk) -> Sequence[KnownReport]:
        return self.known


def script(*told: str) -> list[TalkMessage]:
    """Messages a minute apart: words, ``@`` for a place, ``#`` for a picture."""
    messages = []
    for number, words in enumerate(told):
        key, at = f"{number:03d}", BEGAN + timedelta(minutes=number)
        if words == "@":
            messages.append(TalkMessage(key, at, longitude=106.37, latitude=10.24))
        elif words.startswith("#"):
            messages.append(TalkMessage(key, at, photos=(f"p{number}",), text=words[1:]))
        else:
            messages.append(TalkMessage(key, at, words))
    return messages


def after(*told: str, known: tuple[KnownReport, ...] = ()) -> tuple[Talk, TalkQuestion]:
    talk, offers = settle_talk(script(*told), Offers(), World(known))
    return talk, next_question(talk, offers)


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ((), TalkQuestion.WHAT),
        (("xin chào",), TalkQuestion.WHAT),
        (("#",), TalkQuestion.WHAT),
        (("Đường hỏng trước chợ",), TalkQuestion.WHERE),
        (("@", "Đường hỏng trước chợ"), TalkQuestion.CATEGORY),
        (("@", "Đường hỏng trước chợ", "1"), TalkQuestion.PHOTO),
        (("@", "#", "Đường hỏng trước chợ", "1"), TalkQuestion.CONFIRM),
        (("Đường hỏng", "12 đường Chợ, ấp 3", "rác thải", "bỏ qua"), TalkQuestion.CONFIRM),
        (("Đường hỏng", "12 đường Chợ, ấp 3", "rac thai", "bo qua", "1"), TalkQuestion.NOTHING),
    ],
)
def test_only_what_was_not_told_yet_is_asked(told: tuple[str, ...], asked: TalkQuestion) -> None:
    assert after(*told)[1] == asked


def test_what_is_added_before_the_end_is_part_of_the_description() -> None:
    talk, _asked = after("Đường hỏng", "@", "1", "#", "Xe máy hay ngã ở đây", "gửi")

    assert talk.text == "Đường hỏng\nXe máy hay ngã ở đây"
    assert (talk.end, talk.category, talk.photos) == (TalkEnding.SENT, "duong", ("p3",))


def test_a_similar_report_may_be_followed_instead() -> None:
    before, asked = after("Đường hỏng", "@", "1", "#", known=(SIMILAR,))
    followed, _end = after("Đường hỏng", "@", "1", "#", "1", known=(SIMILAR,))
    other, sent = after("Đường hỏng", "@", "1", "#", "2", "1", known=(SIMILAR,))

    assert (before.end, asked) == (TalkEnding.NOT, TalkQuestion.NEARBY)
    assert (followed.end, followed.follow) == (TalkEnding.FOLLOWED, "PA-9")
    assert (other.end, sent) == (TalkEnding.SENT, TalkQuestion.NOTHING)


@pytest.mark.parametrize(
    "told", [("gửi",), ("Đường hỏng", "gửi"), ("Đường hỏng", "@", "gửi"), ("Đường hỏng", "@", "9")]
)
def test_what_is_not_whole_is_not_sent_and_a_number_that_was_not_offered_chooses_nothing(told: tuple[str, ...]) -> None:
    talk, _asked = after(*told)

    assert talk.end == TalkEnding.NOT
    assert talk.category == ""
    assert not talk.understood


def test_a_cancelled_conversation_reads_nothing_more() -> None:
    talk, _asked = after("Đường hỏng", "HỦY", "Rác đầy đường")

    assert (talk.end, talk.text) == (TalkEnding.CANCELLED, "Đường hỏng")


WHOLE = [
    ("Đường hỏng trước chợ", "@", "1", "#", "gửi"),
    ("#", "Đường hỏng trước chợ", "@", "category", "gửi"),
    ("@", "#", "Rác đầy đường", "2", "1"),
    ("Đường hỏng trước chợ", "số 12 đường Chợ, ấp 3", "đường sá", "bỏ qua", "ok"),
    ("Đường hỏng trước chợ", "@", "1", "#", "mới", "gửi"),
]


@settings(max_examples=150, deadline=None)
@given(some.sampled_from(WHOLE), some.data())
def test_any_order_and_any_repetition_of_arrival_make_one_draft_of_the_same_words(
    told: tuple[str, ...], data: some.DataObject
) -> None:
    messages = script(*("rác thải" if words == "category" else words for words in told))
    world = World((SIMILAR,) if "mới" in told else ())
    wanted, _offers = settle_talk(messages, Offers(), world)
    arrivals = data.draw(some.permutations(messages + data.draw(some.lists(some.sampled_from(messages), max_size=4))))

    drafts: list[Talk] = []
    here: list[TalkMessage] = []
    offers = Offers()
    for one in arrivals:
        if drafts:
            continue  # what comes after the end and was sent before it is late, and changes nothing
        here.append(one)
        talk, offers = settle_talk(here, offers, world)
        drafts += [talk] if talk.end else []

    assert [draft.end for draft in drafts] == [wanted.end] == [TalkEnding.SENT]
    assert (drafts[0].text, drafts[0].category, drafts[0].photos) == (wanted.text, wanted.category, wanted.photos)
    assert (drafts[0].spot, drafts[0].address) == (wanted.spot, wanted.address)


@settings(max_examples=200, deadline=None)
@given(
    some.lists(
        some.text(max_size=30) | some.sampled_from([*"123@#", "gửi", "hủy", "bỏ qua", "mới", "đổi loại"]), max_size=12
    )
)
def test_nothing_that_anybody_writes_breaks_it_and_nothing_is_sent_without_what_and_where(told: list[str]) -> None:
    talk, asked = after(*told, known=(SIMILAR,))

    assert (asked == TalkQuestion.NOTHING) == (talk.end != TalkEnding.NOT)
    if talk.end == TalkEnding.SENT:
        assert talk.text
        assert talk.spot or talk.address
        assert talk.category


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("Huỷ", "cancel"),
        ("trợ giúp!", "help"),
        ("Tra cứu PA-7K2M", "lookup"),
        ("thư a.b@vidu.vn", "contact"),
        ("OK", "send"),
        ("hủy hoại cây xanh ở công viên", ""),
        ("thư viện đóng cửa", ""),
    ],
)
def test_only_a_whole_message_is_a_command(words: str, wish: str) -> None:
    assert wish_of(words) == wish


def test_references_and_addresses_are_read_as_they_are_meant() -> None:
    assert looked_up("tra cứu pa-7k2m") == "PA-7K2M"
    assert contact_in("email: A.B@vidu.vn") == "a.b@vidu.vn"
    assert contact_in("thư không-phải") == ""


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("The road is broken near the market", "en"),
        ("help", "en"),
        ("Đường hỏng", "vi"),
        ("duong hong truoc cho", "vi"),
        ("ok", ""),
        ("1", ""),
    ],
)
def test_english_is_answered_in_english(words: str, language: str) -> None:
    assert language_of(words) == language
