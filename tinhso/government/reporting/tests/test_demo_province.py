"""A province of three communes, one merger and one split: all that the demo generator promises, in the database."""

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.utils import IntegrityError

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.units import services as units
from tinhso.government.reporting import demo
from tinhso.government.reporting.demo.profile import ProfileError
from tinhso.government.reporting.models import DataSet, Return, Revision, Row
from tinhso.government.reporting.queries import returns as queries
from tinhso.government.reporting.queries.checks import blocking_errors
from tinhso.government.reporting.queries.concerns import doubtful_returns
from tinhso.government.reporting.services import load_data_sets, open_returns
from tinhso.kernel import periods
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Forbidden

NOW = datetime(2024, 2, 1, 3, tzinfo=UTC)
BY = program_actor("tests", rights=["manage units", "manage data sets"])
UNITS = """\
ref,code,type,name,parent_code,valid_from,valid_to
T,01,province,Tỉnh Thử,,,
A,11,xa,Xã An,01,,2023-07-01
B,12,phuong,Phường Bình,01,,2023-07-01
C,13,xa,Xã Chánh,01,,2023-07-01
AB,11,xa,Xã An Bình,01,2023-07-01,
C1,13,xa,Xã Chánh Đông,01,2023-07-01,
C2,14,xa,Xã Chánh Tây,01,2023-07-01,
"""
AGENCIES = """\
ref,code,name,parent_code,valid_from,valid_to
T-SO,SO,Sở Thử,01,,
"""
SUCCESSION = """\
from_ref,to_ref,kind,share,share_source,decision,effective_date,verified,note
A,AB,merge,1,,,2023-07-01,true,
B,AB,merge,1,,,2023-07-01,true,
C,C1,split,,,,2023-07-01,true,
C,C2,split,,,,2023-07-01,true,
"""
PROVINCE = """
[units]
current_province_ref = "T"
[demo]
seed = 7
first_period = "2023-01"
last_period = "2023-12"
"""
PROFILE = """
[population]
total = [ { unit = "T", total = 30000 } ]
[late]
in_general = "0.3"
missing_communes = "0.4"
submitted = "0.2"
"""
FIELD = """
[[data_set.field]]
code = "{code}"
name = "{code}"
type = "{type}"
nature = "{nature}"
min = 0
"""
DATA_SET = """
[[data_set]]
code = "{code}"
name = "Biểu {code}"
domain = "thu"
agency = "SO"
filed_by = "{filed_by}"
rows = "{rows}"
period = "{period}"
due = {{ working_day = 5, time = "17:00" }}
from = "2023-01"
"""
DIMENSION = """
[[data_set.dimension]]
code = "kenh"
name = "Kênh"
members = [ { code = "giay", name = "Giấy" }, { code = "mang", name = "Mạng" } ]
"""
RULE = """
[[data_set.rule]]
kind = "part_le_whole"
part = "xong"
whole = "nhan"
"""
JUMP = """
[[data_set.rule]]
kind = "jump"
field = "ho"
max_ratio = "2"
severity = "warning"
"""
DOUBTS = """
[[doubt]]
data_set = "XA"
field = "ho"
factor = "3"
returns = 2
why = "Đếm lại"
"""
NUMBERS = """
[HS.nhan]
kind = "per_population"
per_1000 = "40"
noise = "0.1"
split = { kenh = { giay = 0.7, mang = 0.3 } }
[HS.xong]
kind = "share_of"
of = "nhan"
mean = "0.9"
spread = "0.2"
max = "1"
[HS.diem]
kind = "share_of"
of = "xong"
mean = "4.2"
spread = "0.2"
[XA.ho]
kind = "level"
per_1000 = "300"
noise = "0.001"
[TK.tong]
kind = "whole"
base = "900"
noise = "0.02"
[[anchor]]
data_set = "HS"
field = "nhan"
period = "2023-03"
total = "1234"
[[anchor]]
data_set = "HS"
field = "xong"
member = { kenh = "mang" }
period = "2023-03"
total = "301"
[[anchor]]
data_set = "XA"
field = "ho"
period = "2023-09"
total = "9100"
"""


def data_sets() -> str:
    """An agency's form with a row for each commune, a form of the communes' own, and one for the whole province."""
    hs = DATA_SET.format(code="HS", filed_by="agency", rows="communes", period="month") + DIMENSION
    hs += FIELD.format(code="nhan", type="integer", nature="flow") + FIELD.format(
        code="xong", type="integer", nature="flow"
    )
    hs += FIELD.format(code="diem", type="decimal", nature="flow") + RULE
    xa = DATA_SET.format(code="XA", filed_by="commune", rows="own", period="month")
    xa += FIELD.format(code="ho", type="integer", nature="stock") + JUMP
    tk = DATA_SET.format(code="TK", filed_by="agency", rows="whole", period="quarter")
    tk += FIELD.format(code="tong", type="integer", nature="flow")
    return hs + xa + tk


@pytest.fixture
def province(tmp_path: Path, settings: Any, db: None) -> Path:
    """The tiny province's folder, its units and data sets loaded."""
    files = {
        "units/units.csv": UNITS,
        "units/agencies.csv": AGENCIES,
        "units/succession.csv": SUCCESSION,
        "province.toml": PROVINCE,
        "demo/profile.toml": PROFILE,
        "demo/profile/thu.toml": NUMBERS,
        "data_sets/thu.toml": data_sets(),
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    settings.PROVINCE_DIR = tmp_path
    units.load_units(tmp_path / "units", by=BY, now=NOW)
    load_data_sets(folder=tmp_path / "data_sets", by=BY)
    return tmp_path


def loaded(now: datetime = NOW) -> Any:
    """Load the demo quietly."""
    return demo.load_demo(by=BY, now=now, progress=lambda done, total, what: None)


def totals(code: str, field: str) -> dict[tuple[str, str], Decimal]:
    """Sums of a field's latest values by period and unit."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in Return.objects.filter(data_set__code=code, revision__isnull=False):
        for unit, values in Row.objects.filter(revision=one.revision).values_list("unit__ref", "values"):
            found[one.period, unit] += Decimal(values.get(field, 0))
    return dict(found)


def test_every_period_that_is_over_has_a_return_of_every_unit_of_its_last_day(province: Path) -> None:
    loaded()

    by_communes = Return.objects.filter(data_set__code="XA")
    assert set(by_communes.filter(period="2023-06").values_list("unit__ref", flat=True)) == {"A", "B", "C"}
    assert set(by_communes.filter(period="2023-07").values_list("unit__ref", flat=True)) == {"AB", "C1", "C2"}
    assert Return.objects.filter(data_set__code="HS", unit__ref="T-SO").count() == 12
    assert list(Return.objects.filter(data_set__code="TK").order_by("period").values_list("period", flat=True)) == [
        "2023-Q1",
        "2023-Q2",
        "2023-Q3",
        "2023-Q4",
    ]


def test_what_has_not_ended_yet_is_not_there(province: Path) -> None:
    loaded(now=datetime(2023, 5, 20, tzinfo=UTC))

    assert max(Return.objects.values_list("period_end", flat=True)) == periods.parse("2023-04").end


def test_published_totals_are_met_to_the_last_unit(province: Path) -> None:
    loaded()

    received, households = totals("HS", "nhan"), totals("XA", "ho")
    rows = Row.objects.filter(revision__parent__data_set__code="HS", revision__parent__period="2023-03")
    assert sum(total for (period, _), total in received.items() if period == "2023-03") == 1234
    assert sum(int(row.values["xong"]) for row in rows.filter(member="kenh=mang")) == 301
    assert sum(total for (period, _), total in households.items() if period == "2023-09") == 9100


def test_a_stock_runs_on_through_a_merger(province: Path) -> None:
    loaded()

    households = totals("XA", "ho")
    before, after = households["2023-06", "A"] + households["2023-06", "B"], households["2023-07", "AB"]
    assert abs(after - before) / before < Decimal("0.01")
    assert abs(households["2023-07", "C1"] - households["2023-07", "C2"]) / households["2023-07", "C1"] < Decimal("0.1")


def test_no_published_return_breaks_a_rule_of_its_form(province: Path) -> None:
    loaded()

    published = Return.objects.filter(state=Return.State.PUBLISHED).select_related("data_set", "unit", "revision")
    problems = [problem for one in published for problem in blocking_errors(queries.sheet_of(one).problems())]
    assert published.count() > 30
    assert problems == []


def test_integers_are_whole_and_decimals_have_at_most_two_places(province: Path) -> None:
    loaded()

    rows = Row.objects.filter(revision__parent__data_set__code="HS")
    assert all(row.values["nhan"].isdigit() and row.values["xong"].isdigit() for row in rows)
    assert all(-Decimal(row.values["diem"]).as_tuple().exponent <= 2 for row in rows)  # type: ignore[operator]
    assert any("." in row.values["diem"] for row in rows)


def test_some_are_late_some_are_missing_and_nothing_lies_in_the_future(province: Path) -> None:
    loaded(now=datetime(2024, 1, 10, tzinfo=UTC))

    returns = list(Return.objects.all())
    moments = [(one.submitted_at, one.approved_at, one.published_at) for one in returns]
    assert any(one.first_submitted_at and one.first_submitted_at > one.due_at for one in returns)
    assert {one.period for one in returns if one.first_submitted_at is None} <= {"2023-11", "2023-12"}
    assert any(one.first_submitted_at is None for one in returns)
    assert all(list(given) == sorted(given) for given in (list(filter(None, three)) for three in moments))
    assert all(moment <= datetime(2024, 1, 10, tzinfo=UTC) for three in moments for moment in three if moment)


def test_what_was_handed_in_is_sealed_and_drafts_are_not(province: Path) -> None:
    loaded()

    revisions = Revision.objects.select_related("parent")
    assert all(one.sealed == (one.parent.first_submitted_at is not None) for one in revisions)
    with pytest.raises(IntegrityError):
        Row.objects.filter(revision__sealed=True).update(values={})


def test_all_of_it_is_labelled_as_demo_with_one_audit_entry(province: Path) -> None:
    loaded()

    assert not Return.objects.filter(is_demo=False).exists()
    assert set(Revision.objects.values_list("via", flat=True)) == {"demo"}
    assert Entry.objects.filter(did="loaded demo returns").count() == 1


def test_loading_again_changes_nothing(province: Path) -> None:
    first = loaded()
    kept = sorted(Return.objects.values_list("ref", "state", "revision_id"))

    again = loaded()

    assert first.returns > 0
    assert (again.returns, again.rows) == (0, 0)
    assert sorted(Return.objects.values_list("ref", "state", "revision_id")) == kept


def test_the_same_seed_gives_the_same_numbers(province: Path) -> None:
    loaded()
    first = totals("HS", "nhan"), sorted(Return.objects.values_list("ref", "submitted_at"))
    Return.objects.update(revision=None, published_revision=None, state=Return.State.DRAFT)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica; DELETE FROM reporting_row")
        cursor.execute("DELETE FROM reporting_revision; DELETE FROM reporting_return")
        cursor.execute("SET LOCAL session_replication_role = origin")

    loaded()

    assert (totals("HS", "nhan"), sorted(Return.objects.values_list("ref", "submitted_at"))) == first


def test_the_table_of_rows_keeps_its_keys_and_indexes(province: Path) -> None:
    def drawn() -> list[tuple[str, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE conrelid = 'reporting_row'::regclass UNION"
                " SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'reporting_row' ORDER BY 1, 2"
            )
            return list(cursor.fetchall())

    before = drawn()

    loaded()

    assert drawn() == before
    assert len(before) >= 6


def test_an_opened_return_without_values_gives_way(province: Path) -> None:
    open_returns(data_set=DataSet.objects.get(code="TK"), period=periods.parse("2023-Q1"), by=BY, now=NOW)

    loaded()

    assert Return.objects.get(data_set__code="TK", period="2023-Q1").state == Return.State.PUBLISHED


def test_a_field_without_a_profile_is_named(province: Path) -> None:
    profile = province / "demo" / "profile" / "thu.toml"
    profile.write_text(NUMBERS.replace("[HS.diem]", "[HS.khac]"), encoding="utf-8")

    with pytest.raises(ProfileError, match=r"HS.*diem"):
        loaded()


def test_a_total_out_of_reach_is_named(province: Path) -> None:
    profile = province / "demo" / "profile" / "thu.toml"
    profile.write_text(NUMBERS.replace('total = "301"', 'total = "1235"'), encoding="utf-8")

    with pytest.raises(ProfileError, match=r"HS\.xong.*1235"):
        loaded()


def test_only_who_may_manage_data_sets_loads_the_demo(province: Path) -> None:
    with pytest.raises(Forbidden):
        demo.load_demo(by=program_actor("nobody", rights=[]), now=NOW, progress=lambda done, total, what: None)


def test_a_province_may_have_a_few_returns_published_against_a_warning_and_has_them_once(province: Path) -> None:
    (province / "demo" / "doubts.toml").write_text(DOUBTS, encoding="utf-8")
    loaded()
    loaded()

    doubts = list(doubtful_returns(NOW))
    assert len(doubts) == 2
    assert {(one.data_set.code, one.state) for one in doubts} == {("XA", Return.State.PUBLISHED)}
    warned = {one.unit.ref: one.published_revision.warnings for one in doubts if one.published_revision}
    assert all("chênh hơn 2 lần" in warnings[0]["message"] for warnings in warned.values())
