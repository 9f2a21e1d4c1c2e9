"""The first step of an application: sent twice it is one, and all that is wrong with it is told at once."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tinhso.blocks.cases.models import Begun, Case
from tinhso.blocks.cases.tests.applicants import APPLY, DESK, TOLD, a_clerk, a_file, sent
from tinhso.blocks.forms.models import Draft
from tinhso.blocks.units.models import Unit

pytestmark = pytest.mark.django_db(transaction=True)
MARK = {"request": "0123456789abcdef0123456789abcdef"}


@pytest.fixture(params=["online", "desk"])
def way(request: pytest.FixtureRequest, form: dict[str, Any], commune: Unit, client: Client) -> Iterator[Any]:
    """How the first step is sent, and by whose browser."""
    if request.param == "online":
        yield client, APPLY, {}
    else:
        yield a_clerk(commune), DESK, {"do": "form"}


def test_the_first_step_sent_twice_is_one_draft(way: Any) -> None:
    browser, address, more = way

    first, second = (browser.post(address, TOLD | MARK | more) for _twice in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert browser.get(second.headers["Location"]).status_code == 200
    assert (Begun.objects.count(), Draft.objects.count()) == (1, 1)


def test_the_first_step_sent_twice_at_once_is_one_draft(form: dict[str, Any], commune: Unit) -> None:
    start, places = threading.Barrier(4), list[str]()

    def send() -> None:
        browser = Client()
        start.wait()
        places.append(browser.post(APPLY, TOLD | MARK).headers["Location"])
        assert browser.get(places[-1]).status_code == 200
        connection.close()

    threads = [threading.Thread(target=send) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(places), len(set(places))) == (4, 1)
    assert (Begun.objects.count(), Draft.objects.count()) == (1, 1)


def test_the_first_step_sent_again_after_handing_in_leads_to_the_dossier(
    form: dict[str, Any], commune: Unit, client: Client
) -> None:
    draft = client.post(APPLY, TOLD | MARK).headers["Location"]
    tracked = sent(client, draft, files={"f.permit": a_file()}).headers["Location"]

    again = client.post(APPLY, TOLD | MARK)

    assert again.headers["Location"] == tracked
    assert (Case.objects.count(), Draft.objects.count()) == (1, 0)


def test_what_somebody_went_back_to_and_changed_is_another_draft(
    form: dict[str, Any], commune: Unit, client: Client
) -> None:
    first = client.post(APPLY, TOLD | MARK).headers["Location"]

    second = client.post(APPLY, TOLD | MARK | {"name": "Trần Thị Mẫu"}).headers["Location"]

    assert first != second
    assert sorted(Begun.objects.values_list("name", flat=True)) == ["Nguyễn Văn Ví Dụ", "Trần Thị Mẫu"]


def test_a_stranger_who_does_not_know_the_mark_gets_nothing_of_it(
    form: dict[str, Any], commune: Unit, client: Client
) -> None:
    first = client.post(APPLY, TOLD | MARK).headers["Location"]

    stranger = Client()
    second = stranger.post(APPLY, TOLD | {"request": "another"}).headers["Location"]

    assert first != second
    assert stranger.get(first).status_code == 302


def test_all_faults_are_told_at_once_each_at_its_field_and_in_a_summary(
    form: dict[str, Any], commune: Unit, client: Client
) -> None:
    answer = client.post(APPLY, {"email": "khong phai thu", "note": "Gọi trước"})

    page = answer.content.decode()
    assert answer.status_code == 422
    for field in ("receiving", "name", "email"):
        assert f'<a href="#{field}">' in page
        assert f'id="{field}" name="{field}" aria-invalid="true" aria-describedby="{field}_error"' in page
        assert f'<p class="field-error" id="{field}_error">' in page
    assert "Hãy chọn xã, phường nơi bạn muốn nhận kết quả." in page
    assert "có mã “”" not in page
    assert "Gọi trước" in page
    assert "novalidate" in page
    assert not Draft.objects.exists()


def test_a_bad_file_is_told_at_its_field_with_the_other_faults(
    form: dict[str, Any], commune: Unit, client: Client
) -> None:
    answer = client.post(APPLY, {"receiving": commune.ref, "name": "", "f1": a_file("uy-quyen.pdf", b"MZ\x90")})

    page = answer.content.decode()
    assert '<a href="#f1">' in page
    assert '<a href="#name">' in page
    assert 'aria-describedby="f1_error"' in page


def test_a_place_that_is_gone_is_said_in_words(form: dict[str, Any], commune: Unit, client: Client) -> None:
    page = client.post(APPLY, TOLD | {"receiving": "khong-co"}).content.decode()

    assert "Nơi đã chọn không có trong danh sách nữa" in page
    assert "Không có đơn vị nào" not in page
