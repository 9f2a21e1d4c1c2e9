"""Tasks go from hand to hand by rules; they wait for each other without circles, and outlive their units."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tinhso.blocks.indicators.tests.makers import a_unit, became
from tinhso.blocks.units.models import Unit
from tinhso.government.programme import services
from tinhso.government.programme.jobs import KEEPER
from tinhso.government.programme.models import Dependency, Task
from tinhso.government.programme.queries import lookup
from tinhso.government.programme.tests.makers import FRIDAY, MONDAY, Place, a_directive, a_task
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def reported(place: Place, one: Task, percent: int = 100) -> Task:
    return services.report_progress(
        ref=one.ref, percent=percent, words="Đã nối xong kho dữ liệu.", by=place.by("clerk"), now=MONDAY + DAY
    )


def test_a_task_is_reported_returned_accepted_and_ends(place: Place) -> None:
    one = a_task(place)

    assert reported(place, one, 40).state == "doing"
    assert reported(place, one).state == "reported"
    back = services.send_back(ref=one.ref, words="Thiếu biên bản thử.", by=place.by("leader"), now=MONDAY + DAY)
    assert (back.state, back.percent) == ("returned", 99)
    reported(place, one)
    accepted = services.accept(ref=one.ref, words="", by=place.by("leader"), now=MONDAY + 2 * DAY)
    done = services.finish(ref=one.ref, words="", by=place.by("leader"), now=MONDAY + 3 * DAY)

    assert (accepted.closed_at, done.state) == (MONDAY + 2 * DAY, "done")
    with pytest.raises(Refused, match="not_now"):
        reported(place, one)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=one.pk).update(state="doing", closed_at=None)


def test_only_those_who_have_a_task_report_on_it_and_only_those_above_accept_it(place: Place) -> None:
    one = a_task(place)

    with pytest.raises(Forbidden):
        services.report_progress(ref=one.ref, percent=90, words="Gần xong rồi.", by=place.by("stranger"), now=MONDAY)
    reported(place, one)
    for name in ("clerk", "head", "stranger"):
        with pytest.raises(Forbidden):
            services.accept(ref=one.ref, words="", by=place.by(name), now=MONDAY)
    with pytest.raises(Forbidden):
        a_task(place, by=place.by("head"), unit="BAN", owner="")
    assert not lookup.visible_tasks(place.by("stranger")).exists()


def test_tasks_wait_for_each_other_and_never_in_a_circle(place: Place) -> None:
    first, second, third = (a_task(place, title=f"Việc thứ {n}") for n in (1, 2, 3))
    leader = place.by("leader")
    services.wait_for(ref=second.ref, on=first.ref, by=leader, now=MONDAY)
    services.wait_for(ref=third.ref, on=second.ref, by=leader, now=MONDAY)

    with pytest.raises(Refused, match="circle"):
        services.wait_for(ref=first.ref, on=third.ref, by=leader, now=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dependency.objects.create(task=first, on=third)
    with pytest.raises(Refused, match="waits"):
        reported(place, second)
    services.drop(ref=first.ref, words="Không cần nữa.", by=leader, now=MONDAY)
    assert reported(place, second).state == "reported"


def test_work_of_an_ended_unit_goes_on_under_its_successor_or_waits_for_a_decision(place: Place) -> None:
    end = date(2026, 12, 1)
    task, directive = a_task(place), a_directive(place, unit="BAN", owner=place.stranger.ref)
    after, half = (a_unit(ref, place.province, since=end) for ref in ("MOI", "NUA"))
    for unit, successors in ((place.agency, [after]), (place.other, [after, half]), (place.commune, [half])):
        Unit.objects.filter(pk=unit.pk).update(valid=(None, end))
        unit.refresh_from_db()
        for successor in successors:
            became(unit, successor)

    moved = services.follow_units(today=end, by=KEEPER, now=MONDAY + 8 * DAY)
    again = services.follow_units(today=end, by=KEEPER, now=MONDAY + 8 * DAY)

    task.refresh_from_db()
    directive.refresh_from_db()
    assert (moved.moved, moved.doubtful, again.moved, again.doubtful) == (1, 1, 0, 0)
    assert (task.unit.ref, task.origin_unit.ref, task.owner) == ("MOI", "SO", "")
    assert (directive.unit.ref, directive.needs_unit) == ("BAN", True)
    assert [one.unit.ref for one in task.partners.select_related("unit")] == ["NUA"]
    settled = services.settle_unit(
        work=directive, to="NUA", by=place.by("leader"), now=MONDAY + 9 * DAY, today=end + DAY
    )
    assert (settled.unit.ref, settled.needs_unit) == ("NUA", False)
    assert task.due_on == FRIDAY
