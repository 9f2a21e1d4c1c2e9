"""A hundred questions in everyday words, and what each trick of the search is for."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tinhso.blocks.indicators.queries.catalogue import Catalogue
from tinhso.blocks.indicators.queries.search import Match, search_indicators
from tinhso.blocks.indicators.queries.search_words import load_thesaurus, words_of
from tinhso.blocks.indicators.tests.demo_catalogue import all_words, demo_catalogue, measured, plain_bm25, trigrams

QUESTIONS: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "questions.toml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def demo() -> Catalogue:
    """The catalogue of the demo province."""
    return demo_catalogue()


def codes(found: list[Match]) -> list[str]:
    """Codes of what was found, best first."""
    return [match.indicator.code for match in found]


@pytest.mark.parametrize(
    ("asked", "first", "five"), [("dev", 0.9, 0.95), ("held_out", 0.85, 0.95), ("afterwards", 0.65, 0.85)]
)
def test_questions_in_everyday_words_are_answered_among_the_first_five(
    demo: Catalogue, asked: str, first: float, five: float
) -> None:
    found = measured(lambda question: codes(search_indicators(demo, question)), QUESTIONS[asked])

    assert found["@1"] >= first
    assert found["@5"] >= five


def test_it_is_better_than_what_there_was_and_than_two_plain_ways(demo: Catalogue) -> None:
    ways = {
        "all words": all_words(demo),
        "trigrams": trigrams(demo),
        "BM25": plain_bm25(demo),
        "by meaning": lambda question: codes(search_indicators(demo, question)),
    }
    table = {name: {asked: measured(way, QUESTIONS[asked]) for asked in QUESTIONS} for name, way in ways.items()}
    for name, row in table.items():  # shown by pytest -s
        print(f"{name:>10}", {asked: {key: f"{value:.2f}" for key, value in one.items()} for asked, one in row.items()})

    for name in ("all words", "trigrams", "BM25"):
        for asked in QUESTIONS:
            assert table["by meaning"][asked]["@5"] > table[name][asked]["@5"]


def test_there_are_a_hundred_questions_and_their_answers_exist(demo: Catalogue) -> None:
    every = [one for asked in ("dev", "held_out") for one in QUESTIONS[asked]]
    missing = {code for asked in QUESTIONS.values() for one in asked for code in one["right"]} - set(demo.indicators)

    assert len(every) == len({one["ask"] for one in every}) == 100
    assert missing == set()


def test_the_complement_is_found_and_says_that_it_is_one(demo: Catalogue) -> None:
    found = search_indicators(demo, "hồ sơ trước hạn bằng giấy bị trễ hẹn")
    timely = next(match for match in search_indicators(demo, "văn bản trễ hẹn") if match.indicator.code == "CD-024")

    assert found
    assert [(why.said, why.meant, why.kind) for why in timely.why] == [("trễ hẹn", "đúng hạn", "opposite")]


@pytest.mark.parametrize(
    "question",
    [
        "độ mặn trung bình",
        "do man trung binh",
        "ddooj mawnj trung binhf",
        "d9o65 ma85n trung binh",
        "độ mặn trung bìnhh",
    ],
)
def test_marks_telex_vni_and_slips_lead_to_the_same_answer(demo: Catalogue, question: str) -> None:
    assert codes(search_indicators(demo, question))[0] == "MT-001"


def test_marks_count_where_they_are_typed(demo: Catalogue) -> None:
    without, with_marks = codes(search_indicators(demo, "dua")), codes(search_indicators(demo, "dừa"))

    assert "NN-001" in with_marks[:5]
    assert set(with_marks) <= set(without)


def test_a_member_of_a_family_is_named_beside_its_indicator(demo: Catalogue) -> None:
    best = search_indicators(demo, "khách tây")[0]

    assert best.indicator.code == "GD-015"
    assert [item.member.code for item in best.members if item.member] == ["quoc-te"]


def test_a_code_is_found_first_and_words_nobody_knows_find_nothing(demo: Catalogue) -> None:
    assert codes(search_indicators(demo, "DVC-022"))[0] == "DVC-022"
    assert search_indicators(demo, "qwrtpsd") == []
    assert search_indicators(demo, "  ") == []
    assert search_indicators(demo, "\0 _ ' \" ( ; --") == []


def test_a_word_may_be_but_begun(demo: Catalogue) -> None:
    assert "YTE-030" in codes(search_indicators(demo, "tỷ lệ trẻ được tiêm chủ"))[:3]


def test_a_phrase_of_the_thesaurus_belongs_to_one_concept() -> None:
    known = load_thesaurus()
    taken: dict[tuple[str, ...], int] = {}
    twice = []
    for number, concept in enumerate(known.concepts):
        for phrase in concept.words:
            key = tuple(word.exact for word in words_of(phrase))
            if taken.setdefault(key, number) != number:
                twice.append(phrase)

    assert twice == []
