"""Lists of what is found in large number: what is walked through, what is cut off, and that the page says which."""

from typing import Any

import pytest
from django.test import Client

from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.queries import finding
from tinhso.blocks.registers.queries.finding import RecordFilter
from tinhso.blocks.registers.tests.makers import a_keeper, a_line, a_place, lines
from tinhso.kernel.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def nine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine lines, of which two are few and six a large number."""
    by, _places = a_keeper(), a_place()
    for n in range(9):
        a_line(by, f"D{n}", name=f"Đường {9 - n}", kind="lan" if n % 3 else "internet", unit="W" if n < 8 else "E")
    monkeypatch.setattr(finding, "FEW", 2)


def everything(wanted: RecordFilter, *, whole: bool = False) -> tuple[list[str], list[finding.RecordPage]]:
    """Codes on all pages of a list, two at a time."""
    codes: list[str] = []
    pages: list[finding.RecordPage] = []
    mark = ""
    while not pages or mark:
        pages.append(finding.record_page(lines(), wanted, a_keeper(), mark=mark, size=2, whole=whole))
        codes += [one.code for one in pages[-1].rows]
        mark = pages[-1].after
    return codes, pages


@pytest.mark.usefixtures("nine")
@pytest.mark.parametrize("expected", [1, 1_000_000])
def test_a_large_number_by_facet_and_unit_is_listed_whole_in_order(
    expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_expected_count", lambda rows: expected)

    codes, pages = everything(RecordFilter(facets={"kind": "lan", "state": "in_use"}, unit="W"))
    none, _pages = everything(RecordFilter(facets={"kind": "nothing", "reserve": "true"}))

    assert codes == ["D7", "D5", "D4", "D2", "D1"]
    assert none == []
    assert {(page.there, page.partly, page.roughly) for page in pages} == {
        (None, False, 1_000_000 if expected > finding.FRONT else None)
    }


@pytest.mark.usefixtures("nine")
@pytest.mark.parametrize("expected", [1, 1_000])
def test_words_in_large_number_list_the_first_found_and_say_so(expected: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "_expected_count", lambda rows: expected)

    codes, pages = everything(RecordFilter(words="duong"))
    few, (page,) = everything(RecordFilter(words="duong 1"))  # a digit that no reference has
    whole, _pages = everything(RecordFilter(words="duong"), whole=True)

    assert (codes, {one.partly for one in pages}, pages[0].there) == (["D1", "D0"], {True}, None)
    assert (few, page.there, page.partly) == (["D8"], 1, False)
    assert whole == [f"D{n}" for n in range(8, -1, -1)]


@pytest.mark.usefixtures("nine")
def test_words_that_stand_only_behind_the_front_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "FRONT", 3)
    monkeypatch.setattr(finding, "_expected_count", lambda rows: 1_000)

    codes, _pages = everything(RecordFilter(words="duong 1"))

    assert codes == ["D8"]


@pytest.mark.parametrize(("number", "told"), [(0, 0), (7, 7), (99, 99), (50_254, 50_000), (1_049_999, 1_000_000)])
def test_what_is_expected_is_told_in_two_digits(number: int, told: int) -> None:
    assert finding._two_digits(number) == told


@pytest.mark.usefixtures("nine")
def test_a_page_says_what_its_number_is(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    person = people.a_person("lan")
    role = people.a_role("see infrastructure", "manage infrastructure", everywhere=True)
    people.a_post(person, people.a_unit("X"), role)
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[-1])

    def page_with_estimate(query: str, expected: int) -> str:
        monkeypatch.setattr(finding, "_expected_count", lambda rows: expected)
        return client.get(f"/registers/lines/?{query}").content.decode()

    assert "Hơn 2 bản ghi. Danh sách này chỉ xếp 2 bản ghi tìm thấy đầu tiên" in page_with_estimate("q=duong", 9)
    assert "Ước tính khoảng 50.000 bản ghi" in page_with_estimate("kind=lan", 50_254)
    assert "Hơn 2 bản ghi" in page_with_estimate("kind=lan", 9)
    assert "1 bản ghi" in page_with_estimate("q=d8", 9)


@pytest.mark.parametrize("code", sorted(REGISTERS))
def test_a_unit_that_nobody_knows_leaves_nothing_in_any_register(code: str, client: Client, settings: Any) -> None:
    register = REGISTERS[code]
    a_place()
    person = people.a_person("lan")
    people.a_post(person, people.a_unit("X"), people.a_role(register.see, everywhere=True))
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[-1])

    page = client.get(f"/registers/{code}/?unit=nobody")
    told = client.get(f"/api/v1/registers/{code}/records?unit=nobody&q=words")

    assert page.status_code == 200
    assert (told.status_code, told.json()) == (200, {"next": "", "items": []})


def test_who_reaches_no_place_finds_nothing_by_words_either() -> None:
    a_line(a_keeper(), "D1", unit=a_place()[0].ref)
    nowhere = Actor(ref="moved", name="Người đã chuyển", reach={lines().see: frozenset()})

    found = finding.record_page(lines(), RecordFilter(words="duong"), nowhere)

    assert (found.rows, found.there) == ([], 0)
