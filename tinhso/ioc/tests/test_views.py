import pytest
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.units.models import Unit
from tinhso.ioc.models import SavedView
from tinhso.ioc.queries.views import address_inside
from tinhso.ioc.tests.conftest import logged_in
from tinhso.ioc.tests.makers import text_of
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.usefixtures("centre")
ADDRESS = "/explore/?form=lines&indicators=D-1&units=x&every=month"


def _colleague(unit: str, username: str = "lan") -> Client:
    person = people.a_person(username)
    role = people.a_role("see indicators", code=f"role-{username}", everywhere=True)
    people.a_post(person, Unit.objects.get(ref=unit), role)
    return logged_in(person)


def _keep(
    client: Client, name: str = "Hồ sơ của x", *, sharing: str = "owner", address: str = ADDRESS
) -> SavedView | None:
    client.post("/views/keep/", {"name": name, "address": address, "sharing": sharing})
    return SavedView.objects.filter(name=name).first()


def test_a_page_is_kept_under_a_name_and_opened_again(reader: Client, leader: Person) -> None:
    view = _keep(reader, "  Hồ   sơ của x ")
    kept = SavedView.objects.get()

    assert view is None
    assert (kept.name, kept.address, kept.owner) == ("Hồ sơ của x", ADDRESS, leader.ref)
    assert reader.get(f"/views/{kept.ref}/").headers["Location"] == ADDRESS
    assert Entry.objects.filter(did="saved view", subject=kept.ref).exists()


def test_mine_alone_is_seen_by_nobody_else(reader: Client) -> None:
    view = _keep(reader)
    other = _colleague("p")

    assert view is not None
    assert "Hồ sơ của x" not in text_of(other, "/views/")
    assert other.get(f"/views/{view.ref}/").status_code == 404


def test_my_unit_means_those_who_hold_a_post_at_the_same_unit(reader: Client) -> None:
    view = _keep(reader, sharing="unit")
    near, far = _colleague("p"), _colleague("x", "hoa")

    assert view is not None
    assert near.get(f"/views/{view.ref}/").status_code == 302
    assert far.get(f"/views/{view.ref}/").status_code == 404


def test_what_is_for_everyone_names_who_shares_it(reader: Client, leader: Person) -> None:
    _keep(reader, sharing="everyone")

    page = text_of(_colleague("x"), "/views/")

    assert f"Người khác chia sẻ 1 Hồ sơ của x {leader.name}" in page


def test_only_the_owner_renames_shares_removes_and_puts_back(reader: Client) -> None:
    view = _keep(reader, sharing="everyone")
    assert view is not None
    other = _colleague("p")

    refused = [
        other.post(f"/views/{view.ref}/{act}/", {"name": "Khác"}).status_code for act in ("change", "remove", "restore")
    ]
    reader.post(f"/views/{view.ref}/change/", {"name": "Tên mới", "sharing": "owner"})
    reader.post(f"/views/{view.ref}/remove/")
    gone = text_of(reader, "/views/")
    reader.post(f"/views/{view.ref}/restore/")

    assert refused == [404, 404, 404]
    assert "Mới xóa Tên mới" in gone
    assert reader.get(f"/views/{view.ref}/").status_code == 302
    assert SavedView.objects.get().sharing == "owner"
    assert list(Entry.objects.filter(subject=view.ref).order_by("pk").values_list("did", flat=True)) == [
        "saved view",
        "changed view",
        "removed view",
        "restored view",
    ]


def test_a_view_without_a_name_is_refused_above_the_list(reader: Client) -> None:
    answer = reader.post("/views/keep/", {"name": "  ", "address": ADDRESS, "sharing": "owner"}, follow=True)

    assert "Hãy đặt tên" in answer.content.decode()
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/",
        "//example.org/explore/",
        "/\\example.org",
        "javascript:alert(1)",
        "/audit/",
        "/nowhere/",
        "/views/keep/",
        "explore/",
        "/explore/?a=\n",
        "/explore/?q=" + "a" * 2000,
        "",
    ],
)
def test_only_pages_of_the_centre_can_be_kept(address: str) -> None:
    with pytest.raises(Refused, match="bad_address"):
        address_inside(address)


def test_an_address_keeps_its_query_and_loses_its_fragment() -> None:
    assert address_inside("/indicators/D-1/?unit=x#notes") == "/indicators/D-1/?unit=x"
