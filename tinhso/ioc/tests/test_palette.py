import pytest
from django.test import Client

from tinhso.ioc.queries.palette import EXACT, INITIALS, INSIDE, SCATTERED, STARTS, WORDS, closeness, is_close
from tinhso.ioc.tests.makers import dossiers, published

NAME = "Tỷ lệ hồ sơ giải quyết đúng hạn"


@pytest.mark.parametrize(
    ("typed", "how"),
    [
        ("ty le ho so giai quyet dung han", EXACT),
        ("ty le ho", STARTS),
        ("ho dung", WORDS),
        ("tlhsgqdh", INITIALS),
        ("dh", INITIALS),
        ("uyet du", INSIDE),
        ("gqyt", SCATTERED),
        ("han dung", None),
        ("xyz", None),
        ("", WORDS),
    ],
)
def test_letters_typed_in_haste_are_taken_for_the_closest_reading(typed: str, how: int | None) -> None:
    assert closeness(typed, NAME) == how


def test_diacritics_and_case_never_matter() -> None:
    assert is_close("TỶ LỆ Hồ", NAME)
    assert not is_close("gqyt", NAME)


@pytest.mark.usefixtures("centre")
def test_the_palette_answers_with_groups_for_the_page_it_was_opened_on(reader: Client) -> None:
    published(*dossiers("2024-08", "x", "y"))

    def palette_answer(words: str, here: str = "/indicators/D-1/?basis=current") -> dict[str, list[dict[str, str]]]:
        answer = reader.get("/palette/", {"q": words, "here": here}).json()
        return {group["name"]: group["items"] for group in answer["groups"]}

    nothing, unit, code = palette_answer(""), palette_answer("don vi x"), palette_answer("d-2")

    assert [item["label"] for item in nothing["Lĩnh vực"]] == ["Dịch vụ"]
    assert nothing["Trang"][0]["href"] == "/tuan-nay/"
    assert [item["href"] for item in palette_answer("man hinh dieu hanh")["Trang"]] == ["/wall/"]
    assert next(iter(unit)) == "Đơn vị"
    assert {
        "kind": "action",
        "label": "Trang này cho Đơn vị x",
        "href": "/indicators/D-1/?basis=current&unit=x",
    } in unit["Việc trên trang này"]
    assert code["Chỉ tiêu"][0]["href"] == "/indicators/D-2/"
    assert "Việc trên trang này" not in palette_answer("d-2", here="https://example.org/")
