import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import Access, DayCounter
from tinhso.blocks.units.models import Unit
from tinhso.ioc import services
from tinhso.ioc.models import Favourite
from tinhso.ioc.queries import cards, favourites, phone
from tinhso.ioc.queries import indicators as queries
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView, member_of, snapshot_frame
from tinhso.ioc.queries.indicators import IndicatorQuery
from tinhso.ioc.tests.conftest import logged_in
from tinhso.ioc.tests.makers import dossiers, published, text_of, words
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.reads import DeferredRead
from tinhso.ui import raster

pytestmark = pytest.mark.usefixtures("centre")
ADDRESS = "https://tinh.example/indicators/D-2/?unit=x"


@pytest.fixture
def by(leader: Person) -> Actor:
    return identity.actor_for(leader)


def indicator_query(
    at: SnapshotFrame, code: str = "D-2", unit: str = "x", period: str = "", member: str = ""
) -> IndicatorQuery:
    indicator = queries.read_indicator(at, code)
    return IndicatorQuery(indicator, member_of(at, indicator, member) if member else None, _seen(at, unit), period)


def _seen(at: SnapshotFrame, unit: str) -> UnitView:
    return UnitView(at.places.by_ref[unit], "published")


def follow(by: Actor, *codes: str, unit: str = "x") -> list[Favourite]:
    return [
        services.follow_indicator(asked=indicator_query(snapshot_frame(by), code, unit), by=by, now=clock.now())
        for code in codes
    ]


def names(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r'class="ptile-name"[^>]*>([^<]+)<', page)]


def test_who_follows_nothing_sees_the_headlines_of_their_own_unit(reader: Client) -> None:
    published(*dossiers("2024-08", "x", "y"))

    page = text_of(reader, "/phone/")

    assert "Hồ sơ đã giải quyết 30" in page
    assert "Mở một chỉ tiêu rồi bấm “Theo dõi”" in page


def test_the_home_shows_what_one_follows_in_ones_own_order_with_unit_period_and_freshness(
    reader: Client, by: Actor
) -> None:
    published(*dossiers("2024-07", "x"), *dossiers("2024-08", "x", "y"))
    first, second = follow(by, "D-1", "D-2")
    services.move_favourite(pk=second.pk, by=by, up=True)

    html = reader.get("/phone/").content.decode()
    page = text_of(reader, "/phone/")

    assert [one.pk for one in favourites.favourites(by)] == [second.pk, first.pk]
    assert len(names(html)) == 2
    assert "Tháng 8/2024" in page
    assert "cập nhật" in page
    assert "Xã X" in page or "X" in page


def test_the_home_counts_the_day_from_operational_tables_and_hears_of_every_change(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(*dossiers("2024-08", "x", "y"))
    counted = DayCounter("calls", "Cuộc gọi hôm nay", 3, clock.now(), "tổng đài", out_of=8, heard=("calls.CallEnded",))
    monkeypatch.setattr(
        contract,
        "COUNTER_PROVIDERS",
        [lambda _units, _now: DeferredRead(Unit.objects.none().values(), lambda _rows: [counted])],
    )

    html = reader.get("/phone/").content.decode()

    assert "Cuộc gọi hôm nay 3 / 8" in words(html)
    assert "Đếm trực tiếp lúc" in words(html)
    assert 'id="today" data-live-refresh="calls.CallEnded"' in html


def test_what_one_follows_can_be_looked_at_for_another_unit(reader: Client, by: Actor) -> None:
    published(*dossiers("2024-08", "x"), *dossiers("2024-08", "y"), ("y", "2024-08", "desk", 90, 90, 0, "0.125"))
    follow(by, "D-1")

    own, other = text_of(reader, "/phone/"), text_of(reader, "/phone/?unit=y")

    assert own != other
    assert "Về trang của tôi" in other


def test_one_follows_a_thing_once_and_thirty_at_most(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    published(*dossiers("2024-08", "x", "y"))
    monkeypatch.setattr("tinhso.ioc.services.favourites.AT_MOST", 2)

    follow(by, "D-1", "D-1")
    follow(by, "D-1", unit="y")

    assert len(favourites.favourites(by)) == 2
    with pytest.raises(Refused) as refused:
        follow(by, "D-2")
    assert refused.value.code == "too_many_favourites"


def test_the_first_stays_first_and_the_last_last(by: Actor) -> None:
    published(*dossiers("2024-08", "x"))
    first, last = follow(by, "D-1", "D-2")

    services.move_favourite(pk=first.pk, by=by, up=True)
    services.move_favourite(pk=last.pk, by=by, up=False)

    assert [one.pk for one in favourites.favourites(by)] == [first.pk, last.pk]


@pytest.mark.parametrize("act", ["unfollow", "move"])
def test_nobody_touches_the_list_of_another(by: Actor, act: str) -> None:
    published(*dossiers("2024-08", "x"))
    (mine,) = follow(by, "D-1")
    stranger = people.a_person("la")
    people.a_post(stranger, Unit.objects.get(ref="p"), people.a_role("see indicators", code="other", everywhere=True))

    answer = logged_in(stranger).post(f"/phone/{mine.pk}/{act}/", {"to": "up"})

    assert answer.status_code == 404
    assert Favourite.objects.filter(pk=mine.pk).exists()


def test_who_may_not_see_indicators_follows_none() -> None:
    published(*dossiers("2024-08", "x"))
    stranger = logged_in(people.a_person("la"))

    answer = stranger.post("/phone/indicators/D-1/follow/", {"unit": "x", "basis": "published"})

    assert answer.status_code == 403
    assert not Favourite.objects.exists()


def test_following_and_dropping_work_as_plain_forms(reader: Client, by: Actor) -> None:
    published(*dossiers("2024-08", "x"))

    reader.post("/phone/indicators/D-1/follow/", {"unit": "x", "basis": "published"})
    (mine,) = favourites.favourites(by)
    page = text_of(reader, "/phone/indicators/D-1/?unit=x&basis=published")
    reader.post(f"/phone/{mine.pk}/unfollow/")

    assert "Đang theo dõi: bỏ" in page
    assert favourites.favourites(by) == []


@pytest.mark.parametrize(
    "form",
    [
        {"unit": "zz", "basis": "published"},
        {"unit": "x", "basis": "zz"},
        {},
        {"unit": "x", "basis": "published", "member": "a=b"},
    ],
)
def test_what_there_is_not_cannot_be_followed(reader: Client, form: dict[str, str]) -> None:
    published(*dossiers("2024-08", "x"))

    assert reader.post("/phone/indicators/D-1/follow/", form).status_code == 404
    assert not Favourite.objects.exists()


def test_an_indicator_that_is_no_more_is_left_out_and_can_be_dropped(reader: Client, by: Actor) -> None:
    published(*dossiers("2024-08", "x"))
    (mine,) = follow(by, "D-1")
    Favourite.objects.filter(pk=mine.pk).update(indicator="CU-1")

    assert names(reader.get("/phone/").content.decode()) == []
    assert "CU-1 không còn trong danh mục" in text_of(reader, "/phone/arrange/")


def test_a_member_of_a_family_is_followed_by_itself(by: Actor) -> None:
    published(*dossiers("2024-08", "x"))
    at = snapshot_frame(by)
    indicator = next(one for one in at.catalogue.indicators.values() if one.by)
    item = at.catalogue.family(indicator)[1]
    assert item.dim is not None
    assert item.member is not None
    wanted = indicator_query(at, indicator.code, member=f"{item.dim.code}={item.member.code}")

    mine = services.follow_indicator(asked=wanted, by=by, now=clock.now())
    page = phone.phone_home(at, _seen(at, "x"), [mine], by=by, now=clock.now(), elsewhere=False)

    assert [tile.name for tile in page.tiles] == [wanted.name]


def test_figures_for_few_are_marked_so_that_no_phone_keeps_them(
    reader: Client, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(*dossiers("2024-08", "x"))
    follow(by, "D-1")
    monkeypatch.setattr(phone, "is_restricted", lambda _asked: True)

    home = reader.get("/phone/").content.decode()
    detail = reader.get("/phone/indicators/D-1/?unit=x")

    marked = re.search(r"<li class=\"ptile\"><!--online-->(.*?)<!--/online-->(.*?)</li>", home, re.DOTALL)
    assert marked is not None
    assert "figure" in marked[1]
    assert "figure" not in marked[2]
    assert "data-keep" not in marked[1]
    assert "no-store" in detail["Cache-Control"]
    assert "không chia sẻ thành ảnh được" in detail.content.decode()


def test_the_picture_says_the_number_its_period_its_source_and_until_when_it_is_true(by: Actor) -> None:
    published(*dossiers("2024-07", "x"), *dossiers("2024-08", "x"))
    at = snapshot_frame(by)

    card = cards.card(at, indicator_query(at, period="2024-08"), address=ADDRESS)

    assert "tháng 8/2024" in card.place
    assert card.value.text[0].isdigit()
    assert card.source[0].startswith("Nguồn:")
    assert re.search(r"\d\d:\d\d \d\d/\d\d/\d{4}", card.true_for)
    assert card.address == "tinh.example/indicators/D-2/"
    assert card.qr.side >= 25


def test_a_picture_is_a_png_of_the_agreed_size_and_taking_it_is_written_down(reader: Client) -> None:
    published(*dossiers("2024-08", "x"))

    answer = reader.get("/indicators/D-2/card.png?unit=x&period=2024-08")

    assert answer["Content-Type"] == "image/png"
    assert answer.content[:4] == b"\x89PNG"
    assert (int.from_bytes(answer.content[16:20]), int.from_bytes(answer.content[20:24])) == (1200, 630)
    entry = Entry.objects.get(did="exported")
    assert entry.subject == "D-2"
    assert entry.after == {"form": "png", "unit": "x", "basis": "published", "period": "2024-08", "member": ""}


def test_a_picture_is_only_for_who_may_see_the_number(leader: Person) -> None:
    published(*dossiers("2024-08", "x"))

    assert logged_in(people.a_person("la")).get("/indicators/D-2/card.png?unit=x").status_code == 403
    assert Client().get("/indicators/D-2/card.png?unit=x").status_code == 302
    assert not Entry.objects.filter(did="exported").exists()


def test_where_there_is_no_number_there_is_no_picture(reader: Client) -> None:
    published(*dossiers("2024-08", "x"))

    answer = reader.get("/indicators/D-2/card.png?unit=x&period=2019-01")

    assert answer.status_code == 409
    assert "Không có số để chia sẻ" in answer.content.decode()
    assert not Entry.objects.filter(did="exported").exists()


@pytest.mark.parametrize("hidden", ["restricted", "small"])
def test_a_number_that_the_reader_is_not_told_is_never_drawn(
    by: Actor, hidden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(*dossiers("2024-08", "x"))
    at = snapshot_frame(by)
    told = queries.read_series(at, indicator_query(at))
    untold = tuple(replace(one, hidden=hidden, count=None, out_of=None) for one in told)
    monkeypatch.setattr(queries, "read_series", lambda *_of: untold)

    with pytest.raises(Refused) as refused:
        cards.card(at, indicator_query(at), address=ADDRESS)

    assert refused.value.code == "no_figure_to_share"


def test_a_figure_for_few_is_not_made_a_picture_even_for_them(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    published(*dossiers("2024-08", "x"))
    monkeypatch.setattr(cards, "access_of", lambda _asked: Access.RESTRICTED)
    at = snapshot_frame(by)

    with pytest.raises(Refused) as refused:
        cards.card(at, indicator_query(at), address=ADDRESS)

    assert refused.value.code == "restricted_figure"


def test_the_picture_says_whom_it_is_for(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    published(*dossiers("2024-08", "x"))
    at = snapshot_frame(by)
    inside = cards.card(at, indicator_query(at), address=ADDRESS).access
    monkeypatch.setattr(cards, "access_of", lambda _asked: Access.PUBLIC)

    assert "nội bộ" in inside
    assert cards.card(at, indicator_query(at), address=ADDRESS).access == "Số liệu công khai"


@pytest.mark.parametrize("code", ["KHONG-CO", "<script>"])
def test_a_picture_of_what_there_is_not_is_not_found(reader: Client, code: str) -> None:
    published(*dossiers("2024-08", "x"))

    assert reader.get(f"/indicators/{code}/card.png").status_code == 404
    assert reader.get("/indicators/D-2/card.gif").status_code == 404


def test_a_name_stays_on_the_picture_however_long_it_is(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    published(*dossiers("2024-08", "x"))
    at = snapshot_frame(by)
    plain = indicator_query(at)
    long = replace(plain, indicator=replace(plain.indicator, name="Tỷ lệ hồ sơ & <giải quyết> " * 12))

    title = cards.card(at, long, address=ADDRESS).title

    assert len(title) <= 3
    assert title[-1].text.endswith("…")
    assert all(raster.width_of(line.text, line.size) <= cards.LEFT for line in title)


def test_the_page_without_a_network_is_nobodys(client: Client, db: Any) -> None:
    page = client.get("/phone/offline/")

    assert page.status_code == 200
    assert "X-Reader" not in page
    assert "<!--kept-->" in page.content.decode()
