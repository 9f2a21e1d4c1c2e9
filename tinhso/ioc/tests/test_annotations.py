import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.indicators.models import Definition, Snapshot
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.blocks.units.models import Unit
from tinhso.ioc import services
from tinhso.ioc.models import Annotation
from tinhso.ioc.queries.annotations import known_notes
from tinhso.ioc.queries.frame import snapshot_frame
from tinhso.ioc.tests.conftest import logged_in
from tinhso.ioc.tests.makers import dossiers, published, text_of
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.usefixtures("centre")
NOW = datetime(2025, 1, 10, 2, tzinfo=UTC)
FLOOD = "Lũ làm gián đoạn tiếp nhận"


def _somebody(username: str, *rights: str, unit: str = "p", everywhere: bool = True) -> Person:
    person = people.a_person(username)
    role = people.a_role("see indicators", *rights, code=f"role-{username}", everywhere=everywhere)
    people.a_post(person, Unit.objects.get(ref=unit), role)
    return person


def _writer(username: str = "an", **where: object) -> Actor:
    return identity.actor_for(_somebody(username, "annotate indicators", **where))  # type: ignore[arg-type]


def _note(by: Actor, text: str = FLOOD, *, unit: str = "", now: datetime = NOW, indicator: str = "D-1") -> Annotation:
    return services.annotate(indicator=indicator, unit=unit, period="2024-08", text=text, by=by, now=now)


def test_a_note_stands_on_the_chart_and_under_it_with_who_and_when(reader: Client) -> None:
    published(*dossiers("2024-07", "x"), *dossiers("2024-08", "x"))
    note = _note(_writer())

    page = reader.get("/indicators/D-1/?unit=p").content.decode()
    spec = json.loads(re.findall(r'<ts-chart><script type="application/json">(.*?)</script>', page)[0])

    assert spec["notes"] == [{"period": "2024-08", "label": "1"}]
    assert f"1. tháng 8/2024: {FLOOD} mọi đơn vị · {note.author_name} · 09:00 10/01/2025" in text_of(
        reader, "/indicators/D-1/?unit=p"
    )


def test_a_note_of_one_unit_is_not_on_the_page_of_another(reader: Client) -> None:
    published(*dossiers("2024-08", "x", "y"))
    _note(_writer(), unit="x")

    assert FLOOD in text_of(reader, "/indicators/D-1/?unit=x")
    assert FLOOD not in text_of(reader, "/indicators/D-1/?unit=y")


def test_the_form_writes_a_note_for_the_unit_or_for_all(reader: Client) -> None:
    published(*dossiers("2024-08", "x"))
    client = logged_in(_somebody("an", "annotate indicators"))

    form = text_of(client, "/indicators/D-1/notes/new/?unit=x&period=2024-08")
    client.post(
        "/indicators/D-1/notes/write/", {"unit": "x", "reach": "unit", "period": "2024-08", "text": " Một \n việc "}
    )
    client.post("/indicators/D-1/notes/write/", {"unit": "x", "reach": "all", "period": "2024-08", "text": "Hai"})

    assert "Đơn vị x mọi đơn vị" in form
    assert [(one.unit and one.unit.ref, one.text) for one in Annotation.objects.order_by("pk")] == [
        ("x", "Một việc"),
        (None, "Hai"),
    ]
    assert reader.get("/indicators/D-1/notes/new/?unit=x").status_code == 403


def test_a_right_at_one_unit_is_no_right_at_another_nor_at_all(reader: Client) -> None:
    published(*dossiers("2024-08", "x", "y"))
    by = _writer(unit="x", everywhere=False)

    _note(by, unit="x")

    for unit in ("y", ""):
        with pytest.raises(Forbidden):
            _note(by, unit=unit)


def test_a_note_needs_an_indicator_a_period_and_words(reader: Client) -> None:
    published(*dossiers("2024-08", "x"))
    by = _writer()

    for indicator, period, text, code in (
        ("NO-1", "2024-08", "a", "unknown_indicator"),
        ("D-1", "soon", "a", "bad_period"),
        ("D-1", "2024-08", " ", "bad_text"),
        ("D-1", "2024-08", "a" * 501, "bad_text"),
    ):
        with pytest.raises(Refused, match=code):
            services.annotate(indicator=indicator, unit="", period=period, text=text, by=by, now=NOW)


def test_only_the_author_or_who_manages_indicators_changes_a_note_and_every_wording_is_kept(reader: Client) -> None:
    published(*dossiers("2024-08", "x"))
    author, other = _writer(), _writer("binh")
    manager = identity.actor_for(_somebody("chi", "manage indicators"))
    note = _note(author)

    with pytest.raises(Forbidden, match="not_author"):
        services.reword(ref=note.ref, text="Khác", by=other, now=NOW)
    services.reword(ref=note.ref, text="Lũ ba ngày", by=author, now=NOW + timedelta(hours=1))
    services.withdraw(ref=note.ref, by=manager, now=NOW + timedelta(hours=2))

    page = text_of(reader, f"/notes/{note.ref}/")
    assert "đã rút" in page
    assert f"Lịch sử Lũ ba ngày {author.name} · 10:00 10/01/2025 – 11:00 10/01/2025 ({manager.name}) {FLOOD}" in page
    assert list(Entry.objects.filter(subject=note.ref).order_by("pk").values_list("did", flat=True)) == [
        "annotated",
        "reworded annotation",
        "withdrew annotation",
    ]
    assert "Lũ ba ngày" not in text_of(reader, "/indicators/D-1/")


def test_a_past_moment_knows_the_notes_of_that_moment(reader: Client) -> None:
    published(*dossiers("2024-08", "x"))
    by = _writer()
    note = _note(by)
    services.reword(ref=note.ref, text="Lũ ba ngày", by=by, now=NOW + timedelta(hours=1))
    services.withdraw(ref=note.ref, by=by, now=NOW + timedelta(hours=2))

    def texts_known_at(moment: datetime | None) -> list[str]:
        return [one.text for one in known_notes(snapshot_frame(by, known_at=moment), ["D-1"], ["x"])]

    assert texts_known_at(NOW - timedelta(minutes=1)) == []
    assert texts_known_at(NOW) == [FLOOD]
    assert texts_known_at(NOW + timedelta(minutes=90)) == ["Lũ ba ngày"]
    assert texts_known_at(NOW + timedelta(hours=2)) == texts_known_at(None) == []


def test_what_the_author_saw_is_kept_for_good(reader: Client) -> None:
    published(*dossiers("2024-08", "x"))

    _note(_writer())

    assert Snapshot.objects.latest("number").pinned


def test_a_note_on_restricted_figures_is_not_told_to_others(reader: Client) -> None:
    makers.dossiers(dossiers("2024-08", "x"))
    makers.a_catalogue()
    for one in Definition.objects.all():
        one.spec |= {"access": "restricted"}
        one.save()
    refresh()
    note = _note(_writer(), unit="x")

    assert reader.get(f"/notes/{note.ref}/").status_code == 404
    assert FLOOD not in text_of(reader, "/indicators/D-1/?unit=x")
