"""The language of computed places understands calls with plain arguments and nothing else."""

import pytest

from tinhso.ioc.queries.bulletins import phrases
from tinhso.ioc.queries.bulletins.phrases import BadPhrase, PhraseCall


def test_words_and_places_are_taken_apart() -> None:
    pieces = phrases.parse('Đạt {{ value("D-1", period="before") }} trong {{ period }}.')

    assert pieces == ("Đạt ", PhraseCall("value", "D-1", (("period", "before"),)), " trong ", PhraseCall("period"), ".")


def test_the_indicators_of_a_text_are_known() -> None:
    assert phrases.indicators_in('{{ value("A") }} {{ best("B", n=2) }} {{ period }}') == {"A", "B"}


@pytest.mark.parametrize(
    "place",
    [
        "__import__('os').system('id')",
        "value.__class__",
        "value('D-1').__class__",
        "''.join(['a'])",
        "value('D-1', **{})",
        "value(*['D-1'])",
        "value(value('D-1'))",
        "value('D-1' + 'x')",
        "[x for x in 'abc']",
        "lambda: 1",
        "eval('1')",
        "value",
        "period('D-1')",
        "value('D-1', colour='red')",
        "value('D-1', period='ever')",
        "best('D-1', n=99999999)",
        "best('D-1', n=True)",
        "1 if 1 else 2",
        "f'{1}'",
        "",
        "(" * 200,
        "value('D-1'",
        "{% load x %}",
    ],
)
def test_whatever_is_no_plain_call_is_refused(place: str) -> None:
    with pytest.raises(BadPhrase):
        phrases.parse("{{ " + place + " }}")


@pytest.mark.parametrize("text", ["{{ period", "period }}", "{{ period }} }}", "{{ {{ period }} }}"])
def test_places_that_do_not_close_are_refused(text: str) -> None:
    with pytest.raises(BadPhrase):
        phrases.parse(text)


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(BadPhrase):
        phrases.parse("a" * 30_000)

    with pytest.raises(BadPhrase):
        phrases.parse("{{ period }}" * 300)
