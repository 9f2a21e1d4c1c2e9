"""The preview: what a page shows of a draft, in words and for assistive programs."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from tinhso.blocks.forms import contract, queries, services
from tinhso.blocks.forms.contract import HeldPaper
from tinhso.blocks.forms.models import Draft, FormVersion
from tinhso.blocks.forms.queries import folders
from tinhso.blocks.forms.tests import makers as a
from tinhso.blocks.identity.tests.makers import a_person, a_post, a_role
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock

pytestmark = pytest.mark.django_db
ADDRESS = "/forms/don-cay/preview/"


@pytest.fixture
def keeper(commune: Unit) -> Client:
    """Somebody who keeps forms, logged in."""
    person = a_person("giu")
    a_post(person, commune, a_role("manage forms", everywhere=True))
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.fixture
def draft(version: FormVersion, keeper: Client) -> Draft:
    """Their draft of the felling form."""
    keeper.post(ADDRESS, {"do": "begin"})
    return Draft.objects.get()


def test_a_question_has_its_label_its_hint_its_keys_and_its_token(draft: Draft, keeper: Client) -> None:
    page = keeper.get(ADDRESS).content.decode()

    box = re.search(r'<input[^>]*id="f-birthday"[^>]*>', page)
    assert '<label for="f-birthday">Ngày sinh</label>' in page
    assert box
    for part in ('autocomplete="bday"', 'inputmode="numeric"', 'aria-describedby="f-birthday-hint"'):
        assert part in box[0]
    assert re.search(r'<fieldset[^>]*id="f-reason"[^>]*><legend>Lý do', page)


def test_a_fault_stands_beside_its_question_and_in_the_summary(draft: Draft, keeper: Client) -> None:
    answer = keeper.post(ADDRESS, a.posted({"birthday": "31/02/2020", "full_name": "Lan"}, do="finish").dict())
    page = answer.content.decode()

    assert answer.status_code == 422
    assert '<a href="#f-birthday">Ngày sinh: Hãy ghi ngày có thật' in page
    assert 'aria-describedby="f-birthday-hint f-birthday-error" aria-invalid="true"' in page
    assert 'href="#f-reason-0"' in page
    assert 'value="31/02/2020"' in page


def test_a_condition_is_said_in_words_and_marked_while_it_does_not_hold(draft: Draft, keeper: Client) -> None:
    before = keeper.get(ADDRESS).content.decode()
    keeper.post(ADDRESS, a.posted({"reason": "other"}).dict())
    after = keeper.get(ADDRESS).content.decode()

    assert 'data-when="other_reason" data-unmet><legend>Nếu “Lý do” là “Lý do khác”</legend>' in before
    assert 'data-when="other_reason"><legend>' in after
    assert 'data-when="trees.0.species_name" data-unmet><legend>Nếu “Loài” là “Loài khác”</legend>' in before


def test_a_paper_that_is_held_is_not_asked_for(
    version: FormVersion, keeper: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(contract.PAPERS, "giay-dat", lambda asking: HeldPaper("CSDL đất thử", asking.day))
    keeper.post(ADDRESS, {"do": "begin"})

    page = keeper.get(ADDRESS).content.decode()

    assert "Không phải nộp lại: nội dung đã có trong CSDL đất thử" in page
    assert 'name="f.permit"' not in page


def test_the_name_comes_from_the_account_with_its_source(draft: Draft, keeper: Client) -> None:
    page = keeper.get(ADDRESS).content.decode()

    assert 'value="Cô Giu"' in page
    assert "Lấy từ tài khoản của bạn" in page


def test_what_was_typed_cannot_become_markup(draft: Draft, keeper: Client) -> None:
    nasty = "</script><img src=x onerror=alert(1)>"

    keeper.post(ADDRESS, a.posted({"full_name": nasty, "reason": nasty, "trees": [{"species_name": nasty}]}).dict())
    page = keeper.get(ADDRESS).content.decode()

    assert "<img src=x" not in page
    assert page.count("</script>") == page.count("<script")


def test_a_page_saves_itself_and_hears_of_another_window(draft: Draft, keeper: Client) -> None:
    first = a.posted({"full_name": "Một"}).dict()

    saved = keeper.post(ADDRESS, first, headers={"X-Autosave": "1"})
    refused = keeper.post(ADDRESS, first, headers={"X-Autosave": "1"})
    shown = keeper.post(ADDRESS, a.posted({"full_name": "Hai"}).dict())

    assert saved.json()["revision"] == 1
    assert (refused.status_code, refused.json()["code"]) == (409, "changed_elsewhere")
    assert shown.status_code == 409
    assert 'value="Hai"' in shown.content.decode()
    assert Draft.objects.get().values["full_name"] == "Một"


def test_the_page_speaks_english_too(draft: Draft, keeper: Client) -> None:
    with translation.override("en"):
        view = queries.view_of(draft, now=clock.now())

    assert [section.title for section in view.sections] == ["Applicant", "Trees", "Papers"]
    assert view.sections[1].parts[1].when == "If “Reason” is “Another reason”"


def test_the_form_and_its_script_data_are_light(draft: Draft, keeper: Client) -> None:
    content = keeper.get(ADDRESS).content

    assert len(content) < 60_000


def test_who_does_not_keep_forms_sees_none(version: FormVersion, commune: Unit) -> None:
    person = a_person("khach")
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])

    answers = [client.get(ADDRESS).status_code, client.get("/forms/").status_code, client.post(ADDRESS).status_code]

    assert answers == [403, 403, 403]


PROVINCE = sorted((settings.ROOT / "provinces").glob("*/forms"))


@pytest.mark.parametrize("folder", PROVINCE, ids=lambda folder: folder.parent.name)
def test_every_form_of_a_province_is_sound_and_can_be_opened(folder: Path, commune: Unit) -> None:
    loaded = services.load_forms(folder=folder, by=a.KEEPER, now=a.NOON)

    for change in loaded.changes:
        version = queries.in_force(change.code, a.TODAY)
        assert version is not None
        draft = a.a_draft(version)
        view = queries.view_of(draft, now=a.NOON, problems=queries.check_values(version, {}, day=a.TODAY).problems)
        assert view.problems
        assert json.dumps(view.script)
        assert version.source or version.verified


@pytest.mark.parametrize("folder", PROVINCE, ids=lambda folder: folder.parent.name)
def test_every_form_of_a_province_serves_a_procedure_of_it_or_is_asked_for_by_name(folder: Path) -> None:
    known = "\n".join(path.read_text("utf-8") for path in (folder.parent / "procedures").glob("*.toml"))
    named = "\n".join(path.read_text("utf-8") for path in folder.parent.glob("*.toml"))

    for document in folders.read_folder(folder).documents:
        assert document["procedures"] or f'form = "{document["code"]}"' in named
        assert all(f'code = "{code}"' in known for code in document["procedures"])
