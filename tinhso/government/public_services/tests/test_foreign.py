"""Cases of ministries' systems: taken for steering, with all that was ever known of them, never changed here."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.simulators.national_portal import Portal
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries.rules import ORGANISATION
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.indicators.contract import RecordQuery
from tinhso.blocks.units.models import Alias, Level
from tinhso.government.public_services.models import ForeignDossier
from tinhso.government.public_services.queries.portal import facts, foreign
from tinhso.government.public_services.services import portal as told
from tinhso.kernel.actor import NOBODY
from tinhso.kernel.errors import Forbidden
from tinhso.ui.round_trips import read_together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_province")]
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
CODE = "02.000123-261019-000001"


def a_line(**changes: Any) -> str:
    """A case as a ministry's system tells it."""
    usual = {
        "HeThong": "BXD",
        "MaHoSo": CODE,
        "MaThuTuc": "1.013225",
        "TenThuTuc": "Cấp phép thử",
        "MaDonVi": "H61.28777",
        "TrangThai": 4,
        "NgayNop": "20261019080000",
        "NgayTiepNhan": "20261019083000",
        "NgayHenTra": "20261026170000",
        "NgayCapNhat": "20261020080000",
    }
    return json.dumps(usual | changes)


def take(*lines: str, now: datetime = NOW) -> told.ForeignDossierCounts:
    return told.take_foreign(lines=lines, by=told.PORTAL, now=now)


def test_a_dossier_told_again_is_the_same_and_told_otherwise_is_followed() -> None:
    first = take(a_line(), a_line())
    second = take(
        a_line(TrangThai=9, NgayKetThuc="20261028100000", NgayCapNhat="20261028100000"), now=NOW + timedelta(hours=1)
    )

    assert (first, second) == (told.ForeignDossierCounts(new=1, same=1), told.ForeignDossierCounts(changed=1))
    assert [one.status for one in foreign.dossier_history("BXD", CODE)] == [9, 4]
    assert foreign.live_dossiers().get().finished_at == datetime(2026, 10, 28, 3, tzinfo=UTC)


def test_two_lines_about_one_dossier_in_one_reading_follow_each_other() -> None:
    taken = take(a_line(), a_line(TrangThai=5, NgayCapNhat="20261021080000"))

    assert taken == told.ForeignDossierCounts(new=1, changed=1)
    assert [one.status for one in foreign.dossier_history("BXD", CODE)] == [5, 4]


def test_older_news_does_not_replace_newer() -> None:
    take(a_line(TrangThai=9, NgayCapNhat="20261028100000"))

    taken = take(a_line(TrangThai=4), now=NOW + timedelta(hours=1))

    assert taken == told.ForeignDossierCounts(old=1)
    assert foreign.live_dossiers().get().status == 9


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        a_line(TrangThai=11),
        a_line(TrangThai=None),
        a_line(MaHoSo=""),
        a_line(NgayNop="hôm qua"),
        a_line(NgayCapNhat=None),
        a_line(MaHoSo="x" * 99),
    ],
)
def test_a_line_that_cannot_be_read_is_counted_and_holds_nothing_back(line: str) -> None:
    taken = take(line, a_line())

    assert taken == told.ForeignDossierCounts(new=1, wrong=1)


def test_an_organisation_is_found_by_its_national_code_else_said_to_be_unknown() -> None:
    unit = makers.a_unit("28777", "Xã An")
    Alias.objects.create(unit=unit, kind=ORGANISATION, value="H61.28777")

    take(a_line(), a_line(MaHoSo="02.1", MaDonVi="H99"))

    found = {one.code: (one.unit, one.unit_code) for one in foreign.live_dossiers()}
    assert found == {CODE: (unit, "H61.28777"), "02.1": (None, "H99")}


def test_they_are_fetched_since_what_is_known_and_none_becomes_ours(portal: Portal) -> None:
    portal.ministries = [a_line()]
    told.fetch_foreign(by=told.PORTAL, now=NOW)
    portal.ministries += [a_line(MaHoSo="02.2", NgayCapNhat="20261021080000"), "không đọc được"]

    taken = told.fetch_foreign(by=told.PORTAL, now=NOW + timedelta(hours=1))

    assert (taken.new, taken.wrong) == (1, 1)
    assert not Case.objects.exists()


def test_only_the_program_that_syncs_takes_them() -> None:
    with pytest.raises(Forbidden):
        told.take_foreign(lines=[a_line()], by=NOBODY, now=NOW)


def test_the_database_refuses_to_rewrite_or_forget_what_was_told() -> None:
    take(a_line())
    one = foreign.live_dossiers()

    for change in (lambda: one.update(status=9), lambda: one.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_late_ones_are_counted_where_they_are_decided_or_for_the_province(monkeypatch: pytest.MonkeyPatch) -> None:
    unit = makers.a_unit("28777", "Xã An")
    agency = makers.a_unit("SXD", "Sở Xây dựng", Level.AGENCY)
    agency.parent = unit
    agency.save()
    monkeypatch.setattr(facts, "province_ref", lambda: "T")
    take(
        a_line(MaDonVi="28777"),
        a_line(MaHoSo="2", MaDonVi="SXD", TrangThai=9, NgayKetThuc="20261020100000"),
        a_line(MaHoSo="3", MaDonVi="H99", TrangThai=8),
    )

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT unit, month, nguon, received, due, missed FROM ({facts.foreign_fact().select}) row")
        rows = cursor.fetchall()
    records = facts.foreign_records(RecordQuery(units=("T",), months=("2026-10",)))

    assert sorted(rows) == [("28777", "2026-10", "BXD", 2, 2, 1), ("T", "2026-10", "BXD", 1, 0, 0)]
    assert [one.title.split(" ")[0] for one in records] == ["3"]
    assert ForeignDossier.objects.count() == 3


def test_leaders_see_what_is_late_in_their_units() -> None:
    unit = makers.a_unit("28777", "Xã An")
    take(a_line(MaDonVi="28777"), a_line(MaHoSo="2", MaDonVi="H99"), a_line(MaHoSo="3", NgayHenTra="20261201170000"))

    everywhere = read_together([foreign.late_for_leaders(frozenset(), NOW, 5)])[0]
    here = read_together([foreign.late_for_leaders(frozenset({unit.pk}), NOW, 5)])[0]

    assert [one.unit for one in everywhere] == ["Xã An", "H99"]
    assert [one.href for one in here] == [f"/sync/ministries/BXD/{CODE}/"]
