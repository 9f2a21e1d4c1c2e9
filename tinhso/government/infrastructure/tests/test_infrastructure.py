"""Outages are announced early, checks ask only what is allowed, and what depends on a thing stops with it."""

import http.server
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client, override_settings

from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.tests.makers import MONDAY, a_keeper, a_line, a_place
from tinhso.blocks.units.models import Succession, Unit
from tinhso.government.infrastructure import services
from tinhso.government.infrastructure.models import Check, Line, Outage, Span
from tinhso.government.infrastructure.queries import facts, graph, standing, watching
from tinhso.government.infrastructure.services import probing
from tinhso.kernel.errors import Refused
from tinhso.ui.round_trips import read_together

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def a_thing(register: str, code: str, **told: Any) -> Any:
    values = {"code": code, "name": f"Thứ {code}", "unit": "W"} | told
    return records.add_record(register=REGISTERS[register], values=values, by=a_keeper(), now=MONDAY)


def announced(*things: Any, days: int = 20, **told: Any) -> Outage:
    begin = MONDAY + days * DAY
    words = {"title": "Bảo trì", "why": "Thay đĩa", "fallback": "Nộp tại quầy"} | told
    return services.announce_outage(
        things=[one.ref for one in things], starts_at=begin, ends_at=begin + HOUR, by=a_keeper(), now=MONDAY, **words
    )


def test_what_depends_on_a_thing_stops_with_it_and_never_in_a_circle() -> None:
    a_place()
    room = a_thing("rooms", "P1", kind="centre")
    server = a_thing("servers", "M1", kind="physical", room="P1")
    first = a_thing("services", "S1", kind="shared")
    second = a_thing("services", "S2", kind="public", essential=True, fallback="Nộp tại quầy")
    for of, on in ((first, server), (second, first)):
        services.add_dependency(of=of.ref, on=on.ref, by=a_keeper(), now=MONDAY)

    found = graph.stops_caused_by([room.ref])

    assert [(one.thing.ref, one.steps) for one in found] == [(server.ref, 1), (first.ref, 2), (second.ref, 3)]
    assert len(graph.draw_stops(found[0].thing, found).boxes) == 4 - 1  # the root stands among what stops here
    with pytest.raises(Refused, match="circle"):
        services.add_dependency(of=server.ref, on=second.ref, by=a_keeper(), now=MONDAY)
    touched = announced(room).touched
    assert set(touched.values_list("ref", "directly")) == {
        (room.ref, True),
        (server.ref, False),
        (first.ref, False),
        (second.ref, False),
    }


def test_an_outage_is_announced_seven_working_days_ahead_or_says_why_not(client: Client) -> None:
    a_place()
    portal = a_thing("services", "S1", kind="public", name="Cổng thông tin")

    with pytest.raises(Refused, match="too_late"):
        announced(portal, days=9)  # Wednesday of next week but one: six working days between
    outage = announced(portal, days=12)
    urgent = announced(portal, days=1, urgent_why="Vá lỗ hổng", title="Vá gấp")

    assert (outage.notice_days >= 7, urgent.notice_days) == (True, 0)
    assert Announcement.objects.filter(name="infrastructure.OutageAnnounced").count() == 2
    with patch("tinhso.government.infrastructure.pages.outages.clock.now", return_value=MONDAY):
        said = client.get("/service-outages/").content.decode()
    assert "Cổng thông tin" in said
    for change in ({"title": "khác"}, {"notice_days": 9}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Outage.objects.filter(pk=outage.pk).update(**change)
    with pytest.raises(Refused, match="not_begun"):
        services.finish_outage(ref=outage.ref, why="", by=a_keeper(), now=MONDAY)
    assert services.cancel_outage(ref=outage.ref, why="hoãn", by=a_keeper(), now=MONDAY).state == "cancelled"


class Answering(http.server.BaseHTTPRequestHandler):
    """Says yes, and nothing on the console."""

    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "http://169.254.169.254/")
        self.end_headers()

    def log_message(self, *_told: Any) -> None: ...


@pytest.fixture
def port() -> Iterator[int]:
    server = http.server.HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_checks_find_what_runs_and_tell_when_it_turns(port: int) -> None:
    a_place()
    portal, now = a_thing("services", "S1", kind="public"), MONDAY
    told = {"thing": portal.ref, "host": "127.0.0.1", "port": port, "secure": False, "by": a_keeper(), "now": now}
    web, line = services.declare_check(kind="http", **told), services.declare_check(kind="tcp", **told)
    dead = services.declare_check(kind="tcp", **told | {"port": 1})
    name = services.declare_check(kind="dns", answers="127.0.0.1", **told)

    with override_settings(CHECK_NETWORKS=["127.0.0.0/8"]):
        for minute in (0, 1, 5, 10):
            services.run_due(now=now + timedelta(minutes=minute))

    states = dict(Check.objects.values_list("ref", "state"))
    assert states == {web.ref: "up", line.ref: "up", dead.ref: "down", name.ref: "up"}
    assert web.results.count() == 3  # every five minutes
    events = Announcement.objects.filter(name="infrastructure.CheckChanged").values_list("payload", flat=True)
    assert [(one["ref"], one["up"]) for one in events] == [(dead.ref, False)]
    here, elsewhere = frozenset([portal.unit_id]), frozenset([0])
    seen = [
        len(read_together([standing.failure_attention(keys, now, 5)])[0])
        for keys in (frozenset[int](), here, elsewhere)
    ]
    assert seen == [1, 1, 0]  # whoever answers for the whole province names no units


@pytest.mark.parametrize("network", [[], ["10.0.0.0/8"]])
def test_a_check_asks_nothing_outside_of_the_allowed_networks(network: list[str], port: int) -> None:
    check = Check(kind="http", host="127.0.0.1", port=port, secure=False, path="/")

    with override_settings(CHECK_NETWORKS=network):
        answer = probing.probe_host(check)
    with override_settings(CHECK_NETWORKS=["169.254.0.0/16", "0.0.0.0/0"]):
        inner = probing.probe_host(Check(kind="tcp", host="169.254.169.254", port=80))
        led_away = probing.probe_host(Check(kind="http", host="127.0.0.1", port=port, secure=False, path="/away"))

    assert (answer.up, "NotAllowed" in answer.said) == (False, True)
    assert (inner.up, "NotAllowed" in inner.said) == (False, True)
    assert (led_away.up, led_away.said) == (True, "HTTP 302")  # and was not followed


@pytest.mark.parametrize(("networks", "up"), [([], False), (["10.0.0.0/8"], False), (["127.0.0.0/8", "::1/128"], True)])
def test_a_name_is_looked_up_only_where_it_leads_into_the_allowed_networks(networks: list[str], up: bool) -> None:
    with override_settings(CHECK_NETWORKS=networks):
        answer = probing.probe_host(Check(kind="dns", host="localhost", port=443))

    assert (answer.up, "NotAllowed" in answer.said) == (up, not up)


def test_a_month_is_counted_without_what_was_announced() -> None:
    a_place()
    portal = a_thing("services", "S1", kind="public")
    check = services.declare_check(thing=portal.ref, kind="tcp", host="x.example.vn", by=a_keeper(), now=MONDAY)
    begin = MONDAY - 60 * DAY
    outage = announced(portal)
    with connection.cursor() as cursor:  # an outage of the past
        cursor.execute("SET LOCAL session_replication_role = replica")
        Outage.objects.filter(pk=outage.pk).update(starts_at=begin + DAY, ends_at=begin + DAY + HOUR)
        cursor.execute("SET LOCAL session_replication_role = origin")
    Span.objects.create(check_of=check, up=True, since=begin, until=begin + DAY)
    Span.objects.create(check_of=check, up=False, since=begin + DAY, until=begin + DAY + 2 * HOUR)
    Span.objects.create(check_of=check, up=True, since=begin + DAY + 2 * HOUR, until=begin + 2 * DAY)

    (month,) = watching.monthly_availability(check)

    assert (month.seen, month.up, month.planned, month.falls) == (172_800, 165_600, 3_600, 1)
    assert month.share == round(100 * 165_600 / 169_200, 3)


def test_things_follow_their_commune_through_a_merger_and_facts_count_them_where_they_were() -> None:
    west, _east = a_place()
    one = a_line(a_keeper(), valid_from=(MONDAY - 400 * DAY).date(), kind="tslcd")
    after = people.a_unit("N", west.parent)
    Unit.objects.filter(pk=west.pk).update(valid=(None, MONDAY.date()))
    Unit.objects.filter(pk=after.pk).update(valid=(MONDAY.date(), None))
    known = Unit.objects.get(pk=after.pk).known
    Succession.objects.create(before=west, after=after, kind="merge", effective=MONDAY.date(), known=known)

    moved = records.move_units(today=MONDAY.date(), by=a_keeper(), now=MONDAY)

    assert (moved, Line.objects.get(pk=one.pk).unit) == (1, after)
    with connection.cursor() as cursor:
        for fact in (facts.things_fact(), facts.running_fact(), facts.outages_fact()):
            cursor.execute(fact.select)
            rows = cursor.fetchall()
            cursor.execute(fact.fingerprints)
            assert {row[1] for row in rows} <= {month for month, _print in cursor.fetchall()}
        cursor.execute(f"SELECT month, unit, lines FROM ({facts.things_fact().select}) t ORDER BY month")
        counted = cursor.fetchall()
    assert {unit for _month, unit, _n in counted[:12]} == {"W"}
    assert counted[-1][1:] == ("N", 1)
