"""The public side: what strangers see and find, letters that they asked for, and who decides what they see."""

import gzip
import json
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as xml

import pytest
from django.core import mail
from django.test import Client, override_settings
from PIL import Image

from tinhso.blocks.documents import queries as documents
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.field_reports import services
from tinhso.society.field_reports.contract import Attached
from tinhso.society.field_reports.models import Report, Watch
from tinhso.society.field_reports.queries import layer, moderation, statistics
from tinhso.society.field_reports.services import moderating, watching
from tinhso.society.field_reports.tests import makers
from tinhso.society.field_reports.tests.makers import HERE, Place


def read(address: str) -> str:
    """A page as a stranger reads it."""
    answer = Client().get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def shown(place: Place, **changes: object) -> Report:
    """A report that the desk has released."""
    return makers.in_progress(place, clock.now(), **changes)


def test_map_and_list_show_what_was_released_and_nothing_else(place: Place) -> None:
    report, other = (
        shown(place, sender_name="Trần Văn Kín"),
        makers.received(clock.now(), request="x", text="Chưa duyệt đâu"),
    )

    page = read("/reports/")

    assert report.ref in page
    assert 'class="bubble bubble-open"' in page
    assert other.ref not in page
    assert "Trần Văn Kín" not in page


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("category=rac", True),
        ("category=cay", False),
        ("state=open", True),
        ("state=done", False),
        ("q=dong rac", True),
        ("q=0912345678", False),
        ("box=107.0,15.0,107.1,15.1", True),
        ("box=107.1,15.0,107.2,15.1", False),
        ("box=nan,1,2,3", True),
        ("after=khong-phai", True),
    ],
)
def test_the_list_is_narrowed(place: Place, query: str, is_there: bool) -> None:
    report = shown(place, text="Đống rác to trước chợ, gọi 0912345678")

    page = read(f"/reports/?{query}")

    assert (report.ref in page) is is_there


def test_every_report_of_a_long_list_is_reached_once(place: Place) -> None:
    refs = {shown(place, request=f"r{number}").ref for number in range(23)}

    first = read("/reports/")
    after = re.search(r'rel="next" href="\?after=([^"]+)"', first)
    assert after is not None
    second = read(f"/reports/?after={after[1]}")

    pages = [set(re.findall(r"/reports/(PA-\w+)/", page)) for page in (first, second)]
    assert [len(page) for page in pages] == [20, 3]
    assert pages[0] | pages[1] == refs


def test_clusters_count_and_single_reports_appear_close_by(place: Place) -> None:
    report = shown(place)
    far, near = (
        json.loads(read(f"/reports/clusters.json?bbox=107.0,15.0,107.2,15.1&zoom={zoom}"))["features"]
        for zoom in (9, 15)
    )

    assert [one["properties"]["count"] for one in far] == [1]
    assert near[0]["properties"]["href"] == f"/reports/{report.ref}/"
    assert near[0]["geometry"]["coordinates"] == list(HERE)


def test_the_live_map_counts_what_is_open_and_rounds_what_is_sensitive(place: Place) -> None:
    now, box = clock.now(), (107.0, 15.0, 107.2, 15.1)
    exact = makers.received(now, longitude=107.1512, latitude=15.0712)
    makers.received(now, request="s", category="an-ninh", longitude=107.0512, latitude=15.0512)
    makers.mended(place, now, request="done")

    whole = layer.report_layer(frozenset(), box, 500, now)
    east = layer.report_layer(frozenset({place.east.pk}), box, 500, now)
    tomorrow = layer.report_layer(frozenset(), box, 500, now + timedelta(days=30))

    assert sorted((one.longitude, one.latitude) for one in whole.spots) == [(107.05, 15.05), (107.1512, 15.0712)]
    assert (whole.total, east.total, tomorrow.spots[0].urgent) == (2, 1, 1)
    assert [one.href for one in east.newest] == [f"/field-reports/{exact.ref}/"]
    assert all("Có đánh bạc" not in one.title for one in whole.newest)


def test_a_sensitive_report_lies_in_the_middle_of_its_cell_and_in_no_box(place: Place) -> None:
    at = (107.053, 15.047)
    report = shown(place, category="an-ninh", text="Có đánh bạc trong nhà", longitude=at[0], latitude=at[1])

    features = json.loads(read("/reports/clusters.json?bbox=107.0,15.0,107.2,15.1&zoom=15"))["features"]

    assert features[0]["geometry"]["coordinates"] == [107.05, 15.05]
    assert features[0]["properties"]["rough"] is True
    assert report.ref not in read("/reports/?box=107.052,15.046,107.054,15.048")


def test_feeds_are_atom_and_tell_no_more_than_pages(place: Place) -> None:
    report = makers.mended(place, clock.now(), text="Rác\x01 & mùi")

    whole, one = (
        xml.fromstring(read(address)) for address in ("/reports/feed.atom", f"/reports/{report.ref}/feed.atom")
    )

    names = {"a": "http://www.w3.org/2005/Atom"}
    assert whole.findtext("a:entry/a:summary", namespaces=names) == "Rác & mùi"
    assert makers.MENDED in [entry.text for entry in one.findall("a:entry/a:summary", names)]


def test_numbers_have_a_count_and_an_out_of_and_hide_few_ratings(place: Place) -> None:
    report = makers.mended(place, clock.now())
    services.rate_report(
        ref=report.ref, key=makers.key(report), step="result", points=5, note="", by=makers.CITIZEN, now=clock.now()
    )

    found = statistics.report_statistics(90, clock.now())

    assert (found.whole.received, found.whole.resolved, found.whole.kept, found.whole.due) == (1, 1, 1, 1)
    assert found.units[0].rated is None
    assert "1 / 1" in read("/reports/numbers/")


def test_a_page_stays_small_for_a_slow_network(place: Place) -> None:
    for number in range(20):
        shown(place, request=f"r{number}", text="Đống rác to trước chợ. " * 30)

    page = read("/reports/")

    assert len(gzip.compress(page.encode())) < 60_000


def link_in(letter: int) -> str:
    """The path of the link in a letter."""
    found = re.search(r"https?://[^/\s]+(/reports/alerts/\S+)", str(mail.outbox[letter].body))
    assert found is not None
    return found[1]


def test_a_report_is_followed_only_by_who_owns_the_mailbox(place: Place) -> None:
    report, client = shown(place), Client()

    client.post(f"/reports/{report.ref}/watch/", {"email": "Lan@example.vn"})
    before = report.followers.filter(sender="lan@example.vn").count()
    client.get(link_in(-1))  # programs that read mail open links
    opened = report.followers.filter(sender="lan@example.vn").count()
    client.post(link_in(-1))

    assert (before, opened) == (0, 0)
    assert report.followers.filter(sender="lan@example.vn", channel="mail").count() == 1


def test_a_forged_link_starts_nothing(place: Place) -> None:
    answer = Client().post("/reports/alerts/khong:phai:that/")

    assert answer.status_code == 404
    assert not Watch.objects.exists()


def test_one_mailbox_is_not_flooded_with_letters_that_it_did_not_ask_for(place: Place) -> None:
    report = shown(place)

    for _time in range(6):
        Client().post(f"/reports/{report.ref}/watch/", {"email": "lan@example.vn"})

    assert sum("lan@example.vn" in letter.to for letter in mail.outbox) == watching.LETTERS_AN_HOUR


def test_who_watches_a_commune_gets_one_letter_and_stops_with_one_button(place: Place) -> None:
    client = Client()
    client.post("/reports/alerts/", {"email": "lan@example.vn", "commune": place.west.ref, "category": ""})
    client.post(link_in(-1))
    shown(place, request="a")
    shown(place, request="b")
    later = clock.now() + timedelta(minutes=1)

    letters = [watching.tell_watchers(now=later), watching.tell_watchers(now=later + timedelta(hours=1))]

    assert letters == [1, 0]
    assert str(mail.outbox[-1].body).count("/reports/PA-") == 2
    client.post(link_in(-1))
    assert not Watch.objects.exists()


def test_the_letter_about_a_place_says_nothing_of_other_places(place: Place) -> None:
    now = clock.now()
    Watch.objects.create(email="a@example.vn", unit=place.east, since=now, told_until=now - timedelta(days=1))
    shown(place)

    told = watching.tell_watchers(now=now + timedelta(minutes=1))

    assert told == 0


def with_photo(place: Place) -> Report:
    """A report with a photo, received and not yet looked at."""
    picture = makers.a_picture(colour="navy", now=clock.now())
    return makers.received(clock.now(), attachments=(Attached(picture.original.sha256),))


def test_a_moderator_decides_words_and_photos(place: Place) -> None:
    report, by = with_photo(place), makers.an_officer(place.west)
    photo = report.attachments.get()

    moderating.release_report(
        ref=report.ref, public_text="Rác trước chợ, gọi 0912345678", photos=[], by=by, now=clock.now()
    )
    without = read(f"/reports/{report.ref}/")
    moderating.release_report(ref=report.ref, public_text="Rác trước chợ", photos=[photo.ref], by=by, now=clock.now())

    assert "0912345678" not in without
    assert photo.ref not in without
    assert photo.ref in read(f"/reports/{report.ref}/")
    assert moderation.reports_to_review(by) == []


def test_what_is_hidden_is_gone_for_strangers_with_its_photos(place: Place) -> None:
    report, by = with_photo(place), makers.an_officer(place.west)
    photo = report.attachments.get()
    moderating.release_report(ref=report.ref, public_text="Rác", photos=[photo.ref], by=by, now=clock.now())

    moderating.hide_report(ref=report.ref, why="Có nêu tên người khác.", by=by, now=clock.now())

    addresses = [f"/reports/{report.ref}/", f"/reports/photos/{photo.ref}/shown.jpg"]
    assert [Client().get(address).status_code for address in addresses] == [404, 404]
    assert moderation.hidden_reports(by) == [report]


def test_who_handles_another_commune_decides_nothing(place: Place) -> None:
    report = with_photo(place)

    with pytest.raises(Forbidden):
        moderating.release_report(
            ref=report.ref, public_text="Rác", photos=[], by=makers.an_officer(place.east), now=clock.now()
        )


def test_covered_areas_are_gone_from_every_size_and_from_metadata(place: Place) -> None:
    report, by, now = with_photo(place), makers.an_officer(place.west), clock.now()
    photo = report.attachments.get()
    drawn = Image.new("RGB", (400, 300), "white")
    for x in range(200):
        for y in range(150):
            drawn.putpixel((x, y), (255, 0, 0) if (x + y) % 2 else (0, 0, 255))
    out = BytesIO()
    drawn.save(out, "PNG")
    photo.picture = services.keep_photo(
        upload=makers.an_upload(out.getvalue(), "a.png"), file_name="a.png", by=by, now=now
    )
    photo.save()

    covered = moderating.cover_photo(photo=photo.ref, areas=[(0, 0, 50, 50)], by=by, now=now)

    assert covered.picture is not None
    for file in (covered.picture.shown, covered.picture.small):
        with Image.open(BytesIO(b"".join(documents.chunks(file)))) as seen:
            area = seen.convert("RGB").crop((10, 10, seen.width * 2 // 5, seen.height * 2 // 5))
            reds = list(area.getchannel(0).tobytes())
            assert max(reds) - min(reds) < 40  # the pattern of red and blue is one colour now
            assert not seen.getexif()


@pytest.mark.parametrize("areas", [[], [(10, 10, 5, 20)], [(0, 0, 101, 50)], [(-1, 0, 50, 50)], [(0, 0, 50, 50)] * 13])
def test_an_area_that_is_none_is_refused(place: Place, areas: list[moderating.Area]) -> None:
    report = with_photo(place)

    with pytest.raises(Refused, match="bad_area"):
        moderating.cover_photo(
            photo=report.attachments.get().ref, areas=areas, by=makers.an_officer(place.west), now=clock.now()
        )


def test_the_moderation_pages_work_without_script(place: Place) -> None:
    report = with_photo(place)
    client = Client()
    client.force_login(makers.a_person_at(place.west, *makers.OFFICER))
    photo = report.attachments.get().ref

    queue = client.get("/field-reports/moderation/").content.decode()
    client.post(f"/field-reports/photos/{photo}/cover/", {"left": "10", "top": "10", "right": "40", "bottom": "40"})
    client.post(
        f"/field-reports/{report.ref}/moderation/", {"act": "release", "public_text": "Rác trước chợ", "photo": photo}
    )

    assert report.ref in queue
    assert report.attachments.get().coverings.count() == 1
    assert "Rác trước chợ" in read(f"/reports/{report.ref}/")
    assert client.get(f"/field-reports/{report.ref}/moderation/").status_code == 200
    assert client.get(f"/field-reports/photos/{photo}/cover/").status_code == 200


def test_open_data_hold_what_pages_show_and_are_listed_in_the_catalogue(place: Place, tmp_path: Path) -> None:
    report = shown(place, text="=HYPERLINK(1) rác", sender_name="Trần Văn Kín")
    hidden = makers.received(clock.now(), request="x")

    with override_settings(VAR=tmp_path):
        client = Client()
        told = json.loads(b"".join(client.get("/open-data/records/phan-anh-hien-truong.json")))
        table = b"".join(client.get("/open-data/records/phan-anh-hien-truong.csv")).decode()
        catalogue = client.get("/open-data/catalogue.ttl").content.decode()
        page = client.get("/open-data/records/phan-anh-hien-truong/")

    assert [one["ref"] for one in told["records"]] == [report.ref]
    assert "'=HYPERLINK" in table
    assert hidden.ref not in table
    assert "Trần Văn Kín" not in table
    assert "records/phan-anh-hien-truong.csv" in catalogue
    assert page.status_code == 200
