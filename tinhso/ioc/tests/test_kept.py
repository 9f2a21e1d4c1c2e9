"""What is kept of figures is what would be made now; and it is made once."""

import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Fact
from tinhso.blocks.indicators.models import Definition
from tinhso.blocks.indicators.queries import definitions
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.ioc import queries
from tinhso.ioc.pages import wall_scenes
from tinhso.ioc.pages.readers import RequestedView
from tinhso.ioc.pages.wall_scenes import Shot
from tinhso.ioc.queries import kept as keeping
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView, snapshot_frame
from tinhso.ioc.queries.kept import cached_by_figures
from tinhso.ioc.queries.walls import OVERVIEW, Scene
from tinhso.ioc.tests.makers import dossiers, text_of
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor, program_actor

READER = program_actor("reader", rights=["see indicators"])
PAGES = (
    "/wall/?unit=p",
    "/wall/?unit=x",
    "/domains/?unit=p",
    "/domains/services/?unit=x",
    "/indicators/D-1/?unit=p",
    "/indicators/D-2/?unit=x",
    "/indicators/C-1/?unit=p",
    "/ioc/units/x/",
    "/ioc/units/p/",
    "/wall/chung/overview/",
    "/wall/chung/domain-services/",
    "/wall/chung/attention/",
    "/explore/?form=lines&indicators=D-1,C-1&units=x,y&every=month",
    "/phone/",
    "/api/v1/indicators/D-1/series?unit=x",
    "/api/v1/indicators/C-1/units?unit=p",
)
CALLS = replace(
    makers.DOSSIERS,
    code="CALLS",
    name="Cuộc gọi",
    select="SELECT * FROM test_calls",
    fingerprints="SELECT month, md5(string_agg(d::text, ',' ORDER BY unit, channel)) FROM test_calls d GROUP BY 1",
)
ANSWERED = replace(makers.FINISHED, code="C-1", name="Cuộc gọi đã trả lời", fact="CALLS", key=True)
WATCHED = [replace(makers.FINISHED, headline=True), replace(makers.ON_TIME, key=True)]


def _offer() -> Iterable[Fact]:
    return [makers.DOSSIERS, CALLS]


def _calls(month: str, finished: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM test_calls WHERE month = %s", [month])
        for unit in ("x", "y"):
            cursor.execute(
                "INSERT INTO test_calls (unit, month, channel, finished, on_time, open, fees)"
                " VALUES (%s, %s, 'desk', %s, 1, 1, '0')",
                [unit, month, finished],
            )


@pytest.fixture
def two_facts(centre: None, monkeypatch: pytest.MonkeyPatch) -> Iterable[None]:
    """Cases and calls of two communes, published."""
    monkeypatch.setattr(contract, "FACT_PROVIDERS", [_offer])
    makers.dossiers(dossiers("2024-08", "x", "y"))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE test_calls (LIKE test_dossiers INCLUDING DEFAULTS)")
    _calls("2024-08", 40)
    makers.a_catalogue([*WATCHED, ANSWERED])
    refresh()
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE test_calls")


def _shown(client: Client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, address
    html = re.sub(r'(csrfmiddlewaretoken" value|nonce|data-at)="[^"]*"', "", answer.content.decode())
    html = re.sub(r"Đếm trực tiếp lúc \d\d:\d\d", "", html)  # counters of the day are of this very minute
    return re.sub(r"<time.*?</time>", "", html, flags=re.DOTALL)


@pytest.mark.parametrize(
    "change",
    [
        lambda: makers.dossiers([("x", "2024-08", "online", 70, 60, 1, "0")]),
        lambda: _calls("2024-08", 41),
        lambda: _rename("D-1", "Hồ sơ xong"),
    ],
    ids=["one fact", "another fact", "a name"],
)
def test_every_kept_page_is_the_page_that_would_be_drawn_now(
    two_facts: None, reader: Client, change: Callable[[], None]
) -> None:
    for address in PAGES:
        _shown(reader, address)
    change()
    refresh()

    from_memory = {address: _shown(reader, address) for address in PAGES}
    queries.clear_caches()
    indicators.clear_caches()
    fresh = {address: _shown(reader, address) for address in PAGES}

    assert [address for address in PAGES if from_memory[address] != fresh[address]] == []


def _rename(code: str, name: str) -> None:
    day = date(2024, 12, 31)
    one = Definition.objects.get(code=code)
    one.effective = DateRange(None, day, "[)")
    one.save()
    spec = definitions.definition_as_data(definitions.read_indicator(one.spec | {"name": name}))
    Definition.objects.create(code=code, spec=spec, effective=DateRange(day, None, "[)"))


def _at() -> SnapshotFrame:
    return snapshot_frame(READER)


def test_what_was_made_of_one_fact_outlives_a_change_of_another(two_facts: None) -> None:
    made: list[str] = []

    def make(code: str) -> str:
        made.append(code)
        one = _at().catalogue.indicators[code]
        return str(indicators.reading_series(one, "x", to=_at().audience, snapshot=_at().number)[-1].count)

    def ask() -> list[str]:
        return [cached_by_figures(_at(), ("figure", code), lambda code=code: make(code)) for code in ("D-1", "C-1")]  # type: ignore[misc]

    before = ask()
    _calls("2024-08", 41)
    refresh()

    assert before == ["15", "40"]
    assert ask() == ["15", "41"]
    assert made == ["D-1", "C-1", "C-1"]


def test_something_made_of_kept_things_depends_on_their_facts_too(two_facts: None) -> None:
    def inner() -> str:
        one = _at().catalogue.indicators["C-1"]
        return str(indicators.reading_series(one, "x", to=_at().audience, snapshot=_at().number)[-1].count)

    def outer() -> str:
        return f"[{cached_by_figures(_at(), ('inner',), inner)}]"

    cached_by_figures(_at(), ("inner",), inner)  # so that the first outer thing finds the inner one kept
    before = cached_by_figures(_at(), ("outer",), outer)
    _calls("2024-08", 41)
    refresh()

    assert before == "[40]"
    assert cached_by_figures(_at(), ("outer",), outer) == "[41]"


def test_a_page_that_stays_names_the_snapshot_that_is_read_now(two_facts: None, reader: Client) -> None:
    before = text_of(reader, "/indicators/D-1/?unit=x")
    first = _at().number
    _calls("2024-08", 41)
    refresh()
    second = _at().number

    assert f"bản chụp số {first}" in before
    assert f"bản chụp số {second}" in text_of(reader, "/indicators/D-1/?unit=x")
    answer = reader.get("/api/v1/indicators/D-1/series?unit=x").json()
    assert answer["snapshot"] == second
    assert answer["snapshot_at"].startswith("2024-12-31T")


def test_many_who_ask_at_once_wait_for_one_drawing(two_facts: None) -> None:
    at, made, all_here = _at(), list[int](), threading.Barrier(8)
    indicators.reader_of(at.number)  # open already, so that no thread needs the database

    def make() -> str:
        made.append(1)
        threading.Event().wait(0.1)
        return "drawn"

    def ask() -> None:
        all_here.wait()
        assert cached_by_figures(at, ("together",), make) == "drawn"

    crowd = [threading.Thread(target=ask) for _ in range(8)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()

    assert made == [1]


def test_a_wall_never_shares_one_readers_alerts_with_another_of_the_same_reach(
    two_facts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def alarms(shot: Shot, _limit: int) -> dict[str, object]:
        asked.append(shot.by.ref)
        return {}

    monkeypatch.setattr(wall_scenes, "_open_alarms", alarms)
    at = _at()
    view = UnitView(at.places.by_ref["x"], "published")
    reach = {"see indicators": frozenset({at.places.by_ref["x"].pk})}

    for ref in ("an", "binh"):
        by = Actor(ref, ref, "person", reach=reach)
        wall_scenes.alarms_context(Shot(RequestedView(at, view, ""), Scene(OVERVIEW), by, clock.now()))

    assert asked == ["an", "binh"], "each may own alerts elsewhere that only they see"


def test_a_drawing_that_failed_is_tried_again(two_facts: None) -> None:
    at = _at()

    with pytest.raises(ZeroDivisionError):
        cached_by_figures(at, ("failing",), lambda: 1 // 0)

    assert cached_by_figures(at, ("failing",), lambda: 7) == 7


def test_what_is_kept_never_takes_more_than_its_share_of_memory(
    two_facts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = _at()
    for n in range(200):
        cached_by_figures(at, ("large", n), lambda: "x" * 1_000_000)

    assert 0 < keeping._store.currsize <= keeping.MOST_BYTES
    assert cached_by_figures(at, ("huge",), lambda: "x" * (keeping.MOST_BYTES + 1)).startswith("x")
    assert keeping._store.currsize <= keeping.MOST_BYTES
