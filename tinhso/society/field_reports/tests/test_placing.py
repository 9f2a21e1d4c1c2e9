"""Saying where something lies on a map without script: a click on a picture is a place, an arrow moves it."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries import placing
from tinhso.society.field_reports.tests import makers as a

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
ADDRESS = reverse("field_reports:tell")


def _form(answer: Any) -> dict[str, str]:
    return dict(HIDDEN.findall(answer.content.decode()))


def _second(client: Client) -> dict[str, str]:
    first = _form(client.get(ADDRESS))
    return _form(client.post(ADDRESS, first | {"commune": "W", "address": ""}))


def _place(form: dict[str, str]) -> tuple[float, float]:
    return float(form["longitude"]), float(form["latitude"])


def test_a_commune_then_clicks_on_its_picture_then_an_arrow_give_a_report_its_place(
    place: a.Place, client: Client
) -> None:
    begun = _second(client)

    clicked = client.post(ADDRESS, begun | {"text": a.TOLD, "at.x": "144", "at.y": "144"})
    nearer = client.post(ADDRESS, _form(clicked) | {"text": a.TOLD, "wide.x": "390", "wide.y": "260"})
    moved = client.post(ADDRESS, _form(nearer) | {"text": a.TOLD, "move": "n"})
    client.post(ADDRESS, _form(moved) | {"text": a.TOLD, "contact": "lan@example.com"})

    middle, east, north = _place(_form(clicked)), _place(_form(nearer)), _place(_form(moved))
    assert middle == pytest.approx((107.05, 15.05), abs=1e-4)
    assert east[0] > middle[0]
    assert east[1] == pytest.approx(middle[1], abs=1e-4)
    assert north[0] == pytest.approx(east[0], abs=1e-5)
    assert north[1] > east[1]
    assert a.TOLD in moved.content.decode()
    report = Report.objects.get()
    assert (report.longitude, report.latitude, report.origin_unit) == (*north, place.west)


def test_a_click_out_of_the_province_or_a_key_on_the_picture_leaves_the_pin_where_it_was(
    place: a.Place, client: Client
) -> None:
    form = _form(client.post(ADDRESS, _second(client) | {"move": "out", "at.x": "", "at.y": ""}))
    form = _form(client.post(ADDRESS, form | {"at.x": "144", "at.y": "144"}))

    outside = client.post(ADDRESS, form | {"move": "out"})
    outside = client.post(ADDRESS, _form(outside) | {"at.x": "144", "at.y": "287"})
    key = client.post(ADDRESS, form | {"at.x": "0", "at.y": "0"})

    assert outside.status_code == 422
    assert "Hãy gửi cho nơi xảy ra sự việc" in outside.content.decode()
    assert _place(_form(outside)) == _place(_form(key)) == _place(form)
    assert Report.objects.count() == 0


def test_a_clerk_points_for_a_caller_on_the_same_map(place: a.Place, client: Client) -> None:
    client.force_login(a.a_person_at(place.west, "take field reports"))
    address, told = reverse("field_reports:hotline"), {"text": a.TOLD, "commune": "E", "category": "rac"}
    form = _form(client.post(address, told | {"act": "look"}))

    pointed = client.post(address, form | told | {"wide.x": "260", "wide.y": "260"})
    longitude, latitude = (
        re.search(rf'name="{name}" value="([^"]+)"', pointed.content.decode()) for name in ("longitude", "latitude")
    )
    assert longitude is not None
    assert latitude is not None
    client.post(address, told | {"act": "take", "longitude": longitude[1], "latitude": latitude[1]})

    assert Report.objects.get().origin_unit == place.east


def test_the_picture_shows_the_pin_where_the_place_is_and_nothing_that_was_not_asked_for(
    place: a.Place, client: Client
) -> None:
    view = placing.first_view(a.HERE, "")
    assert view is not None

    drawn = client.get(reverse("reports:place"), {"view": view.as_text, "at": f"{a.HERE[0]},{a.HERE[1]}"})
    odd = client.get(reverse("reports:place"), {"view": "nan,1e9,-4", "at": "<script>,1"})

    needle = re.search(r'#c0182b.*?d="M([\d.-]+) ([\d.-]+)l', drawn.content.decode())
    assert needle is not None
    assert (float(needle[1]), float(needle[2])) == pytest.approx((view.x, view.y), abs=1e-3)
    assert odd.headers["Content-Type"] == "image/svg+xml"
    assert b"script" not in odd.content
