import io
from decimal import Decimal
from types import SimpleNamespace
from urllib.parse import unquote_plus

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.indicators.contract import Better
from tinhso.blocks.indicators.models import Definition
from tinhso.blocks.indicators.tests import makers as facts
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.ioc import services
from tinhso.ioc.queries import explore
from tinhso.ioc.queries.explore.choice import ExploreChoice
from tinhso.ioc.queries.explore.ranking import ranks_of
from tinhso.ioc.queries.explore.scatter import _average_ranks, correlation_of
from tinhso.ioc.queries.frame import SnapshotFrame, snapshot_frame
from tinhso.ioc.tests.makers import dossiers, published, text_of
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor

pytestmark = pytest.mark.usefixtures("centre")
READER = program_actor("test", rights=["see indicators", "see restricted indicators"])


def _read_choice(at: SnapshotFrame, **parts: str) -> explore.ReadChoice:
    return explore.read_choice(at, {name: [value] for name, value in parts.items()})


def _show(**parts: str) -> explore.ShownChoice:
    at = snapshot_frame(READER)
    return explore.charts_of_choice(at, _read_choice(at, **parts).choice)


def _uneven() -> None:
    """Two communes over two months: x gains on y."""
    published(
        ("x", "2024-07", "desk", 10, 5, 3, "0.125"),
        ("y", "2024-07", "desk", 10, 9, 1, "0.125"),
        ("x", "2024-08", "desk", 20, 20, 3, "0.125"),
        ("y", "2024-08", "desk", 10, 8, 1, "0.125"),
    )


# the address


def test_an_address_says_every_choice_in_one_order_and_reads_back_as_itself(reader: Client) -> None:
    published(*dossiers("2024-07", "x", "y"), *dossiers("2024-08", "x", "y"))
    at = snapshot_frame(READER)
    asked = _read_choice(
        at,
        form="index",
        indicators="D-2,D-1:channel=online",
        units="y,x",
        to="2024-08",
        base="2024-07",
        basis="current",
    )

    query = asked.choice.query
    again = explore.read_choice(
        at, {name: [value] for name, _, value in (p.partition("=") for p in unquote_plus(query).split("&"))}
    )

    assert asked.problems == []
    assert unquote_plus(query) == (
        "form=index&indicators=D-2,D-1:channel=online&units=y,x&to=2024-08&every=month&basis=current&base=2024-07"
    )
    assert again.choice == asked.choice


def test_an_address_written_otherwise_leads_to_the_one_address_of_the_choice(reader: Client) -> None:
    published(*dossiers("2024-08", "x", "y"))

    answer = reader.get("/explore/?units=x&units=y&indicators=D-1")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "?form=lines&indicators=D-1&units=x,y&every=month"
    assert reader.get(f"/explore/{answer.headers['Location']}").status_code == 200


def test_what_was_typed_into_the_form_is_found_without_diacritics(reader: Client) -> None:
    published(*dossiers("2024-08", "x", "y"))

    answer = reader.get("/explore/?add_indicator=ty+le+dung+han&add_unit=don+vi+y")

    assert answer.headers["Location"] == "?form=lines&indicators=D-2&units=y&every=month"


FAULTS = {
    "indicators=D-1,NO-1&units=x": "Không có chỉ tiêu nào có mã “NO-1”",
    "indicators=D-1&units=x,nowhere": "Không có đơn vị nào có mã “nowhere”",
    "indicators=D-1&units=x&from=yesterday": "“yesterday” không phải kỳ báo cáo",
    "indicators=D-1&units=x&form=pie": "“pie” không phải một lựa chọn",
    "indicators=D-1&units=x&every=hour": "“hour” không phải tần suất",
    "indicators=D-1&units=x&basis=dreamt": "không có số liệu theo cơ sở “dreamt”",
    "indicators=D-1&add_unit=zzzz": "Không tìm thấy đơn vị nào khớp với “zzzz”",
    "indicators=D-1:channel=nowhere,D-2&units=x": "Không có chỉ tiêu nào có mã",
}


def test_what_cannot_be_read_is_named_and_the_rest_is_drawn(reader: Client) -> None:
    published(*dossiers("2024-08", "x", "y"))

    pages = {query: text_of(reader, f"/explore/?{query}", status=404) for query in FAULTS}

    assert [query for query, page in pages.items() if FAULTS[query] not in page] == []
    assert [query for query, page in pages.items() if "tháng 8/2024" not in page] == []


def test_no_more_than_eight_indicators_and_twelve_units_are_compared(reader: Client) -> None:
    published(*dossiers("2024-08", "x"))
    at = snapshot_frame(READER)
    units = ",".join(at.places.by_ref)

    many = _read_choice(
        at, indicators=",".join(f"D-{n}:channel={m}" for n in (1, 2) for m in ("desk", "online")), units=units
    )
    nine = _read_choice(
        at, indicators="D-1,D-2,D-3,D-4,D-5,D-1:channel=desk,D-1:channel=online,D-2:channel=desk,D-2:channel=online"
    )

    assert len(many.choice.items) == 4
    assert many.problems == []
    assert len(nine.choice.items) == 8
    assert nine.problems == ["Mỗi lần so được nhiều nhất 8 chỉ tiêu."]


# the forms


def test_every_form_can_be_read_without_script(reader: Client) -> None:
    _uneven()

    pages = {
        form: reader.get(f"/explore/?form={form}&indicators=D-1,D-2&units=p&every=month").content.decode()
        for form in explore.FORMS
    }

    assert [form for form, page in pages.items() if "<table" not in page] == []
    assert [form for form, page in pages.items() if "Đơn vị x" not in page and "Hồ sơ đã giải quyết" not in page] == []


def test_the_chart_says_in_words_where_each_line_began_and_ended(reader: Client) -> None:
    _uneven()

    shown = _show(indicators="D-2", units="x,y")

    assert shown.pictures[0].told[0] == (
        "Tỷ lệ đúng hạn, Đơn vị x: tháng 7/2024 50,00%; tháng 8/2024 100,00%; "
        "thấp nhất 50,00% (tháng 7/2024), cao nhất 100,00% (tháng 8/2024). Từ đầu đến cuối: tăng 50,00\u00a0điểm %."
    )
    assert shown.pictures[0].finding == "Tháng 8/2024: cao nhất Đơn vị x (100,00%), thấp nhất Đơn vị y (80,00%)"


def test_lines_of_different_measures_never_share_an_axis(reader: Client) -> None:
    _uneven()

    shown = _show(indicators="D-1,D-2", units="x,y")

    assert [picture.spec["unit"] for picture in shown.pictures] == ["hồ sơ", "%"]


def test_small_multiples_are_one_for_each_unit(reader: Client) -> None:
    _uneven()

    shown = _show(form="multiples", indicators="D-1", units="x,y")

    assert [facet["title"] for facet in shown.pictures[0].spec["facets"]] == ["Đơn vị x", "Đơn vị y"]  # type: ignore[attr-defined]


def test_an_index_starts_at_hundred_and_leaves_out_what_has_no_base(reader: Client) -> None:
    published(
        ("x", "2024-07", "desk", 10, 5, 3, "0.5"),
        ("x", "2024-08", "desk", 25, 20, 3, "0.5"),
        ("y", "2024-08", "desk", 5, 5, 1, "0.5"),
    )

    shown = _show(form="index", indicators="D-1", units="x,y", base="2024-07")

    series = shown.pictures[0].spec["series"]
    assert [value for _code, value, _status in series[0]["data"]] == [100, 250]  # type: ignore[index]
    assert shown.notes == ("Hồ sơ đã giải quyết, Đơn vị y không có số dương ở kỳ gốc tháng 7/2024 nên không vẽ được.",)


def test_years_are_laid_over_each_other_by_month(reader: Client) -> None:
    published(*dossiers("2023-08", "a1"), *dossiers("2024-05", "a1"), *dossiers("2024-06", "a1"))

    shown = _show(form="years", indicators="D-1", units="a1")

    spec = shown.pictures[0].spec
    assert [one["name"] for one in spec["series"]] == ["2023", "2024"]  # type: ignore[attr-defined]
    assert spec["labels"]["08"] == ("T8", "tháng 8")  # type: ignore[index]


def test_parts_of_an_amount_are_stacked(reader: Client) -> None:
    published(*dossiers("2024-07", "x"), *dossiers("2024-08", "x"))

    shown = _show(form="parts", indicators="D-1", units="x")

    series = shown.pictures[0].spec["series"]
    assert shown.notes == ()
    assert [(one["name"], one["stack"], one["kind"]) for one in series] == [  # type: ignore[attr-defined]
        ("Tại quầy", "whole", "bar"),
        ("Trực tuyến", "whole", "bar"),
    ]


def test_parts_of_a_share_stand_side_by_side_and_the_page_says_why(reader: Client) -> None:
    published(*dossiers("2024-08", "x"))

    shown = _show(form="parts", indicators="D-2", units="x")

    facets = shown.pictures[0].spec["facets"]
    assert [facet["title"] for facet in facets] == ["Tại quầy", "Trực tuyến"]  # type: ignore[attr-defined]
    assert "không cộng thành của cả nhóm" in shown.notes[0]
    assert all("stack" not in line for facet in facets for line in facet["series"])  # type: ignore[attr-defined]


def test_a_ranking_says_who_rose_and_who_fell(reader: Client) -> None:
    _uneven()

    page = text_of(reader, "/explore/?form=ranking&indicators=D-2&units=p&every=month&against=before")

    assert "1 Đơn vị x 100,00 ▲ lên 1 bậc 2 50,00" in page
    assert "2 Đơn vị y 80,00 ▼ xuống 1 bậc 1 90,00" in page


def test_equal_figures_share_a_rank_and_the_next_one_is_left_out() -> None:
    values = {"a": Decimal(3), "b": Decimal(5), "c": Decimal(5), "d": None, "e": Decimal(1)}

    assert ranks_of(values, Better.HIGHER) == {"b": 1, "c": 1, "a": 3, "e": 4}
    assert ranks_of(values, Better.LOWER) == {"e": 1, "a": 2, "b": 3, "c": 3}


def test_two_indicators_across_few_units_are_drawn_without_a_word_about_going_together(reader: Client) -> None:
    _uneven()

    shown = _show(form="scatter", indicators="D-1,D-2", units="x,y")

    assert shown.pictures[0].spec["points"] == [["Đơn vị x", 20, 100], ["Đơn vị y", 10, 80]]
    assert shown.notes[-1].startswith("Quá ít đơn vị")
    page = text_of(reader, "/explore/?form=scatter&indicators=D-1,D-2&units=x,y&every=month")
    assert "Đơn vị x 20 hồ sơ 100,00%" in page.replace("\u00a0", " ")
    assert "Chưa có số liệu cho lựa chọn này" not in page


def test_a_correlation_is_told_by_rank_first_with_its_direction() -> None:
    falling = [SimpleNamespace(across=Decimal(n), up=Decimal(100 - n * n)) for n in range(8)]
    flat = [SimpleNamespace(across=Decimal(n), up=Decimal(1)) for n in range(8)]

    told = correlation_of(falling)  # type: ignore[arg-type]

    assert told is not None
    assert told.words == (
        "Hai chỉ tiêu đi cùng nhau rõ rệt (ngược chiều): "
        "tương quan theo thứ hạng -1,00, theo độ lớn -0,96, trên 8 đơn vị."
    )
    assert correlation_of(falling[:7]) is None  # type: ignore[arg-type]
    assert correlation_of(flat) is None  # type: ignore[arg-type]


def test_equal_figures_share_the_middle_of_their_ranks() -> None:
    assert _average_ranks([3.0, 1.0, 3.0, 9.0]) == [1.5, 0.0, 1.5, 3.0]


def test_a_scatter_of_one_indicator_says_what_it_needs(reader: Client) -> None:
    _uneven()

    assert "cần hai chỉ tiêu" in text_of(reader, "/explore/?form=scatter&indicators=D-1&units=x&every=month")


# what cannot be read straight on


def test_a_merger_is_marked_where_the_units_behind_a_line_changed(reader: Client) -> None:
    published(*dossiers("2024-06", "a1", "a2", "b1", "b2"), *dossiers("2024-08", "x", "y"))

    shown = _show(indicators="D-1", units="p")

    assert shown.pictures[0].spec["breaks"] == [{"period": "2024-07", "label": "Sắp xếp đơn vị 01/07/2024"}]


def test_a_changed_definition_is_marked_and_a_new_name_is_not(reader: Client) -> None:
    published(*dossiers("2024-06", "a1"), *dossiers("2024-08", "x"))
    at = snapshot_frame(READER)
    before = Definition.objects.get(code="D-1")
    before.effective = ("2024-01-01", "2024-07-15")
    before.save()
    Definition.objects.create(code="D-1", spec=before.spec, effective=("2024-07-15", None))
    before.spec |= {"count": "finished + 1", "name": "Tên cũ"}
    before.save()
    named = Definition.objects.get(code="D-2")
    named.effective = (None, "2024-07-15")
    named.save()
    Definition.objects.create(code="D-2", spec=named.spec | {"name": "Tên mới"}, effective=("2024-07-15", None))

    shown = explore.charts_of_choice(at, _read_choice(at, indicators="D-1,D-2", units="p").choice)

    assert [one.label for one in shown.breaks if one.code] == ["Đổi cách tính D-1 15/07/2024"]


def test_a_note_is_numbered_on_the_charts_of_its_indicator_alone(reader: Client) -> None:
    _uneven()
    by = program_actor("test", rights=["annotate indicators"])
    services.annotate(indicator="D-2", unit="x", period="2024-08", text="Thêm người ở quầy", by=by, now=clock.now())

    shown = _show(indicators="D-1,D-2", units="x")

    assert [picture.spec.get("notes") for picture in shown.pictures] == [None, [{"period": "2024-08", "label": "1"}]]
    assert "1. D-2 · tháng 8/2024: Thêm người ở quầy" in text_of(
        reader, "/explore/?form=lines&indicators=D-2&units=x&every=month"
    )


def test_a_target_that_changed_is_drawn_in_steps_and_one_that_holds_as_a_level(reader: Client) -> None:
    facts.dossiers([("x", "2024-07", "desk", 10, 5, 3, "0.5"), ("x", "2024-08", "desk", 10, 8, 3, "0.5")])
    facts.a_catalogue()
    one = Definition.objects.get(code="D-2")
    one.spec |= {"targets": [{"from": "2024-01", "to": "2024-07", "floor": "90"}, {"from": "2024-08", "floor": "95"}]}
    one.save()
    refresh()

    spec = _show(indicators="D-2", units="x").pictures[0].spec

    assert spec["series"][1]["kind"] == "step"  # type: ignore[index]
    assert [value for _code, value, _status in spec["series"][1]["data"]] == [90, 95]  # type: ignore[index]
    assert spec["target"] == {"floor": None, "ceiling": None}


# files


def test_the_workbook_holds_every_reading_a_wide_table_and_the_definitions(reader: Client) -> None:
    _uneven()

    answer = reader.get("/explore.xlsx?form=lines&indicators=D-2,D-1&units=x,y&every=month")

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    long, wide = (book.get_sheet_by_name(name).to_python() for name in ("Số liệu", "Bảng ngang"))
    assert len(long) == 1 + 2 * 2 * 2
    assert wide[0] == [
        "Kỳ",
        "Tỷ lệ đúng hạn, Đơn vị x",
        "Tỷ lệ đúng hạn, Đơn vị y",
        "Hồ sơ đã giải quyết, Đơn vị x",
        "Hồ sơ đã giải quyết, Đơn vị y",
    ]
    assert wide[1:] == [["2024-07", 50, 90, 10, 10], ["2024-08", 100, 80, 20, 10]]
    assert book.sheet_names[-1] == "Định nghĩa"
    assert Entry.objects.filter(did="exported", subject__in=["D-1", "D-2"]).count() == 2


def test_a_file_of_a_faulty_choice_is_refused(reader: Client) -> None:
    published(*dossiers("2024-08", "x"))

    assert reader.get("/explore.csv?indicators=NO-1&units=x").status_code == 404
    assert reader.get("/explore.pdf?indicators=D-1&units=x").status_code == 404
    assert not Entry.objects.filter(did="exported").exists()


def test_a_page_asks_the_database_no_more_than_eight_times(
    reader: Client, django_assert_max_num_queries: object
) -> None:
    _uneven()
    reader.get("/explore/?form=lines&indicators=D-1&units=p&every=month")

    with django_assert_max_num_queries(8):  # type: ignore[operator]
        reader.get("/explore/?form=multiples&indicators=D-1,D-2&units=x,y&every=month")


def test_a_figure_that_is_not_for_the_reader_is_not_in_any_form(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts.dossiers(dossiers("2024-08", "x", "y"))
    facts.a_catalogue()
    for one in Definition.objects.all():
        one.spec |= {"access": "restricted"}
        one.save()
    refresh()

    pages = [
        reader.get(f"/explore/?form={form}&indicators=D-1,D-2&units=x,y&every=month").content.decode()
        for form in explore.FORMS
    ]

    assert all("86,67" not in page and ">15<" not in page for page in pages)
    assert ExploreChoice(form="lines").query == "form=lines"
