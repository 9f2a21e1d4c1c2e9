"""At the desk with an electronic form; and what was declared, shown to those who need not read all of it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tinhso.blocks.cases.contract import Channel
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.tests.applicants import APPLY, DESK, TOLD, a_clerk, a_file, begun, handed_in, sent
from tinhso.blocks.units.models import Unit

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_desk_fills_the_form_in_for_somebody_and_the_clerks_own_name_is_not_in_it(
    form: dict[str, Any], commune: Unit
) -> None:
    clerk = a_clerk(commune)
    address = begun(clerk, way=DESK, do="form", name="Trần Thị Mẫu", email="", p1="1")
    page = clerk.get(address).content.decode()

    answer = sent(clerk, address, files={"f.permit": a_file()}, full_name="Trần Thị Mẫu")

    case = Case.objects.get()
    assert answer.headers["Location"] == f"/cases/{case.code}/receipt/"
    assert "Cô Mot-Cua" not in page.split("<main")[1]
    assert (case.status, case.channel, case.party.name) == (Case.Status.RECEIVED, Channel.IN_PERSON, "Trần Thị Mẫu")
    assert [one["given"] for one in case.papers if one["name"] == "Giấy ủy quyền"] == [True]


def test_the_desk_may_take_the_paper_form_only_and_no_draft_of_the_desk_is_handed_in_online(
    form: dict[str, Any], commune: Unit
) -> None:
    clerk = a_clerk(commune)

    paper = clerk.post(DESK, TOLD)
    address = begun(clerk, way=DESK, do="form")
    online = clerk.get(address.replace(DESK, APPLY))
    stranger = Client().get(address)
    colleague = a_clerk(commune, "dong-nghiep").get(address)

    assert paper.headers["Location"].endswith("/receipt/")
    assert Case.objects.get().form == ""
    assert (online.status_code, online.headers["Location"]) == (302, APPLY)
    assert "/accounts/login/" in stranger.headers["Location"]
    assert colleague.headers["Location"] == DESK


def test_personal_answers_are_masked_until_somebody_asks_and_is_written_down(
    form: dict[str, Any], commune: Unit, client: Client
) -> None:
    address = begun(client)
    tracked = sent(client, address, files={"f.permit": a_file()}).headers["Location"]
    case, clerk = Case.objects.get(), a_clerk(commune)

    pages = [clerk.get(f"/cases/{case.code}/").content.decode(), client.get(tracked).content.decode()]
    revealed = clerk.post(f"/cases/{case.code}/reveal/", {"why": "gọi điện hỏi thêm"}).content.decode()

    for page in pages:
        assert "Bằng lăng" in page
        assert "Cây bệnh" in page
        assert "•••••••••001" in page
        assert "083090000001" not in page
        assert "05/10/1990" not in page
    assert "Nguyễn Văn Ví Dụ" in pages[0]
    assert "Nguyễn Văn Ví Dụ" not in pages[1]
    assert "083090000001" in revealed
    assert "05/10/1990" in revealed


def test_what_was_declared_never_changes(form: dict[str, Any], client: Client) -> None:
    case = handed_in(client, begun(client))

    with pytest.raises(IntegrityError, match="declared"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(values={"reason": "other"})

    assert Case.objects.get().values == case.values
