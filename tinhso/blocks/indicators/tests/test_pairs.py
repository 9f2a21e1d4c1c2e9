"""Two sources are compared only where both tell of the same communes, in a month that was over when they were read."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import Fact
from tinhso.blocks.indicators.queries import pairs
from tinhso.blocks.indicators.queries.pairs import ReadingPair
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.kernel.actor import Actor

RECORDED = replace(makers.FINISHED, code="R-1", fact="RECORDED", smallest=0, by=())
REPORTED = replace(makers.FINISHED, code="D-1", smallest=0, by=())
BY = Actor(ref="x", name="x", everywhere=frozenset({"see indicators"}))
YEAR_END = datetime(2024, 12, 31, tzinfo=UTC)


@pytest.fixture(autouse=True)
def two_sources(country: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Returns of everybody, and a register that is what somebody wrote down at the desk."""
    desk = "SELECT * FROM test_dossiers WHERE channel = 'desk'"
    recorded = replace(
        makers.DOSSIERS,
        code="RECORDED",
        select=desk,
        fingerprints=makers.DOSSIERS.fingerprints.replace(
            "FROM test_dossiers", "FROM (SELECT * FROM test_dossiers WHERE channel = 'desk')"
        ),
    )

    def both() -> Iterable[Fact]:
        return [makers.DOSSIERS, recorded]

    monkeypatch.setattr(contract, "FACT_PROVIDERS", [both])


def compared(
    month: str, *units: tuple[str, str, int], covered: pairs.Covered | None = None, now: datetime = YEAR_END
) -> ReadingPair:
    makers.dossiers((unit, month, channel, count, count, 0, "0") for unit, channel, count in units)
    makers.a_catalogue([REPORTED, RECORDED])
    refresh(now=now, today=date(2024, 12, 31))
    (found,) = pairs.compare_pairs([("D-1", "R-1")], BY, at=[("p", month)], covered=covered)[:1]
    return found


def test_the_same_communes_and_month_agree_or_differ() -> None:
    one = compared(
        "2024-05", ("a1", "desk", 4), ("a2", "desk", 3), ("a2", "online", 2), ("b1", "desk", 1), ("b2", "desk", 1)
    )

    assert (one.why_not, one.agrees, int(one.difference)) == ("", False, -2)
    assert [side.words for side in (one.one, one.other)] == ["4/4 xã, phường"] * 2


def test_a_register_of_some_communes_is_not_held_against_returns_of_all() -> None:
    one = compared("2024-05", ("a1", "desk", 4), ("a2", "online", 3), ("b1", "online", 1), ("b2", "desk", 1))

    assert one.why_not == "sổ mới có 2/4 xã, phường"
    assert not one.agrees


def test_each_side_that_lacks_some_is_named() -> None:
    one = compared("2024-05", ("a1", "desk", 4), ("a2", "online", 3))

    assert one.why_not == "báo cáo mới có 2/4 xã, phường, sổ mới có 1/4 xã, phường"


def test_what_is_declared_as_kept_in_full_goes_on_with_communes_that_came_of_it_alone() -> None:
    month = [("x", "desk", 4), ("y", "desk", 3)]  # x came of a1, a2 and a part of b1

    whole = compared("2024-08", *month, covered={"RECORDED": ["a", "b"]})
    (part, *_rest) = pairs.compare_pairs([("D-1", "R-1")], BY, at=[("p", "2024-08")], covered={"RECORDED": ["b"]})

    assert (whole.why_not, whole.agrees) == ("", True)
    assert part.why_not == "sổ mới có 1/2 xã, phường"
    assert part.other.communes == {"y"}
    assert not part.agrees


def test_a_figure_of_the_whole_unit_is_of_all_its_communes() -> None:
    one = compared("2024-05", ("p", "desk", 9))

    assert (one.one.words, one.why_not, one.agrees) == ("cả địa bàn", "", True)


def test_a_month_that_was_not_over_is_not_compared() -> None:
    one = compared("2024-12", ("x", "desk", 4), ("y", "desk", 3), now=datetime(2024, 12, 20, tzinfo=UTC))

    assert (one.why_not, one.agrees) == ("kỳ chưa hết", False)
