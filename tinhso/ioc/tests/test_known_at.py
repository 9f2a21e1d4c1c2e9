"""A page asked for as it was known at a moment is the page of that moment: figures, names, targets, breaks, notes."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.indicators import services as computing
from tinhso.blocks.indicators.models import Definition
from tinhso.blocks.indicators.tests import makers as facts
from tinhso.blocks.indicators.tests.conftest import ENGINE
from tinhso.blocks.units.models import Unit
from tinhso.ioc import services
from tinhso.ioc.tests.conftest import logged_in
from tinhso.ioc.tests.makers import dossiers, words
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor

pytestmark = pytest.mark.usefixtures("centre")
THEN = datetime(2024, 12, 31, 1, tzinfo=UTC)
PAGES = {
    "indicator": "/indicators/D-2/?unit=p&period=2024-08",
    "indicator of a commune": "/indicators/D-1/?unit=x",
    "domain": "/domains/services/?unit=p",
    "unit": "/ioc/units/x/",
    "explore": "/explore/?form=lines&indicators=D-1,D-2&units=x,y&every=month",
    "ranking": "/explore/?form=ranking&indicators=D-2&units=p&every=month&against=before",
    "families": "/explore/?form=parts&indicators=D-1&units=x&every=month",
}


@pytest.fixture
def client(leader: Person) -> Client:
    return logged_in(leader)


@pytest.fixture
def writer(centre: None) -> Actor:
    person = people.a_person("an")
    role = people.a_role("see indicators", "annotate indicators", code="writer", everywhere=True)
    people.a_post(person, Unit.objects.get(ref="p"), role)
    return identity.actor_for(person)


def _publish(at: datetime, *, full: bool = False) -> None:
    computing.refresh_snapshot(by=ENGINE, now=at, today=at.date(), old_day=datetime(2024, 6, 30).date(), full=full)


def _body(client: Client, address: str) -> str:
    """The page without what says of which moment it is: the banner, the control, and the moment kept in its links."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    html = answer.content.decode()
    main = html[html.index('<main id="content"') : html.index("</main>")]
    main = re.sub(r'<p class="message message-warning".*?</p>', "", main, flags=re.DOTALL)
    main = re.sub(r'<div class="page-tools">.*?</a></div>', "", main, flags=re.DOTALL)
    main = re.sub(r'<input type="hidden" name="known_at"[^>]*>', "", main)
    main = re.sub(r'<a class="small" href="[^"]*/notes/new/.*?</a>', "", main, flags=re.DOTALL)
    main = re.sub(r"\?known_at=[^\"&#]*(?:&amp;|&)", "?", main)
    return re.sub(r"(?:&amp;|&|\?)known_at=[^\"&#]*", "", main)


def _as_of(address: str, moment: datetime) -> str:
    text = clock.local(moment).replace(tzinfo=None).isoformat(timespec="seconds")
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'known_at': text})}"


def _all_changes(writer: Actor, note: str) -> None:
    """Everything that may change afterwards: late and corrected returns, definitions, targets, names, notes."""
    facts.dossiers(dossiers("2024-06", "a1") + dossiers("2024-08", "x", "y") + dossiers("2024-09", "x"))
    for one in Definition.objects.all():
        one.effective = DateRange(None, THEN.date(), "[)")
        one.save()
        spec = one.spec | {"name": f"{one.spec['name']} (mới)", "better": "higher"}
        spec |= {"targets": [{"from": "2024-01", "floor": "99"}]}
        if one.code == "D-1":
            spec["count"] = "finished + on_time"
        Definition.objects.create(code=one.code, spec=spec, effective=DateRange(THEN.date(), None, "[)"))
    later = THEN + timedelta(hours=5)
    services.reword(ref=note, text="Lời đã sửa", by=writer, now=later)
    services.annotate(indicator="D-1", unit="", period="2024-08", text="Ghi chú mới", by=writer, now=later)
    _publish(later, full=True)


def test_every_page_of_a_moment_is_shown_again_exactly(
    client: Client, writer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: THEN + timedelta(minutes=30))
    facts.dossiers(dossiers("2024-07", "x") + dossiers("2024-08", "x", "y"))
    facts.a_catalogue()
    _publish(THEN)
    note = services.annotate(indicator="D-2", unit="", period="2024-08", text="Lũ", by=writer, now=THEN)
    services.annotate(indicator="D-1", unit="", period="2024-08", text="Bão", by=writer, now=THEN)
    then = {name: _body(client, address) for name, address in PAGES.items()}

    _all_changes(writer, note.ref)
    cache.clear()
    moment = THEN + timedelta(minutes=30)
    now = {name: _body(client, address) for name, address in PAGES.items()}
    again = {name: _body(client, _as_of(address, moment)) for name, address in PAGES.items()}

    assert [name for name in PAGES if now[name] == then[name]] == []
    for name in PAGES:
        assert again[name] == then[name], name


def test_the_moment_is_said_and_kept_in_every_link_to_figures(client: Client) -> None:
    facts.dossiers(dossiers("2024-08", "x", "y"))
    facts.a_catalogue()
    _publish(THEN)

    lost: dict[str, list[str]] = {}
    for name, address in PAGES.items():
        html = client.get(_as_of(address, THEN + timedelta(hours=1))).content.decode()
        main = html[html.index('<main id="content"') : html.index("</main>")]
        assert "Số liệu như đã biết lúc 09:00 31/12/2024" in words(main), name
        body = re.sub(r'<p class="message message-warning".*?</p>', "", main, flags=re.DOTALL)
        links = re.findall(r'href="((?:\?|/(?:indicators|domains|explore|ioc/units)/|/\?)[^"]*)"', body)
        lost[name] = [link for link in links if "known_at=" not in link and "/notes/" not in link]

    assert {name: links for name, links in lost.items() if links} == {}


def test_the_list_of_publications_leads_to_the_page_as_it_was_known_from_each(client: Client) -> None:
    facts.dossiers(dossiers("2024-08", "x"))
    facts.a_catalogue()
    _publish(THEN)
    facts.dossiers(dossiers("2024-08", "y"))
    _publish(THEN + timedelta(days=1, microseconds=700))

    html = client.get("/known-at/?page=/indicators/D-1/%3Funit%3Dp").content.decode()
    links = re.findall(r'href="(/indicators/D-1/\?[^"]*known_at=[^"]*)"', html)
    figures = [words(client.get(link.replace("&amp;", "&")).content.decode()) for link in links]

    assert "bản chụp" in words(html)
    assert len(figures) == 2
    assert ["30 hồ sơ" in page for page in figures] == [True, False]


def test_a_moment_that_is_none_is_refused_in_words(client: Client) -> None:
    facts.dossiers(dossiers("2024-08", "x"))
    facts.a_catalogue()
    _publish(THEN)

    for address in PAGES.values():
        answer = client.get(f"{address}{'&' if '?' in address else '?'}known_at=yesterday")
        assert answer.status_code == 404
        assert "không đúng dạng" in answer.content.decode()


def test_before_the_first_publication_there_was_nothing(client: Client) -> None:
    facts.dossiers(dossiers("2024-08", "x"))
    facts.a_catalogue()
    _publish(THEN)

    page = words(client.get("/indicators/D-1/?unit=p&known_at=2020-01-01").content.decode())

    assert "Chưa có bản chụp số liệu nào" in page


def test_the_form_of_the_moment_keeps_the_rest_of_the_address(client: Client) -> None:
    facts.dossiers(dossiers("2024-08", "x"))
    facts.a_catalogue()
    _publish(THEN)

    html = client.get("/indicators/D-1/?unit=x&basis=current").content.decode()
    tools = html[html.index('<div class="page-tools">') :]

    assert '<input type="hidden" name="unit" value="x">' in tools
    assert '<input type="hidden" name="basis" value="current">' in tools
