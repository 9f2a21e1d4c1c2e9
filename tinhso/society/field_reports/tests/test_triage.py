"""Suggestions of category, urgency and duplicates with their reasons; and a category that bursts in one place."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from tinhso.kernel import clock
from tinhso.society.field_reports import services
from tinhso.society.field_reports.contract import Attached, Priority
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries import bursts, duplicates, triage
from tinhso.society.field_reports.queries.rules import category_by_code
from tinhso.society.field_reports.tests import makers
from tinhso.society.field_reports.tests.makers import MONDAY, Place

DAY = MONDAY.date()


def test_a_category_is_suggested_by_examples_with_the_words_that_speak_for_it() -> None:
    of, why = triage.likely_categories("Lộ lầy lội, ổ gà nhiều quá", DAY)[0]

    assert of.code == "duong"
    assert "ổ gà" in why.because
    assert why.likely > 0.5


def test_words_without_diacritics_are_understood() -> None:
    of, _why = triage.likely_categories("nhanh cay kho sap rung", DAY)[0]

    assert of.code == "cay"


@pytest.mark.parametrize("text", ["", "xyzzy", "🤷", "\x00"])
def test_where_nothing_is_known_nothing_is_suggested(text: str) -> None:
    assert triage.likely_categories(text, DAY) == []


def test_what_sounds_dangerous_is_said_to_be_with_a_reason() -> None:
    level, why = triage.likely_priority("Bãi rác cháy lớn lan vào nhà dân", category_by_code("rac", DAY))

    assert level is Priority.DANGER
    assert why is not None
    assert why.because


def test_a_report_of_the_same_thing_is_found_and_another_thing_beside_it_is_not(place: Place) -> None:
    first = makers.received(clock.now(), request="a", text="Đống rác to trước chợ bốc mùi hôi")
    makers.received(clock.now(), request="b", text="Nhánh cây khô sắp rụng", category="cay")
    report = makers.received(clock.now(), request="c", text="Trước chợ có đống rác hôi quá", longitude=107.0502)

    found = duplicates.likely_duplicates(report)

    assert [one.ref for one in found] == [first.ref]
    assert any("m" in word for word in found[0].because)
    assert len(found[0].because) == 2


def a_scene(size: tuple[int, int], quality: int, shift: int = 0) -> bytes:
    """A photo of the same scene, larger or smaller, better or worse."""
    drawn = Image.new("RGB", (640, 480), "lightblue")
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((60 + shift, 220, 300 + shift, 460), fill="saddlebrown")
    pen.ellipse((380, 60, 560, 240), fill="gold")
    pen.polygon([(300, 470), (430, 250), (620, 470)], fill="darkgreen")
    out = BytesIO()
    drawn.resize(size).save(out, "JPEG", quality=quality)
    return out.getvalue()


def test_a_photo_is_known_again_smaller_and_worse_and_another_is_not() -> None:
    whole, small = (duplicates.fingerprint(a_scene(*how)) for how in (((640, 480), 95), ((200, 150), 30)))
    other = duplicates.fingerprint(makers.photo(colour="navy"))

    assert duplicates.differing_bits(whole, small) <= 3
    assert duplicates.differing_bits(whole, other) > duplicates.SAME_PHOTO


def test_the_same_photo_says_what_words_do_not(place: Place) -> None:
    made = []
    for name, text in (("a", "Hôi lắm"), ("b", "Ai dọn giùm với")):
        upload = makers.an_upload(a_scene((640, 480), 90 if name == "a" else 60))
        picture = services.keep_photo(
            upload=upload, file_name="a.jpg", by=services.reporting_actor(makers.CITIZEN), now=clock.now()
        )
        made.append(
            makers.received(clock.now(), request=name, text=text, attachments=(Attached(picture.original.sha256),))
        )

    found = duplicates.likely_duplicates(made[1])

    assert [one.ref for one in found] == [made[0].ref]


def reports(how_many: int, days_ago: int) -> None:
    """So many reports of waste that came in some days ago."""
    for number in range(how_many):
        report = makers.received(clock.now(), request=f"{days_ago}-{number}")
        moment = clock.now() - timedelta(days=days_ago, hours=1)
        Report.objects.bulk_create(
            [Report(**_as_before(report) | {"received_at": moment, "ref": f"PA-{days_ago}X{number}", "request": ""})]
        )


def _as_before(report: Report) -> dict[str, object]:
    names = [one.attname for one in Report._meta.concrete_fields if one.attname not in ("id", "places")]
    return {name: getattr(report, name) for name in names} | {"origin": "demo"}


def test_a_burst_is_told_with_what_is_usual_there(place: Place) -> None:
    reports(6, 1)

    found = bursts.burst_concerns(clock.now())

    assert [one.data_set for one in found] == ["PA.rac"]
    assert found[0].places[0].unit == place.west.ref
    assert found[0].places[0].words.startswith("12 phản ánh trong 7 ngày")


def test_what_is_usual_in_a_place_is_no_burst() -> None:
    steady, former_burst = [9, 8, 10, 9, 11, 8] * 4, [0] * 24 + [40]

    assert bursts.at_least(10, bursts.usual_count(steady)) > 0.1
    assert bursts.usual_count(former_burst) < 1


def test_one_chance_in_so_many_is_poisson() -> None:
    assert bursts.at_least(3, 1.0) == pytest.approx(0.0803, abs=0.0001)
    assert bursts.at_least(0, 5.0) == pytest.approx(1.0, abs=0.01)
