"""OpenRosa as ODK Collect speaks it: lists, forms, manifests, submissions in parts, keys."""

import base64
from datetime import timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import etree
from PIL import Image

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import a_person, a_post
from tinhso.blocks.surveys import services
from tinhso.blocks.surveys.models import AppKey, FilledIn, Version, WaitingFile
from tinhso.blocks.surveys.tests import makers as a
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
ANSWER = "{http://openrosa.org/http/response}"


@pytest.fixture
def secret(version: Version, lan: Actor) -> str:
    """The volunteer's key."""
    return services.make_key(name="Điện thoại", by=lan, now=clock.now())[1]


def basic(name: str, secret: str) -> dict[str, str]:
    """The header that Collect sends."""
    return {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


def a_photo() -> bytes:
    """A small picture."""
    out = BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return out.getvalue()


def sent(client: Client, secret: str, xml: bytes, files: dict[str, bytes] | None = None, **more: Any) -> Any:
    """A submission as Collect posts it."""
    parts: dict[str, Any] = {"xml_submission_file": SimpleUploadedFile("form.xml", xml, "text/xml")}
    parts |= {name: SimpleUploadedFile(name, content, "image/jpeg") for name, content in (files or {}).items()}
    return client.post("/odk/submission?deviceID=collect%3Aabc", parts | more, **basic("lan", secret))  # type: ignore[arg-type]


def test_without_a_key_one_is_asked_for(client: Client, version: Version) -> None:
    answer = client.get("/odk/formList")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Basic ")
    assert answer["X-OpenRosa-Version"] == "1.0"


def test_the_list_is_as_openrosa_wants_it(client: Client, version: Version, secret: str) -> None:
    answer = client.get("/odk/formList", **basic("lan", secret))  # type: ignore[arg-type]

    root = etree.fromstring(answer.content)
    form = root.find(f"{LIST}xform")
    told = {etree.QName(one).localname: one.text for one in form}
    assert root.tag == f"{LIST}xforms"
    assert answer["X-OpenRosa-Version"] == "1.0"
    assert parsedate_to_datetime(answer["Date"]).tzinfo is not None
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert (told["formID"], told["version"], told["name"]) == (a.CODE, "1", "Đi thăm cây")
    assert told["hash"] == f"md5:{version.hash}"
    assert set(told) >= {"descriptionText", "downloadUrl", "manifestUrl"}


def test_what_the_list_leads_to_is_there(client: Client, version: Version, secret: str) -> None:
    key = basic("lan", secret)
    form = etree.fromstring(client.get("/odk/formList", **key).content).find(f"{LIST}xform")  # type: ignore[arg-type]

    xform = client.get(form.findtext(f"{LIST}downloadUrl"), **key)  # type: ignore[arg-type]
    manifest = etree.fromstring(client.get(form.findtext(f"{LIST}manifestUrl"), **key).content)  # type: ignore[arg-type]
    media = manifest.find(f"{MANIFEST}mediaFile")
    content = client.get(media.findtext(f"{MANIFEST}downloadUrl"), **key).content  # type: ignore[arg-type]

    assert xform.content.decode() == version.xform
    assert media.findtext(f"{MANIFEST}filename") == "teams.csv"
    assert content.decode().splitlines()[:2] == ["name,label", "t1,Tổ số 1"]


def test_the_key_may_stand_in_the_address(client: Client, version: Version, secret: str) -> None:
    root = f"/odk/v1/key/{secret}/projects/1"

    form = etree.fromstring(client.get(f"{root}/formList").content).find(f"{LIST}xform")
    taken = client.post(
        f"{root}/submission", {"xml_submission_file": SimpleUploadedFile("form.xml", a.a_form(day="2026-03-01"))}
    )

    assert f"/odk/v1/key/{secret}/" in form.findtext(f"{LIST}downloadUrl")
    assert taken.status_code == 201


def test_how_much_may_be_sent_is_told(client: Client, secret: str) -> None:
    answer = client.head("/odk/submission?deviceID=x", **basic("lan", secret))  # type: ignore[arg-type]

    assert answer.status_code == 204
    assert int(answer["X-OpenRosa-Accept-Content-Length"]) > 1_000_000
    assert answer["Location"].endswith("/odk/submission")


def test_a_submission_is_taken_once(client: Client, secret: str) -> None:
    first, again = sent(client, secret, a.a_form()), sent(client, secret, a.a_form())

    message = etree.fromstring(first.content).find(f"{ANSWER}message")
    assert (first.status_code, again.status_code) == (201, 201)
    assert "Đã nhận phiếu" in message.text
    assert FilledIn.objects.count() == 1
    assert FilledIn.objects.get().device == "collect:abc"


def test_a_submission_in_parts_is_one(client: Client, secret: str) -> None:
    xml = a.a_form(photo="a.jpg")

    part = sent(client, secret, xml, {"a.jpg": a_photo()}, **{"*isIncomplete*": "yes"})
    waiting = WaitingFile.objects.count()
    whole = sent(client, secret, xml)

    assert (part.status_code, waiting, whole.status_code) == (202, 1, 201)
    assert [one.name for one in FilledIn.objects.get().files.all()] == ["a.jpg"]
    assert not WaitingFile.objects.exists()


def test_a_photo_that_comes_later_is_added(client: Client, secret: str) -> None:
    xml = a.a_form(photo="a.jpg")

    sent(client, secret, xml)
    sent(client, secret, xml, {"a.jpg": a_photo(), "b.jpg": a_photo()})

    assert [one.name for one in FilledIn.objects.get().files.all()] == ["a.jpg"]


def test_a_photo_in_chunks_of_unknown_length_is_added(client: Client, secret: str) -> None:
    sent(client, secret, a.a_form(photo="a.jpg"))
    name = FilledIn.objects.get().instance_id
    address = f"/odk/v1/projects/1/forms/{a.CODE}/submissions/{name}/attachments/a.jpg"

    answer = client.post(
        address,
        HTTP_TRANSFER_ENCODING="chunked",
        HTTP_AUTHORIZATION=f"Bearer {secret}",
        **{"wsgi.input": BytesIO(a_photo()), "CONTENT_LENGTH": "0"},  # type: ignore[arg-type]
    )

    assert answer.status_code == 200, answer.content
    assert FilledIn.objects.get().files.count() == 1


def test_a_file_that_is_no_photo_is_refused(client: Client, secret: str) -> None:
    answer = sent(client, secret, a.a_form(photo="a.jpg"), {"a.jpg": b"<script>alert(1)</script>"})

    assert answer.status_code == 400
    assert not FilledIn.objects.exists()


def test_a_name_with_a_way_in_it_is_refused(client: Client, secret: str) -> None:
    answer = sent(client, secret, a.a_form(photo="../../a.jpg"), {"../../a.jpg": a_photo()})

    assert answer.status_code == 400
    assert not FilledIn.objects.exists()


def test_wrong_answers_are_told_in_vietnamese(client: Client, secret: str) -> None:
    answer = sent(client, secret, a.a_form(people="0"))

    assert answer.status_code == 400
    assert "Từ 1 đến 500 người." in etree.fromstring(answer.content).findtext(f"{ANSWER}message")


@pytest.mark.parametrize(
    ("xml", "status"),
    [
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><data/>", 400),
        (b"<data id='nothing' version='1'><meta><instanceID>uuid:12345678</instanceID></meta></data>", 404),
        (b"<data id='tree_visit' version='9'><meta><instanceID>uuid:12345678</instanceID></meta></data>", 404),
        (b"<data id='tree_visit' version='1'/>", 400),
        (b"<data>" + b" " * 1_100_000 + b"</data>", 413),
    ],
)
def test_what_is_no_form_is_refused(client: Client, secret: str, xml: bytes, status: int) -> None:
    assert sent(client, secret, xml).status_code == status


def test_other_content_under_the_same_name_is_a_conflict(client: Client, secret: str) -> None:
    sent(client, secret, a.a_form())

    assert sent(client, secret, a.a_form(people="5")).status_code == 409


def test_somebody_elses_name_does_not_fit_a_key(client: Client, secret: str) -> None:
    assert client.get("/odk/formList", **basic("hoa", secret)).status_code == 401  # type: ignore[arg-type]


def test_a_revoked_key_opens_nothing(client: Client, secret: str, lan: Actor) -> None:
    services.revoke_key(ref=AppKey.objects.get().ref, by=lan, now=clock.now())

    assert client.get("/odk/formList", **basic("lan", secret)).status_code == 401  # type: ignore[arg-type]


def test_a_key_ends_with_its_year(client: Client, version: Version, lan: Actor) -> None:
    _key, old = services.make_key(name="Cũ", by=lan, now=clock.now() - timedelta(days=400))

    assert client.get("/odk/formList", **basic("lan", old)).status_code == 401  # type: ignore[arg-type]


def test_nobody_revokes_the_key_of_another(secret: str) -> None:
    with pytest.raises(Refused, match="no_such_key"):
        services.revoke_key(ref=AppKey.objects.get().ref, by=Actor(ref="NG-x", name="Khách"), now=clock.now())


def test_a_key_of_a_closed_account_opens_nothing(client: Client, secret: str, volunteer: Person) -> None:
    Person.objects.filter(pk=volunteer.pk).update(is_active=False)

    assert client.get("/odk/formList", **basic("lan", secret)).status_code == 401  # type: ignore[arg-type]


def test_only_a_keyed_hash_of_a_key_is_kept(secret: str) -> None:
    key = AppKey.objects.get()

    assert secret not in {key.digest, key.name, key.ref}
    assert not any(secret in str(one.after) for one in Entry.objects.all())


def test_wrong_keys_stop_an_address(client: Client, secret: str) -> None:
    for _try in range(30):
        assert client.get("/odk/formList", **basic("lan", "sai")).status_code == 401  # type: ignore[arg-type]

    assert client.get("/odk/formList", **basic("lan", secret)).status_code == 429  # type: ignore[arg-type]


def test_a_session_of_a_browser_opens_nothing_here(client: Client, version: Version, volunteer: Person) -> None:
    client.force_login(volunteer)

    assert client.get("/odk/formList").status_code == 401


def test_who_fills_nothing_in_gets_no_key(version: Version, volunteer: Person) -> None:
    with pytest.raises(Refused, match="may_not_fill"):
        services.make_key(name="Máy", by=Actor(ref=volunteer.ref, name="Lan"), now=clock.now())


def test_another_volunteer_sends_nothing_under_a_strangers_name(
    client: Client, secret: str, volunteer: Person, lan: Actor
) -> None:
    hoa = a_person("hoa")
    a_post(hoa, volunteer.posts.get().unit, volunteer.posts.get().role)
    sent(client, secret, a.a_form())
    _key, hers = services.make_key(name="Máy", by=identity.actor_for(hoa), now=clock.now())
    upload = {"xml_submission_file": SimpleUploadedFile("form.xml", a.a_form())}

    answer = client.post("/odk/submission", upload, **basic("hoa", hers))  # type: ignore[arg-type]

    assert answer.status_code == 403
    assert FilledIn.objects.get().by == lan.ref


def test_parts_of_a_form_that_never_came_whole_are_forgotten(client: Client, secret: str) -> None:
    sent(client, secret, a.a_form(photo="a.jpg"), {"a.jpg": a_photo()}, **{"*isIncomplete*": "yes"})

    soon = services.let_go_of_waiting(now=clock.now())
    later = services.let_go_of_waiting(now=clock.now() + timedelta(days=31))

    assert (soon, later) == (0, 1)
