"""What a phone kept without a network is handed in once, however often its queue sends it."""

import pytest
from django.test import Client
from django.urls import reverse

from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.tests import makers as a

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "0b6f4f5e-3c51-4c0a-9d0e-2f1c5a7d9e11"


def send(client: Client, **changes: object) -> tuple[int, dict[str, str]]:
    told = {
        "request": NAME,
        "text": a.TOLD,
        "longitude": str(a.HERE[0]),
        "latitude": str(a.HERE[1]),
        "contact": "nguoi.dan@example.com",
        "sent_at": "2026-11-20T08:00:00.000Z",
    }
    answer = client.post(reverse("field_reports:away_send"), told | changes)
    return answer.status_code, answer.json()


def test_a_queue_that_heard_no_answer_sends_again_and_it_is_the_same_report(place: a.Place, client: Client) -> None:
    first = send(client, photo=a.an_upload(a.photo()))
    again = send(Client(), photo=a.an_upload(a.photo()))

    report = Report.objects.get()
    assert first == again
    assert first[1]["ref"] == report.ref
    assert (report.channel, report.status, report.attachments.count()) == ("app", 0, 1)
    assert report.sent_at.isoformat() == "2026-11-20T08:00:00+00:00"


def test_what_cannot_be_taken_says_why_so_that_the_queue_keeps_it_for_the_person(
    place: a.Place, client: Client
) -> None:
    outside = send(client, longitude="100.5", latitude="13.7")
    nameless = send(client, request="x")
    no_photo = send(client, request=NAME[:-1] + "2", photo=a.an_upload(b"GIF89a not a photo", "anh.gif"))

    assert [status for status, _said in (outside, nameless, no_photo)] == [422, 422, 422]
    assert (outside[1]["code"], nameless[1]["code"]) == ("outside", "no_request")
    assert Report.objects.count() == 0


def test_the_page_that_phones_keep_holds_nothing_of_anybody(place: a.Place, client: Client) -> None:
    person = a.a_person_at(place.west, *a.OFFICER)
    client.force_login(person)

    page = client.get(reverse("field_reports:away"))

    assert "csrfmiddlewaretoken" not in page.content.decode().split("data-away")[1].split("</form>")[0]
    assert "private" in page.headers["Cache-Control"]


def test_a_page_from_elsewhere_cannot_send_in_somebodys_name(place: a.Place) -> None:
    status = Client(enforce_csrf_checks=True).post(reverse("field_reports:away_send"), {"request": NAME}).status_code

    assert status == 403
