"""The demo's cases: as many, as timely and as early as the returns say, each with the steps that it went through."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db.models import F

from tinhso.blocks.bpmn.tests.drawings import step
from tinhso.blocks.cases import demo
from tinhso.blocks.cases.contract import Channel
from tinhso.blocks.cases.models import Case, Task
from tinhso.blocks.cases.queries import promises
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.test_processes import published
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.deadlines import Duration

pytestmark = pytest.mark.django_db
LOADER = program_actor("tests", rights=["load dossiers"])
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
OFFERS = [replace(makers.PERMIT, code=f"2.{days:06d}", duration=Duration(days)) for days in (1, 2, 3, 5, 10, 20)]
# nearly all that came in the first month is finished in it: there is nothing older to finish
FIRST = demo.ChannelNumbers(
    received=400, declined=3, supplemented=12, withdrawn=2, finished=390, on_time=380, early=150
)
LATER = demo.ChannelNumbers(received=300, declined=2, supplemented=9, withdrawn=1, finished=290, on_time=281, early=201)
MONTHS = {date(2026, 9, 1): FIRST, date(2026, 10, 1): LATER}


@pytest.fixture
def loaded() -> None:
    """Two months of a commune; one of its procedures is drawn with two steps beside each other."""
    unit = makers.a_unit("28777", "Xã An")
    beside = step("xem", hours="8") + step("hoi", hours="4") + step("ky", "decide cases", outcomes="được|không")
    ways = ("start>tach", "tach>xem", "tach>hoi", "xem>gop", "hoi>gop", "gop>ky", "ky>end")
    gates = '<parallelGateway id="tach"/><parallelGateway id="gop"/>'
    published((beside + gates, ways), procedures=["2.000003"], since=date(2020, 1, 1))
    months = [demo.DemoMonth(first, {Channel.IN_PERSON: numbers}) for first, numbers in MONTHS.items()]
    demo.load_demo_cases(months={unit: months}, offers=OFFERS, seed="1", by=LOADER, now=NOW)


@pytest.mark.parametrize("first", MONTHS)
def test_what_each_month_finished_is_as_timely_and_as_early_as_was_told(loaded: None, first: date) -> None:
    told = MONTHS[first]
    ended = Case.objects.filter(finished_at__isnull=False).values_list("finished_at", "due_at")
    moments = [(at, due) for at, due in ended if at is not None and due is not None]
    finished = [(at, due) for at, due in moments if clock.local(at).date().replace(day=1) == first]

    on_time = [(at, due) for at, due in finished if at <= due]
    early = [at for at, due in on_time if clock.local(at).date() < clock.local(due).date()]

    assert (len(finished), len(on_time), len(early)) == (told.finished, told.on_time, told.early)


def test_every_finished_dossier_went_through_the_steps_of_its_process_one_after_another(loaded: None) -> None:
    office = promises.office_hours()
    cases = Case.objects.filter(finished_at__isnull=False).prefetch_related("tasks")
    names = {"2.000003": ["xem", "hoi", "ky"]}

    assert cases.count() == FIRST.finished + LATER.finished
    for case in cases:
        tasks = sorted(case.tasks.all(), key=lambda one: one.number)
        way, handing = tasks[:-1], tasks[-1]
        assert [one.key for one in way] == names.get(case.procedure, ["tham-dinh", "duyet-ky"])
        assert (handing.key, handing.opened_at, handing.done_at) == ("tra-ket-qua", case.finished_at, case.returned_at)
        assert (way[0].opened_at, way[-1].done_at) == (case.received_at, case.finished_at)
        assert [one.number for one in tasks] == list(range(1, case.tasks_count + 1))
        assert all(one.done_at is not None and one.opened_at <= one.done_at for one in way)
        assert all(office.is_open(one.done_at) for one in way if one.done_at not in (None, case.finished_at))
    assert Task.objects.filter(key="ky", outcome="được").exists()
    assert not Task.objects.filter(done_at__lt=F("opened_at")).exists()


def test_a_dossier_that_is_not_finished_waits_at_its_first_step(loaded: None) -> None:
    running = Case.objects.filter(finished_at=None, received_at__isnull=False, status__in=[4, 5])

    assert running.exists()
    assert all(one.tasks.get(done_at=None).number == one.tasks_count == 1 for one in running)
