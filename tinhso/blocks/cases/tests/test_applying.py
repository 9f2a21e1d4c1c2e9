"""Applying with an electronic form: who may go on with it, what is handed in, what is never asked or told twice."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tinhso.blocks.cases.contract import Channel
from tinhso.blocks.cases.models import Begun, BegunFile, Case
from tinhso.blocks.cases.queries import papers
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.applicants import APPLY, TOLD, a_file, begun, handed_in, logged_in, sent
from tinhso.blocks.documents.models import PaperUse
from tinhso.blocks.documents.tests.papers import a_pdf
from tinhso.blocks.forms import contract as registers
from tinhso.blocks.forms import services as form_services
from tinhso.blocks.forms.contract import HeldPaper
from tinhso.blocks.forms.models import Draft
from tinhso.blocks.forms.tests import makers as forms
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_form_and_what_was_told_before_it_become_one_dossier_and_the_draft_is_gone(
    form: dict[str, Any], client: Client
) -> None:
    address = begun(client, f1=a_file("uy-quyen.pdf", a_pdf(pages=2)))

    case = handed_in(client, address)

    assert (case.form, case.request, case.channel) == ("don-cay@1", f"draft:{address.split('/')[-2]}", Channel.ONLINE)
    assert (case.values["birthday"], case.values["trees"][0]["count"]) == ("1990-10-05", 2)
    assert case.party.name == "Nguyễn Văn Ví Dụ"
    assert {paper.name for paper in papers.papers_of_case(case)} == {"Giấy ủy quyền", "Giấy tờ về đất"}
    assert {one["name"]: one["given"] for one in case.papers} == {
        "Đơn xin đốn cây": True,
        "Giấy ủy quyền": True,
        "Ảnh cây": False,
        "Giấy tờ về đất": True,
    }
    assert not Draft.objects.exists()
    assert not Begun.objects.exists()


def test_sending_the_finished_form_again_leads_to_the_same_dossier(form: dict[str, Any], client: Client) -> None:
    address = begun(client)
    first = sent(client, address, files={"f.permit": a_file()})

    again = client.post(address, {"do": "finish", "revision": "1"})
    looked = client.get(address)
    stranger = Client().post(address, {"do": "finish", "revision": "1"})

    assert again.headers["Location"] == first.headers["Location"] == looked.headers["Location"]
    assert stranger.headers["Location"] == APPLY
    assert Case.objects.count() == 1


def test_what_was_told_before_is_there_already_and_the_form_has_the_last_word(
    form: dict[str, Any], client: Client
) -> None:
    address = begun(client)
    page = client.get(address).content.decode()

    case = handed_in(client, address, phone="0987654321", email=None)

    assert 'value="Nguyễn Văn Ví Dụ"' in page
    assert 'value="083090000001"' in page
    assert "Lấy từ phần trước của hồ sơ" in page
    assert (case.party.phone, case.party.email) == ("0987654321", "")


def test_of_an_enterprise_name_and_number_stay_what_they_were_told_to_be(form: dict[str, Any], client: Client) -> None:
    address = begun(client, kind="1", name="Công ty Cây Xanh", id_number="1300000001")

    case = handed_in(client, address)

    assert (case.party.name, case.party.id_number) == ("Công ty Cây Xanh", "1300000001")
    assert case.values["full_name"] == "Nguyễn Văn Ví Dụ"


def test_somebody_elses_draft_does_not_exist(form: dict[str, Any], client: Client) -> None:
    address = begun(client)
    strangers = [Client(), logged_in(people.a_person("la"))]
    strangers[0].post(APPLY, TOLD)  # has a session with a draft of their own

    answers = [one.get(address) for one in strangers] + [sent(one, address) for one in strangers]
    background = strangers[0].post(address, {"revision": "0"}, headers={"X-Autosave": "1"})

    assert {(one.status_code, one.headers["Location"]) for one in answers} == {(302, APPLY)}
    assert background.status_code == 409
    assert not Case.objects.exists()


def test_two_people_without_an_account_never_share_a_draft(form: dict[str, Any], client: Client) -> None:
    begun(client)

    other = Client().get(APPLY).content.decode()
    mine = client.get(APPLY).content.decode()

    assert Draft.objects.get().owner == ""
    assert "Bản nháp chưa nộp" not in other
    assert "Bản nháp chưa nộp" in mine


def test_an_account_goes_on_with_its_draft_in_another_browser(form: dict[str, Any]) -> None:
    person = people.a_person("lan", email="lan@example.vn")
    address = begun(logged_in(person))

    case = handed_in(logged_in(person), address)

    assert case.entries.get(number=1).by == person.ref


@pytest.mark.parametrize("files", [{"f.permit": b"MZ not a paper"}])
def test_a_file_that_is_not_kept_loses_nothing_that_was_typed(
    form: dict[str, Any], client: Client, files: dict[str, bytes]
) -> None:
    address = begun(client)

    answer = sent(client, address, files={name: a_file(content=one) for name, one in files.items()})
    page = client.get(address).content.decode()

    assert answer.headers["Location"] == address
    assert "Loại tệp này không được nhận" in page
    assert 'value="05/10/1990"' in page
    assert not Case.objects.exists()


def test_a_page_that_lacks_something_says_so_and_keeps_the_file_by_its_name(
    form: dict[str, Any], client: Client
) -> None:
    address = begun(client)

    answer = sent(client, address, files={"f.permit": a_file("so-do.pdf")}, agreed=None)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Đã nộp: so-do.pdf" in page
    assert BegunFile.objects.get().paper == "giay-dat"


def test_another_file_takes_the_place_of_the_first(form: dict[str, Any], client: Client) -> None:
    address = begun(client)
    sent(client, address, do="save", files={"f.permit": a_file("mot.pdf")})

    sent(client, address, files={"f.permit": a_file("hai.pdf", a_pdf(pages=3))})

    assert [paper.file_name for paper in papers.papers_of_case(Case.objects.get())] == ["hai.pdf"]


def test_what_no_question_asks_is_not_taken(form: dict[str, Any], client: Client) -> None:
    address = begun(client)

    case = handed_in(client, address, other_reason="lén gửi", photo="TEP-CUA-NGUOI-KHAC", owner="ai khác")

    assert case.values.keys() & {"other_reason", "photo", "owner"} == set()


def test_a_page_saves_itself_and_hears_of_another_window(form: dict[str, Any], client: Client) -> None:
    address = begun(client)
    typed = forms.posted({"full_name": "Một"}).dict()

    saved = client.post(address, typed, headers={"X-Autosave": "1"})
    refused = client.post(address, typed, headers={"X-Autosave": "1"})
    shown = client.post(address, forms.posted({"full_name": "Hai"}).dict())

    assert saved.json()["revision"] == 1
    assert (refused.status_code, refused.json()["code"]) == (409, "changed_elsewhere")
    assert shown.status_code == 409
    assert 'value="Hai"' in shown.content.decode()


def test_a_paper_that_a_register_holds_is_marked_and_not_asked_for(
    form: dict[str, Any], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registers.PAPERS, "giay-dat", lambda asking: HeldPaper("CSDL đất thử", asking.day))
    address = begun(client)

    sent(client, address)

    case = Case.objects.get()
    assert [one for one in case.papers if one.get("held")] == [
        {"name": "Giấy tờ về đất", "given": False, "held": "CSDL đất thử"}
    ]


def test_an_account_hands_the_same_paper_in_once(form: dict[str, Any]) -> None:
    browser = logged_in(people.a_person("lan"))
    first = handed_in(browser, begun(browser))

    address = begun(browser)
    page = browser.get(address).content.decode()
    sent(browser, address)

    second = Case.objects.exclude(pk=first.pk).get()
    assert "Không phải nộp lại" in page
    assert papers.papers_of_case(second) == papers.papers_of_case(first)
    assert PaperUse.objects.get(used_in=papers.ref_of(second)).reused


def test_a_typed_number_shows_nobody_what_its_owner_has_handed_in(form: dict[str, Any], client: Client) -> None:
    owner = logged_in(people.a_person("lan"))
    handed_in(owner, begun(owner))
    curious = [client, logged_in(people.a_person("la"))]

    pages = [one.get(begun(one)).content.decode() for one in curious]

    assert [("Không phải nộp lại" in page) for page in pages] == [False, False]


def test_changing_the_number_in_the_form_does_not_use_papers_of_the_former_one(form: dict[str, Any]) -> None:
    browser = logged_in(people.a_person("lan"))
    handed_in(browser, begun(browser))
    address = begun(browser)

    sent(browser, address, id_number="083090000002")

    second = Case.objects.latest("pk")
    assert not papers.papers_of_case(second)
    assert not [one for one in second.papers if one["name"] == "Giấy tờ về đất" and (one["given"] or one.get("held"))]


def test_a_newer_form_keeps_what_was_told_typed_and_handed_in(
    form: dict[str, Any], client: Client, tmp_path: Path
) -> None:
    address = begun(client, f1=a_file("uy-quyen.pdf", a_pdf(pages=2)))
    sent(client, address, do="save", files={"f.permit": a_file()})
    form_services.load_forms(
        folder=forms.write(tmp_path, form | {"name": "Đơn mới", "effective_from": clock.today().isoformat()}),
        by=forms.KEEPER,
        now=clock.now(),
    )

    newer = client.post(address, {"do": "renew"}).headers["Location"]
    sent(client, newer)

    case = Case.objects.get()
    assert (case.form, case.party.name) == ("don-cay@2", "Nguyễn Văn Ví Dụ")
    assert len(papers.papers_of_case(case)) == 2


def test_abandoning_leaves_nothing(form: dict[str, Any], client: Client) -> None:
    address = begun(client, f1=a_file())

    answer = client.post(address, {"do": "abandon"})

    assert answer.headers["Location"] == APPLY
    assert [table.objects.count() for table in (Draft, Begun, BegunFile)] == [0, 0, 0]


def test_drafts_that_expire_take_what_was_told_with_them(form: dict[str, Any], client: Client) -> None:
    begun(client)
    Draft.objects.update(expires_at=makers.LONG_AGO)

    gone = form_services.drop_expired(now=clock.now())

    assert gone == 1
    assert not Begun.objects.exists()


def test_units_that_merged_meanwhile_receive_as_their_successor(
    form: dict[str, Any], commune: Unit, client: Client
) -> None:
    address = begun(client)
    after = makers.a_unit("29999", "Xã Mới", since=clock.today())
    makers.became(commune, after, on=clock.today())

    answer = sent(client, address, files={"f.permit": a_file()})  # its parcel lies in a commune that is no more
    typed = forms.everything(place={"commune": "29999", "sheet": "1", "parcel": "2"}, permit=None)
    client.post(address, forms.posted(typed, revision=Draft.objects.get().revision, do="finish").dict())

    assert answer.status_code == 422
    assert Case.objects.get().receiving_unit == after
