"""A value that is put in when another answer changes: the column ``trigger`` of XLSForm, on a page without script."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tinhso.blocks.identity.models import Person
from tinhso.blocks.surveys.contract import Survey
from tinhso.blocks.surveys.models import FilledIn, Version
from tinhso.blocks.surveys.tests import makers as a
from tinhso.blocks.surveys.tests.makers import q
from tinhso.blocks.surveys.tests.test_forms_from_elsewhere import published, survey
from tinhso.blocks.units.models import Unit
from tinhso.kernel.errors import Refused

__all__ = ["survey"]
pytestmark = pytest.mark.django_db
ADDRESS = f"/surveys/{a.CODE}/"
FRUITS = (
    q("text", "fruit", "Quả"),
    q("decimal", "price", "Giá", trigger="${fruit}", calculation="if(${fruit} = 'mango', 20, 30)"),
    q("calculate", "noted", trigger="${price}", calculation="concat('giá ', ${price})"),
)
ROWS = (
    q("text", "season", "Mùa"),
    q("begin_repeat", "tree", "Cây"),
    q("text", "kind", "Giống"),
    q("text", "about", "Ghi", trigger="${kind}, ${season}", calculation="concat(${season}, ' ', ${kind})"),
    q("end_repeat"),
)


@pytest.fixture
def page(survey: Survey, volunteer: Person, client: Client) -> Client:
    """Somebody at the page of the survey."""
    client.force_login(volunteer)
    return client


def sent(client: Client, version: Version, answers: dict[str, Any], *, act: str = "send") -> HttpResponse:
    """The page of a form just opened, sent with answers."""
    opened = client.get(ADDRESS)
    form = {"version": version.version, "instance": opened.context["instance"], "do": act}
    return client.post(ADDRESS, form | answers)  # type: ignore[return-value]


def test_a_changed_answer_puts_a_value_in_and_that_another(page: Client) -> None:
    version = published(*FRUITS)

    done = sent(page, version, {"q.fruit": "mango", "was.fruit": "", "q.price": "", "was.price": "", "was.noted": ""})

    assert done.status_code == 302
    assert FilledIn.objects.get().values == {"fruit": "mango", "price": "20", "noted": "giá 20"}


def test_what_somebody_wrote_over_a_value_stays(page: Client) -> None:
    version = published(*FRUITS)

    sent(page, version, {"q.fruit": "mango", "was.fruit": "", "q.price": "25", "was.price": "", "was.noted": ""})

    assert FilledIn.objects.get().values == {"fruit": "mango", "price": "25", "noted": "giá 25"}


def test_nothing_is_put_in_where_nothing_changed(page: Client) -> None:
    version = published(*FRUITS)
    answers = {"q.fruit": "mango", "was.fruit": "mango", "q.price": "25", "was.price": "25", "q.noted": "x"}

    sent(page, version, answers | {"was.noted": "x"})

    assert FilledIn.objects.get().values == {"fruit": "mango", "price": "25", "noted": "x"}


def test_a_page_says_what_its_answers_were(page: Client) -> None:
    version = published(*FRUITS, *ROWS)

    again = sent(page, version, {"q.fruit": "mango", "was.fruit": "", "q.tree.0.kind": "a"}, act="add:tree")

    text = again.content.decode()
    for name, value in (("was.fruit", "mango"), ("q.fruit", "mango"), ("q.price", "20"), ("q.noted", "giá 20")):
        assert f'name="{name}" value="{value}"' in text
    assert 'name="was.tree.1.kind" value=""' in text


@pytest.mark.parametrize(
    ("changed", "about"),
    [
        ({"q.tree.1.kind": "keo"}, ["cũ", "thu keo"]),
        ({"q.season": "đông"}, ["đông me", "đông sấu"]),
    ],
)
def test_a_value_goes_into_the_row_of_the_change_or_into_every_row(
    page: Client, changed: dict[str, str], about: list[str]
) -> None:
    version = published(*ROWS)
    kept = {"season": "thu", "tree.0.kind": "me", "tree.1.kind": "sấu", "tree.0.about": "cũ", "tree.1.about": "cũ"}
    answers = {f"{side}.{name}": value for name, value in kept.items() for side in ("q", "was")}

    sent(page, version, answers | changed)

    assert [row["about"] for row in FilledIn.objects.get().values["tree"]] == about


def test_values_that_change_each_other_come_to_an_end(page: Client) -> None:
    version = published(
        q("integer", "one", "Một", trigger="${two}", calculation="${two} + 1"),
        q("integer", "two", "Hai", trigger="${one}", calculation="${one} + 1"),
    )

    sent(page, version, {"q.one": "1", "was.one": "", "q.two": "", "was.two": ""})

    assert FilledIn.objects.get().values == {"one": 1, "two": 2}


def test_a_formula_that_nobody_works_out_refuses_the_workbook_with_its_row(survey: Survey, commune: Unit) -> None:
    with pytest.raises(Refused) as refusal:
        published(q("text", "one", "Một"), q("text", "two", "Hai", trigger="${one}", calculation="median(${one})"))

    assert refusal.value.code == "unknown_function"
    assert "median()" in str(refusal.value.message)


SHAPES = (
    q("select_one c", "choice", "Chọn", parameters="randomize=true, seed=${seed}"),
    q("calculate", "seed", calculation="once(random())"),
    q("begin_repeat", "row", "Dòng"),
    q("calculate", "place", calculation="position(..)"),
    q("text", "name", "Tên", default="concat('số ', position(..))"),
    q("end_repeat"),
    q("calculate", "nothing", calculation="indexed-repeat(${name}, ${row}, ${choice})"),
)


def test_shuffled_choices_and_places_of_rows_are_drawn(page: Client) -> None:
    choices = (("list_name", "name", "label::Tiếng Việt (vi)"), ("c", "a", "A"), ("c", "b", "B"))
    version = published(*SHAPES, choices=choices)

    done = sent(page, version, {"q.choice": "b", "q.row.0.name": "x", "q.row.1.name": "y"})

    assert page.get(ADDRESS).status_code == 200
    assert done.status_code == 302
    values = FilledIn.objects.get().values
    assert (values["choice"], [row["place"] for row in values["row"]]) == ("b", ["1", "2"])
