"""Pages of bulletins as a writer, an approver, a reader and an attacker use them."""

import pytest
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.documents.models import IssuedFile
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.units.models import Unit
from tinhso.ioc.models import Bulletin
from tinhso.ioc.tests import bulletin_makers as make
from tinhso.ioc.tests.conftest import logged_in
from tinhso.ioc.tests.makers import dossiers, published, text_of, words


def a_client(name: str, *rights: str, at: str = "p") -> Client:
    """A browser of somebody with rights at one unit."""
    person: Person = people.a_person(name)
    people.a_post(person, Unit.objects.get(ref=at), people.a_role("see indicators", *rights, code=name))
    return logged_in(person)


def act(client: Client, one: Bulletin, name: str, status: int = 302, **more: str) -> str:
    """Press a button of the issue's page; the words of the page that follows."""
    answer = client.post(f"/bulletins/{one.ref}/act/", {"act": name, **more})
    assert answer.status_code == status
    followed = client.get(answer["Location"]) if status == 302 else answer
    return words(followed.content.decode())


@pytest.fixture
def figures(centre: None) -> None:
    """A month of cases, a snapshot of it, and a template."""
    published(*dossiers("2024-05", "a1", "a2", "b1", "b2"))
    make.templates()


@pytest.mark.usefixtures("figures")
def test_from_draft_to_files_without_script() -> None:
    writer, chief = a_client("lan", "write bulletins"), a_client("khoa", "approve bulletins")

    begun = writer.post("/bulletins/begin/", {"what": "thang:2024-05", "audience": ""})
    one = Bulletin.objects.get()
    assert begun["Location"] == f"/bulletins/{one.ref}/"
    assert "Tỷ lệ đúng hạn là 86,67% (52/60)" in text_of(writer, f"/bulletins/{one.ref}/")
    writer.post(f"/bulletins/{one.ref}/reword/", {"block": "loi", "text": 'Đạt {{ value("D-2") }} <b>tốt</b>.'})
    page = writer.get(f"/bulletins/{one.ref}/").content.decode()
    assert "Đạt 86,67% &lt;b&gt;tốt&lt;/b&gt;." in page
    act(writer, one, "submit")
    assert "Duyệt là ban hành" in text_of(chief, f"/bulletins/{one.ref}/")
    assert "01/BC-TH" in act(chief, one, "issue")

    for form, start in (("pdf", b"%PDF-1.7"), ("docx", b"PK")):
        answer = chief.get(f"/bulletins/{one.ref}.{form}")
        kept = IssuedFile.objects.get(form=form)
        assert answer.content == bytes(kept.content)
        assert answer.content.startswith(start)
        assert "filename*=UTF-8''01-BC-TH." in answer["Content-Disposition"]
    assert "Trùng từng byte" in text_of(chief, f"/bulletins/{one.ref}/?verify=1")
    assert Entry.objects.filter(did="exported", subject=one.ref).count() == 2


@pytest.mark.usefixtures("figures")
def test_the_page_of_an_issue_sends_back_corrects_and_withdraws() -> None:
    writer, chief = a_client("lan", "write bulletins"), a_client("khoa", "approve bulletins")
    one = make.handed_in(make.a_draft())

    assert "Hãy ghi lý do" in act(chief, one, "send_back", why=" ")
    assert "thiếu kiến nghị" in act(chief, one, "send_back", why="thiếu kiến nghị")
    act(writer, one, "submit")
    act(chief, one, "issue")
    assert "bản nháp đính chính" in act(writer, one, "correct", why="sai")
    assert "Đã thu hồi" in act(chief, one, "withdraw", why="nhầm kỳ")
    draft = Bulletin.objects.exclude(pk=one.pk).get()
    assert "Đã bỏ bản nháp" in act(writer, draft, "drop")
    assert text_of(writer, "/bulletins/").count("Báo cáo tháng") >= 1


@pytest.mark.usefixtures("figures")
def test_those_without_the_right_see_no_draft_and_change_nothing() -> None:
    one = make.a_draft()
    reader, elsewhere = a_client("an"), a_client("ba", "write bulletins", "approve bulletins", at="a1")

    for client in (reader, elsewhere):
        assert "Báo cáo tháng tháng 5/2024" not in text_of(client, "/bulletins/")
        text_of(client, f"/bulletins/{one.ref}/", 404)
        assert client.get(f"/bulletins/{one.ref}.pdf").status_code == 404
        act(client, one, "submit", status=404)
        answer = client.post(f"/bulletins/{one.ref}/reword/", {"block": "loi", "text": "x"})
        assert answer.status_code == 404
    assert reader.post("/bulletins/begin/", {"what": "thang:2024-04"}).status_code == 403
    one.refresh_from_db()
    assert (one.state, one.texts) == ("draft", {})


@pytest.mark.usefixtures("figures")
def test_strange_requests_are_answered_in_words() -> None:
    writer = a_client("lan", "write bulletins")
    one = make.a_draft()

    assert act(writer, one, "fly", status=404)
    text_of(writer, "/bulletins/BTN-KHONGCO/", 404)
    assert writer.get(f"/bulletins/{one.ref}.exe").status_code == 404
    begun = writer.post("/bulletins/begin/", {"what": "khong-co:2024-05"}, follow=True)
    assert "Không có mẫu bản tin" in words(begun.content.decode())
    assert writer.get(f"/bulletins/{one.ref}/act/").status_code == 405
    text_of(writer, "/bulletins/?template=khong-co&page=zz")


def test_an_empty_list_says_how_to_start(reader: Client) -> None:
    assert "Chưa có bản tin nào" in text_of(reader, "/bulletins/")
