"""Directives about several things are given by one form, each to the unit of its thing."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from tinhso.blocks.indicators.contract import Subject
from tinhso.blocks.indicators.contract.steering import SUBJECT_TELLERS
from tinhso.government.programme import services
from tinhso.government.programme.models import Directive
from tinhso.government.programme.tests import makers
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
BACKEND = settings.AUTHENTICATION_BACKENDS[-1]
ABOUTS = ["place:SO", "place:W"]


def logged_in(place: makers.Place, name: str) -> Client:
    client = Client()
    client.force_login(getattr(place, name), backend=BACKEND)
    return client


def sent(chosen: list[str], **other: object) -> dict[str, object]:
    day = (clock.today() + timedelta(days=30)).isoformat()
    return {"about": ABOUTS, "chosen": chosen, "words": "Nêu nguyên nhân, ngày xong.", "due_on": day, **other}


def test_each_chosen_thing_becomes_a_directive_to_its_own_unit(place: makers.Place) -> None:
    answer = logged_in(place, "leader").post("/directives/new/", sent(ABOUTS))

    assert answer.status_code == 302
    given = Directive.objects.order_by("about_ref").values_list("about_kind", "about_ref", "unit__ref", "words")
    assert list(given) == [
        ("place", "SO", "SO", "Nêu nguyên nhân, ngày xong."),
        ("place", "W", "W", "Nêu nguyên nhân, ngày xong."),
    ]


def test_a_thing_with_an_open_directive_is_shown_unticked_with_the_way_to_it(place: makers.Place) -> None:
    standing = makers.a_directive(place, about="place:SO")

    page = logged_in(place, "leader").get("/directives/new/", {"about": ABOUTS})

    rows = {row.about: (row.open_ref, row.is_ticked) for row in page.context["rows"]}
    assert rows == {"place:SO": (standing.ref, False), "place:W": ("", True)}
    assert f"/directives/{standing.ref}/" in page.content.decode()


def test_choosing_nothing_gives_nothing_and_says_so(place: makers.Place) -> None:
    answer = logged_in(place, "leader").post("/directives/new/", sent([]))

    assert answer.status_code == 200
    assert "Hãy chọn ít nhất một việc." in answer.content.decode()
    assert not Directive.objects.exists()


def test_a_thing_that_was_not_offered_cannot_be_slipped_in(place: makers.Place) -> None:
    logged_in(place, "leader").post("/directives/new/", sent(["place:BAN", "place:W"]))

    assert list(Directive.objects.values_list("unit__ref", flat=True)) == ["W"]


def test_who_gives_no_directives_is_refused(place: makers.Place) -> None:
    assert logged_in(place, "head").get("/directives/new/", {"about": ABOUTS}).status_code == 403
    assert logged_in(place, "head").post("/directives/new/", sent(ABOUTS)).status_code == 403
    assert not Directive.objects.exists()


def test_a_form_that_is_sent_twice_gives_once_and_says_which_directive_stands(place: makers.Place) -> None:
    browser = logged_in(place, "leader")
    browser.post("/directives/new/", sent(ABOUTS))

    answer = browser.post("/directives/new/", sent(ABOUTS))

    assert "Chỉ đạo này đã được giao rồi" in answer.content.decode()
    assert Directive.objects.count() == 2


def test_all_are_given_or_none(place: makers.Place) -> None:
    requests = [
        {"title": "Kiểm tra tại chỗ", "unit": "SO", "about": "place:SO"},
        {"title": "Kiểm tra tại chỗ", "unit": "XX", "about": "place:W"},
    ]

    with pytest.raises(Refused, match="unknown_unit"):
        services.give_directives(
            requests=requests, words="Nêu ngày xong.", due_on=makers.FRIDAY, by=place.by("leader"), now=makers.MONDAY
        )

    assert not Directive.objects.exists()


def test_a_directive_about_a_thing_goes_to_the_office_that_answers_for_it(
    place: makers.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def thing(ref: str, _by: object) -> Subject:
        return Subject("thing", ref, f"Việc {ref}", "/", unit="T", office="SO")

    monkeypatch.setitem(SUBJECT_TELLERS, "thing", thing)
    abouts = ["thing:1", "thing:2"]

    logged_in(place, "leader").post("/directives/new/", sent(abouts, about=abouts))
    form = logged_in(place, "leader").get("/directives/new/", {"about": "thing:3"}).context["form"]

    assert list(Directive.objects.values_list("unit__ref", "about_unit")) == [("SO", "T"), ("SO", "T")]
    assert form.initial["to"] == "SO|"
