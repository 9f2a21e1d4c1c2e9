"""A workbook becomes a version, or is sent back with words that help; versions never change."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tinhso.blocks.surveys import queries, services
from tinhso.blocks.surveys.contract import Survey
from tinhso.blocks.surveys.models import Version
from tinhso.blocks.surveys.tests import makers as a
from tinhso.blocks.surveys.tests.makers import q
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import NOBODY
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db


def refused(workbook: bytes) -> Refused:
    """How a workbook is sent back."""
    with pytest.raises(Refused) as refusal:
        services.publish_version(survey=a.CODE, workbook=workbook, filename="cay.xlsx", by=a.KEEPER, now=a.NOW)
    return refusal.value


def replaced(name: str, **told: str) -> list[a.Q]:
    """The questions, one of them asked otherwise."""
    return [one | told if one["name"] == name else one for one in a.QUESTIONS]


def workbook_asking(name: str, **told: str) -> bytes:
    """A workbook with one question asked otherwise."""
    return a.a_workbook(questions=replaced(name, **told))


def without(name: str) -> bytes:
    """A workbook without one question."""
    return a.a_workbook(questions=[one for one in a.QUESTIONS if one["name"] != name])


def test_the_newest_version_is_the_current_one(version: Version) -> None:
    a.published("2", questions=a.QUESTIONS[:-1])

    current = queries.current_version(a.CODE)

    assert current is not None
    assert (current.version, current.number) == ("2", 2)
    assert [one.version for one in queries.versions(a.CODE)] == ["2", "1"]


def test_the_same_workbook_again_is_the_same_version(version: Version) -> None:
    assert a.published("1").pk == version.pk
    assert Version.objects.count() == 1


def test_other_content_under_the_same_version_is_refused(version: Version) -> None:
    assert refused(a.a_workbook(questions=a.QUESTIONS[:-1])).code == "version_again"


def test_a_needed_question_keeps_its_type(version: Version) -> None:
    found = refused(a.a_workbook(version="2", questions=replaced("people", type="text", constraint="")))

    assert (found.code, found.params["name"]) == ("other_type", "people")


@pytest.mark.parametrize(
    ("workbook", "code", "words"),
    [
        (lambda: without("team"), "missing_question", "team"),
        (lambda: a.a_workbook(version="v" * 61), "no_version", "version"),
        (lambda: workbook_asking("people", type="nonsense"), "bad_survey", "nonsense"),
        (lambda: workbook_asking("spot", type="select_one nowhere"), "bad_survey", "nowhere"),
        (lambda: workbook_asking("people", constraint=". >="), "bad_survey", "people: . >="),
        (lambda: workbook_asking("people", constraint="median(.) > 1"), "unknown_function", "median"),
        (lambda: workbook_asking("people", relevant="${nobody} = 1"), "bad_survey", "nobody"),
        (lambda: workbook_asking("address", constraint="regex(., '(a+)+')"), "bad_pattern", "address"),
        (lambda: workbook_asking("address", constraint="regex(., '(?=a)a')"), "bad_pattern", "address"),
        (lambda: workbook_asking("team", type="select_one_from_file others.csv"), "unknown_list", "others"),
        (lambda: b"not a workbook", "not_workbook", ""),
        (lambda: b"", "empty_file", ""),
    ],
)
def test_a_workbook_that_could_not_be_filled_in_is_sent_back(
    survey: Survey, commune: Unit, workbook: "object", code: str, words: str
) -> None:
    found = refused(workbook())  # type: ignore[operator]

    assert found.code == code
    assert words in found.message
    assert not Version.objects.exists()


def test_the_row_of_a_mistake_is_told(survey: Survey, commune: Unit) -> None:
    found = refused(workbook_asking("people", relevant="${nobody} = 1"))

    assert "dòng 11" in found.message


def test_the_row_of_a_condition_that_cannot_be_read_is_told(survey: Survey, commune: Unit) -> None:
    found = refused(workbook_asking("people", constraint=". >="))

    assert "trang “survey”, dòng 11" in found.message


def test_a_workbook_that_blows_up_is_not_opened(survey: Survey, commune: Unit) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", "0" * 60_000_000)

    assert refused(out.getvalue()).code == "unsafe_file"


def test_a_workbook_with_entities_is_not_opened(survey: Survey, commune: Unit) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("xl/workbook.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><workbook/>")

    assert refused(out.getvalue()).code == "unsafe_file"


def test_who_may_not_publish_is_refused(survey: Survey, commune: Unit) -> None:
    with pytest.raises(Forbidden):
        services.publish_version(survey=a.CODE, workbook=a.a_workbook(), filename="cay.xlsx", by=NOBODY, now=a.NOW)


def test_a_provinces_workbooks_are_loaded_once(survey: Survey, commune: Unit, tmp_path: Path) -> None:
    (tmp_path / f"{a.CODE}.xlsx").write_bytes(a.a_workbook())

    first = services.publish_folder(folder=tmp_path, by=a.KEEPER, now=a.NOW)
    again = services.publish_folder(folder=tmp_path, by=a.KEEPER, now=a.NOW)

    assert (first, again) == (1, 0)
    assert services.publish_folder(folder=tmp_path / "none", by=a.KEEPER, now=a.NOW) == 0


def test_a_workbook_of_no_survey_is_refused(survey: Survey, tmp_path: Path) -> None:
    (tmp_path / "strange.xlsx").write_bytes(a.a_workbook())

    with pytest.raises(Refused, match="unknown_survey"):
        services.publish_folder(folder=tmp_path, by=a.KEEPER, now=a.NOW)


def test_what_was_newest_at_a_moment_is_still_known(version: Version) -> None:
    later = a.NOW.replace(hour=5)
    services.publish_version(
        survey=a.CODE,
        workbook=a.a_workbook(version="2", questions=a.QUESTIONS[:-1]),
        filename="x",
        by=a.KEEPER,
        now=later,
    )

    then = queries.current_version(a.CODE, at=a.NOW.replace(hour=3))

    assert then is not None
    assert then.version == "1"


def test_questions_of_a_select_may_say_other(survey: Survey, commune: Unit) -> None:
    questions = [*a.QUESTIONS, q("select_one topic or_other", "more", "Việc khác")]

    assert a.published(questions=questions).version == "1"
