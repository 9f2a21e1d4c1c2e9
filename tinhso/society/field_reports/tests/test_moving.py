"""Whose reports are: handed over, disputed, merged, split, and after a merger of units."""

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.units.models import Succession, Unit
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.field_reports import services
from tinhso.society.field_reports.contract import Status
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries import lookup, places, public
from tinhso.society.field_reports.tests import makers
from tinhso.society.field_reports.tests.makers import CITIZEN, MONDAY, WHY, Place

pytestmark = pytest.mark.django_db
TOMORROW = date(2026, 11, 24)


def _over(report: Report, to: Unit, *places: Unit) -> Report:
    return services.hand_over(ref=report.ref, to=to.ref, why=WHY, by=makers.an_officer(*places), now=MONDAY)


def test_whoever_hands_over_still_sees_it_and_may_no_longer_touch_it(place: Place) -> None:
    report = makers.received()

    _over(report, place.agency, place.west)

    west = makers.an_officer(place.west)
    assert lookup.visible_report(report.ref, by=west).unit == place.agency
    with pytest.raises(Forbidden):
        services.begin_work(ref=report.ref, by=west, now=MONDAY)


def test_after_the_second_return_it_stays_until_somebody_above_decides(place: Place) -> None:
    report = makers.received()
    _over(report, place.agency, place.west)
    _over(report, place.west, place.agency)

    disputed = _over(report, place.agency, place.west)

    assert (disputed.needs_decision, disputed.unit) == (True, place.west)
    with pytest.raises(Refused, match="needs_decision"):
        _over(report, place.east, place.west)
    with pytest.raises(Forbidden):
        services.decide_unit(ref=report.ref, to="E", why=WHY, by=makers.an_officer(place.west), now=MONDAY)
    decided = services.decide_unit(ref=report.ref, to="T-SO", why=WHY, by=makers.a_supervisor(place), now=MONDAY)
    assert (decided.needs_decision, decided.unit, decided.returns) == (False, place.agency, 0)


def test_what_is_taken_further_is_with_whoever_stands_above(place: Place) -> None:
    report = makers.received()

    services.escalate_report(
        ref=report.ref, why="Cầu này do tỉnh quản lý.", by=makers.an_officer(place.west), now=MONDAY
    )

    report.refresh_from_db()
    assert (report.status, report.unit, report.answer) == (Status.ESCALATED, place.province, "Cầu này do tỉnh quản lý.")


def test_merged_reports_share_followers_and_old_links_lead_on(place: Place) -> None:
    one, other, by = makers.received(contact="0900000001"), makers.received(), makers.an_officer(place.west)
    services.follow_report(ref=one.ref, channel="zalo", sender="z-1", now=MONDAY)
    services.follow_report(ref=other.ref, channel="zalo", sender="z-1", now=MONDAY)
    services.classify_report(ref=other.ref, by=by, now=MONDAY)

    services.merge_reports(ref=one.ref, into=other.ref, by=by, now=MONDAY)

    other.refresh_from_db()
    assert sorted(other.followers.values_list("sender", flat=True)) == ["0900000001", "0912345678", "z-1"]
    assert other.followers_count == 3
    assert public.public_report(one.ref).ref == other.ref
    assert services.report_status(ref=one.ref, channel="zalo", sender="z-1").ref == other.ref
    assert services.report_by_key(one.ref, makers.key(one)).pk == one.pk
    with pytest.raises(Refused, match="not_now"):
        services.begin_work(ref=one.ref, by=by, now=MONDAY)


def test_what_was_merged_by_mistake_parts_again(place: Place) -> None:
    one, other, by = makers.received(contact="0900000001"), makers.received(), makers.an_officer(place.west)
    services.merge_reports(ref=one.ref, into=other.ref, by=by, now=MONDAY)

    services.unmerge_report(ref=one.ref, why="Hai đống rác ở hai nơi khác nhau", by=by, now=MONDAY)

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.status, one.merged_into_id) == (Status.CLASSIFYING, None)
    assert list(other.followers.values_list("sender", flat=True)) == ["0912345678"]


def test_a_part_that_is_another_matter_goes_its_own_way_with_who_told_it(place: Place) -> None:
    report = makers.received(text="Rác trước chợ, lại có cành cây gãy chắn đường")

    part = services.split_report(
        ref=report.ref,
        text="Cành cây gãy chắn đường",
        category_code="cay",
        by=makers.an_officer(place.west),
        now=MONDAY,
    )

    assert (part.unit, part.status, part.split_from) == (place.agency, Status.RECEIVED, report)
    assert part.reporter.phone == "0912345678"
    services.report_by_key(part.ref, makers.key(part))


def test_nobody_hears_of_what_they_neither_told_nor_follow(place: Place) -> None:
    report = makers.received()

    with pytest.raises(Refused, match="unknown_report"):
        services.report_status(ref=report.ref, channel="zalo", sender="z-1")
    services.follow_report(ref=report.ref, channel="zalo", sender="z-1", now=MONDAY)
    services.follow_report(ref=report.ref, channel="zalo", sender="z-1", now=MONDAY)

    report.refresh_from_db()
    assert report.followers_count == 2
    assert services.report_status(ref=report.ref.lower(), channel="zalo", sender="z-1").status == Status.RECEIVED


def test_open_reports_of_a_commune_that_ends_go_on_where_they_lie(place: Place) -> None:
    one, closed = makers.received(), makers.mended(place)
    services.say_mended(ref=closed.ref, key=makers.key(closed), by=CITIZEN, now=MONDAY)
    near, far = (people.a_unit(name, place.province) for name in ("W1", "W2"))
    Unit.objects.filter(pk=place.west.pk).update(valid=DateRange(None, TOMORROW))
    Unit.objects.filter(pk__in=[near.pk, far.pk]).update(valid=DateRange(TOMORROW, None))
    for unit, left in ((near, 107.04), (far, 107.0)):
        makers.outline(unit, left, 0.04)
        Succession.objects.create(
            before=place.west,
            after=unit,
            kind="split",
            effective=TOMORROW,
            known=DateTimeTZRange(people.LONG_AGO, None),
        )
    by = makers.a_supervisor(place)

    first = services.follow_units(today=TOMORROW, by=by, now=MONDAY + timedelta(days=1))
    again = services.follow_units(today=TOMORROW, by=by, now=MONDAY + timedelta(days=1))

    one.refresh_from_db()
    closed.refresh_from_db()
    assert (first.moved, first.doubtful, again.moved) == (1, 0, 0)
    assert (one.unit, one.origin_unit, closed.unit) == (near, place.west, place.west)


def test_reports_close_by_are_found_by_distance_and_the_sensitive_never(place: Place) -> None:
    lon, lat = makers.HERE
    near = makers.received(longitude=lon + 0.0005, latitude=lat)
    nearer = makers.received(longitude=lon, latitude=lat + 0.0002, category="duong")
    makers.received(longitude=lon + 0.01, latitude=lat)
    makers.received(category="an-ninh")
    makers.a_report()

    found = places.nearby_reports(lon, lat, text="rác thối quá", now=MONDAY)
    waste = places.nearby_reports(lon, lat, "rac")

    assert [(one.ref, one.metres) for one in found] == [(near.ref, 54), (nearer.ref, 22)]
    assert [one.ref for one in waste] == [near.ref]
    assert found[0].text == ""
