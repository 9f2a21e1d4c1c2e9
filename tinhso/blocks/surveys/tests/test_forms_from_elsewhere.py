"""Workbooks that were drawn for another server: ODK's, KoBo's. They import, with what comes beside them."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
import xlwt
from django.db import IntegrityError, transaction
from django.test import Client

from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import a_person, a_post, a_role
from tinhso.blocks.surveys import queries, services
from tinhso.blocks.surveys.contract import SURVEYS, Survey, declare_survey
from tinhso.blocks.surveys.models import FilledIn, MediaFile, Version
from tinhso.blocks.surveys.services import NotRight
from tinhso.blocks.surveys.tests import makers as a
from tinhso.blocks.surveys.tests.makers import q
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
PRICES = b"key,price\nmango,20\nplum,30\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def survey() -> "object":
    """A survey whose app asks for no question of its own."""
    before = dict(SURVEYS)
    SURVEYS.clear()
    yield declare_survey(a.a_survey(required=(), private=(), lists={}))
    SURVEYS.clear()
    SURVEYS.update(before)


def old(workbook: bytes) -> bytes:
    """The same sheets as Excel before 2007 wrote them."""
    book, out = xlwt.Workbook(), BytesIO()
    for sheet in openpyxl.load_workbook(BytesIO(workbook)):
        page = book.add_sheet(sheet.title)
        for row, cells in enumerate(sheet.iter_rows(values_only=True)):
            for column, cell in enumerate(cells):
                page.write(row, column, cell)
    book.save(out)
    return out.getvalue()


def published(*questions: a.Q, media: dict[str, bytes] | None = None, **more: object) -> Version:
    """A form of these questions, published."""
    workbook = a.a_workbook(questions=questions, **more)  # type: ignore[arg-type]
    return services.publish_version(
        survey=a.CODE, workbook=workbook, filename="x.xlsx", by=a.KEEPER, now=a.NOW, media_files=media
    )


def sent(by: Actor, answers: str, *, version: str = "1", number: int = 1) -> FilledIn:
    """A form of these answers, taken."""
    xml = (
        f"<data id='{a.CODE}' version='{version}'>{answers}"
        f"<meta><instanceID>uuid:0b7c6f2a-0000-4000-8000-{number:012d}</instanceID></meta></data>"
    )
    taken = services.take_form(survey=a.CODE, xml=xml.encode(), files={}, by=by, now=a.NOW)
    return FilledIn.objects.get(ref=taken.ref)


PRICED = (
    q("text", "fruit", "Quả"),
    q("calculate", "price", calculation="pulldata('prices', 'price', 'key', ${fruit})"),
)


def test_a_workbook_of_excel_before_2007_is_published(survey: Survey, commune: Unit) -> None:
    made = services.publish_version(
        survey=a.CODE, workbook=old(a.a_workbook(questions=PRICED[:1])), filename="x.xls", by=a.KEEPER, now=a.NOW
    )

    assert [one.name for one in queries.form_of(made).root.all()][:2] == ["data", "fruit"]


def test_an_old_workbook_with_a_password_is_not_opened(survey: Survey, commune: Unit) -> None:
    locked = old(a.a_workbook(questions=PRICED[:1])) + "EncryptedPackage".encode("utf-16-le")

    with pytest.raises(Refused, match="password"):
        services.draft_of_workbook(survey=survey, workbook=locked, now=a.NOW)


def test_a_form_takes_the_surveys_id_and_says_so(survey: Survey, commune: Unit) -> None:
    workbook = a.a_workbook(questions=PRICED[:1], code="aXb9kobo")

    draft = services.draft_of_workbook(survey=survey, workbook=workbook, now=a.NOW)
    made = services.publish_version(survey=a.CODE, workbook=workbook, filename="x.xlsx", by=a.KEEPER, now=a.NOW)

    assert draft.form.id == queries.form_of(made).id == a.CODE
    assert any("aXb9kobo" in remark for remark in draft.remarks)


def test_a_form_of_another_survey_of_ours_is_refused(survey: Survey, commune: Unit) -> None:
    declare_survey(a.a_survey(code="other"))

    with pytest.raises(Refused, match="other_survey"):
        published(*PRICED[:1], code="other")


def test_a_version_that_is_missing_is_the_day_and_the_content(survey: Survey, commune: Unit) -> None:
    first, second = published(*PRICED[:1], version=""), published(*PRICED[:1], q("text", "more", "Nữa"), version="")

    assert first.version.startswith("20260302-")
    assert first.version != second.version
    assert queries.form_of(second).version == second.version
    assert published(*PRICED[:1], version="").pk == first.pk


def test_what_was_published_with_a_form_is_read_by_pulldata(survey: Survey, commune: Unit, lan: Actor) -> None:
    published(*PRICED, media={"prices.csv": PRICES})

    assert sent(lan, "<fruit>plum</fruit>").values["price"] == "30"
    assert "price" not in sent(lan, "<fruit>durian</fruit>", number=2).values


def test_choices_come_from_a_file_published_with_a_form(survey: Survey, commune: Unit, lan: Actor) -> None:
    published(q("select_one_from_file trees.csv", "tree", "Cây"), media={"trees.csv": b"name,label\noak,Oak\n"})

    assert sent(lan, "<tree>oak</tree>").values["tree"] == "oak"
    with pytest.raises(NotRight):
        sent(lan, "<tree>elm</tree>", number=2)


def test_places_come_from_geojson(survey: Survey, commune: Unit, lan: Actor) -> None:
    places = b"""{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "p1",
        "properties": {"title": "Cho"}, "geometry": {"type": "Point", "coordinates": [106.37, 10.24]}}]}"""
    published(q("select_one_from_file places.geojson", "place", "Nơi"), media={"places.geojson": places})

    assert sent(lan, "<place>p1</place>").values["place"] == "p1"


def test_choices_of_search_are_the_rows_of_its_file(survey: Survey, commune: Unit, lan: Actor) -> None:
    choices = (("list_name", "name", "label::Tiếng Việt (vi)"), ("fruits", "key", "price"))
    asking = q("select_one fruits", "fruit", "Quả", appearance="search('prices', 'startswith', 'key', 'm')")
    published(asking, choices=choices, media={"prices.csv": PRICES})

    assert sent(lan, "<fruit>mango</fruit>").values["fruit"] == "mango"
    with pytest.raises(NotRight):
        sent(lan, "<fruit>plum</fruit>", number=2)


@pytest.mark.parametrize(
    ("media", "code"),
    [
        ({}, "unknown_list"),
        ({"prices.csv": b"\xff\xfe\x00"}, "bad_list"),
        ({"prices.csv": b"key,price\nmango\n"}, "bad_list"),
        ({"prices.csv": PRICES, "x.svg": b"<svg/>"}, "bad_media"),
        ({"prices.csv": PRICES, "x.png": b"no picture"}, "bad_media"),
        ({"prices.csv": PRICES, "a/../b.csv": PRICES}, "bad_media"),
        ({"prices.csv": PRICES, "x.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}, "bad_list"),
        ({"prices.csv": PRICES} | {f"{number}.csv": PRICES for number in range(30)}, "too_much_media"),
    ],
)
def test_files_that_cannot_go_with_a_form_are_refused_in_words(
    survey: Survey, commune: Unit, media: dict[str, bytes], code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        published(*PRICED, media=media)

    assert refusal.value.code == code
    assert not Version.objects.exists()


def test_another_file_makes_another_version(survey: Survey, commune: Unit) -> None:
    first = published(*PRICED, version="", media={"prices.csv": PRICES})
    second = published(*PRICED, version="", media={"prices.csv": PRICES + b"fig,40\n"})

    assert first.version != second.version
    assert published(*PRICED, version="", media={"prices.csv": PRICES}).pk == first.pk


def test_a_picture_that_is_missing_is_remarked_on(survey: Survey, commune: Unit) -> None:
    workbook = a.a_workbook(questions=[q("note", "look", "Nhìn", **{"media::image::Tiếng Việt (vi)": "leaf.png"})])

    without = services.draft_of_workbook(survey=survey, workbook=workbook, now=a.NOW)
    with_it = services.draft_of_workbook(survey=survey, workbook=workbook, now=a.NOW, media_files={"leaf.png": PNG})

    assert any("leaf.png" in remark for remark in without.remarks)
    assert not any("leaf.png" in remark for remark in with_it.remarks)


def test_files_of_a_form_never_change(survey: Survey, commune: Unit) -> None:
    published(*PRICED, media={"prices.csv": PRICES})

    for act in (lambda: MediaFile.objects.update(content=b""), lambda: MediaFile.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_phone_is_told_of_the_files_and_given_them(survey: Survey, commune: Unit, lan: Actor, client: Client) -> None:
    version = published(*PRICED, media={"prices.csv": PRICES, "leaf.png": PNG})
    _key, secret = services.make_key(name="Máy", by=lan, now=a.NOW + timedelta(days=0))
    root = f"/odk/v1/key/{secret}/projects/1"

    listed = client.get(f"{root}/formList").content.decode()
    manifest = client.get(f"{root}/forms/{a.CODE}/manifest?version={version.version}").content.decode()
    file = client.get(f"{root}/forms/{a.CODE}/media/prices.csv?version={version.version}")

    assert "manifestUrl" in listed
    assert manifest.count("<mediaFile>") == 2
    assert f"/forms/{a.CODE}/media/leaf.png" in manifest
    assert file.content == PRICES
    assert client.get(f"{root}/forms/{a.CODE}/media/other.csv").status_code == 404


@pytest.fixture
def keeper(commune: Unit) -> Person:
    """Somebody who publishes."""
    person = a_person("mai")
    a_post(person, commune, a_role("manage trees", code="quan-ly"))
    return person


def test_a_form_is_published_with_its_files_on_the_page(survey: Survey, keeper: Person, client: Client) -> None:
    client.force_login(keeper)
    upload, prices = BytesIO(a.a_workbook(questions=PRICED, version="")), BytesIO(PRICES)
    upload.name, prices.name = "kobo.xlsx", "prices.csv"
    address = f"/surveys/{a.CODE}/publish/"

    seen = client.post(address, {"workbook": upload, "media": [prices], "do": "preview"})
    hidden = {name: seen.context[name] for name in ("content", "name")}
    (file, content) = seen.context["media"][0]
    done = client.post(address, hidden | {"media_name": file, "media_content": content, "do": "publish"})

    assert (seen.status_code, done.status_code) == (200, 302)
    assert list(Version.objects.get().media.values_list("name", flat=True)) == ["prices.csv"]


WORKED_OUT = (
    q("date", "day", "Ngày", default="today()"),
    q("dateTime", "moment", "Lúc", default="now()"),
    q("text", "next_year", "Năm sau", default="format-date(today(), '%Y') + 1"),
    q("hidden", "noted", default="concat('ghi ', today())"),
    q("begin_repeat", "tree", "Cây"),
    q("date", "planted", "Trồng ngày", default="today()"),
    q("end_repeat"),
)


def test_defaults_are_worked_out_when_the_page_is_opened(
    survey: Survey, volunteer: Person, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinhso.kernel.clock.now", lambda: a.NOW)
    version = published(*WORKED_OUT)
    client.force_login(volunteer)
    address = f"/surveys/{a.CODE}/"

    page = client.get(address)
    sent_as = {"version": version.version, "instance": page.context["instance"], "q.tree.0.planted": "2026-01-01"}
    more = client.post(address, sent_as | {"do": "add:tree"})
    taken = client.post(address, sent_as | {"q.day": "2026-03-01", "do": "send"})

    text = page.content.decode()
    assert 'name="q.day" value="2026-03-02"' in text
    assert 'name="q.moment" value="2026-03-02T09:00"' in text
    assert 'name="q.next_year" value="2027"' in text
    assert 'name="q.tree.0.planted" value="2026-03-02"' in text
    assert 'name="q.tree.0.planted" value="2026-01-01"' in more.content.decode()
    assert 'name="q.tree.1.planted" value="2026-03-02"' in more.content.decode()
    assert taken.status_code == 302
    values = FilledIn.objects.get().values
    assert (values["day"], values["noted"]) == ("2026-03-01", "ghi 2026-03-02")
