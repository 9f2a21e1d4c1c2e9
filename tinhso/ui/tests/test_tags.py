from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from pytest_django.fixtures import Settings

from tinhso.kernel.actor import NOBODY, Actor
from tinhso.ui import context, icons, menus, navigation, views
from tinhso.ui.navigation import NavigationEntry, NavigationGroup

SQUARE = {"type": "Polygon", "coordinates": [[[106, 10], [106.1, 10], [106.1, 10.1], [106, 10.1], [106, 10]]]}


@pytest.fixture(autouse=True)
def _in_vietnamese() -> Iterator[None]:
    with translation.override("vi"):
        yield


def shown(source: str, **values: object) -> str:
    return Template("{% load vn %}" + source).render(Context(values))


def test_figures_dates_and_states_are_filters() -> None:
    text = shown(
        "{{ a|number:2 }}|{{ b|vn_date }}|{{ c|period }}|{{ d|status_word }}|{{ a|number }}{{ u|unit_of }}",
        a=Decimal("84.59"),
        b="2024-10-05",
        c="2024-Q3",
        d="estimate",
        u="%",
    )

    assert text == "84,59|05/10/2024|quý III/2024|Ước tính|84,59%"


def test_a_number_tells_its_unit_its_status_and_its_source() -> None:
    text = shown(
        '{% include "ui/components/number.html" with value=v unit="%" status="estimate" source="Sở Y tế" '
        'date="2026-11-05" period="2026-10" count=46218 out_of=48229 change="1.2" better="higher" decimals=2 %}',
        v=Decimal("95.83"),
    )

    for part in ("95,83", "Ước tính", "Sở Y tế", "05/11/2026", "tháng 10/2026", "46.218 / 48.229", "change-good"):
        assert part in text


def test_a_missing_number_shows_no_unit() -> None:
    text = shown('{% include "ui/components/number.html" with value=v unit="hồ sơ" %}', v=None)

    assert "—" in text
    assert "hồ sơ" not in text


@pytest.mark.parametrize("tone", ["good", "warn", "bad", "info", ""])
def test_a_state_has_a_word_and_a_shape_beside_its_colour(tone: str) -> None:
    text = shown('{% include "ui/components/state.html" with word="Đúng hạn" tone=tone %}', tone=tone)

    assert "Đúng hạn" in text
    assert "<svg" in text


def test_an_icon_is_hidden_from_screen_readers_and_an_unknown_one_is_a_circle() -> None:
    assert 'aria-hidden="true"' in shown('{% icon "bell" %}')
    assert icons.PATHS["circle"] in shown('{% icon "no such" %}')
    assert icons.PATHS["health"] in shown('{% icon "y-te" %}')


def test_a_map_names_every_area_and_opens_what_it_can() -> None:
    areas = [
        {"ref": "1", "name": "Xã A", "geometry": SQUARE, "value": "12.5", "href": "/units/1/"},
        {"ref": "2", "name": "Xã <B>", "geometry": SQUARE, "value": None},
    ]

    text = shown('{% svg_map areas unit="%" decimals=1 schematic=True %}', areas=areas)

    assert '<a href="/units/1/" class="area" data-area="1"><title>Xã A: 12,5%</title>' in text
    assert "Xã &lt;B&gt;: chưa có số liệu" in text
    assert "Sơ đồ" in text


def test_text_in_an_island_cannot_close_its_script() -> None:
    text = shown("{{ spec|island }}", spec={"title": "</script><b>", "value": Decimal("1.50")})

    assert text.count("</script>") == 1
    assert '"1.50"' in text


def test_the_query_string_is_kept_except_for_what_is_changed() -> None:
    request = RequestFactory().get("/", {"q": "hồ sơ", "page": "3", "basis": "old"})

    text = shown("{% qs page=4 basis=None %}", request=request)

    assert text == "?q=h%E1%BB%93+s%C6%A1&amp;page=4" or text == "?q=h%E1%BB%93+s%C6%A1&page=4"


def test_pages_are_offered_around_the_present_one() -> None:
    request = RequestFactory().get("/")

    text = shown(
        '{% include "ui/components/pagination.html" %}', page=Paginator(range(500), 10).page(25), request=request
    )

    assert 'aria-current="page" href="?page=25"' in text
    assert 'rel="next" href="?page=26"' in text
    assert "…" in text


def test_one_page_needs_no_pagination() -> None:
    text = shown('{% include "ui/components/pagination.html" %}', page=Paginator([1], 10).page(1))

    assert "<nav" not in text


@pytest.mark.parametrize(("value", "share"), [(50, "50.0"), (150, "100.0"), (-5, "0.0")])
def test_a_meter_stays_inside_its_rail(value: object, share: str) -> None:
    assert f'width="{share}"' in shown("{% meter value 100 %}", value=value)


def test_no_component_needs_an_inline_style() -> None:
    areas = [{"ref": "1", "name": "A", "geometry": SQUARE, "value": 1}]

    text = shown("{% svg_map areas %}{% spark points target=2 %}{% meter 3 9 %}", areas=areas, points=[1, 2, 3])

    assert "style=" not in text


def test_the_header_offers_only_what_exists_and_what_the_reader_may_open(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ROOT_URLCONF = "tinhso.ui.tests.urls"
    ways = [
        NavigationEntry("Kín", "secret", NavigationGroup.DATA, 2, "see secrets"),
        NavigationEntry("Mẫu", "styleguide", NavigationGroup.SERVICES, 1),
        NavigationEntry("Mất", "gone", NavigationGroup.SERVICES, 3),
    ]
    monkeypatch.setattr(navigation, "_entries", {way.address: way for way in ways})
    request = RequestFactory().get("/styleguide/wall/")
    official = Actor(ref="1", name="A", everywhere=frozenset({"see secrets"}))

    for_nobody = menus.navigation_menus(request.path, NOBODY)
    for_official = menus.navigation_menus(request.path, official)

    assert labels_of(for_nobody) == [("Dịch vụ", True, [("Mẫu", True)])]
    assert labels_of(for_official) == [("Người dân", True, [("Mẫu", True)]), ("Việc của tôi", False, [("Kín", False)])]


def labels_of(shown_menus: list[menus.NavMenu]) -> list[tuple[str, bool, list[tuple[str, bool]]]]:
    return [
        (menu.label, menu.active, [(item.label, item.active) for group in menu.groups for item in group.items])
        for menu in shown_menus
    ]


def test_a_page_belongs_to_the_way_with_the_longest_beginning_of_its_address(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ROOT_URLCONF = "tinhso.ui.tests.urls"
    covering = NavigationEntry("Kín", "secret", NavigationGroup.SERVICES, 1, covers=("/styleguide/wall/",))
    ways = [covering, NavigationEntry("Mẫu", "styleguide", NavigationGroup.SERVICES, 2)]
    monkeypatch.setattr(navigation, "_entries", {way.address: way for way in ways})

    active = [item.active for item in menus.navigation_menus("/styleguide/wall/", NOBODY)[0].groups[0].items]

    assert active == [True, False]


def test_an_official_begins_with_work_and_a_visitor_nowhere(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ROOT_URLCONF = "tinhso.ui.tests.urls"
    ways = [
        NavigationEntry("Mẫu", "styleguide", NavigationGroup.SERVICES, 1),
        NavigationEntry("Kín", "secret", NavigationGroup.OPERATION, 1, "see secrets"),
    ]
    monkeypatch.setattr(navigation, "_entries", {way.address: way for way in ways})

    assert menus.start_href(NOBODY) == ""
    assert menus.start_href(Actor(ref="1", name="A", everywhere=frozenset({"see secrets"}))) == "/secret/"


def test_the_province_and_its_theme_are_read_from_its_folder(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "province.toml").write_text('name = "Tỉnh Hai Sông"\n[theme]\naccent = "#123456"\n', encoding="utf-8")
    settings.PROVINCE_DIR = tmp_path
    settings.DEMO = False

    province = context.served_province()

    assert province.title_in_sentence == "tỉnh Hai Sông"
    assert (province.name, province.theme.accent, province.theme.mark) == ("Tỉnh Hai Sông", "#123456", "HS")
    assert province.demo_notice == ""
    assert b"--accent:#123456" in views.theme_css(RequestFactory().get("/theme.css")).content


def test_a_colour_that_is_no_colour_never_reaches_the_style_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = SimpleNamespace(theme=SimpleNamespace(accent="red}body{display:none", accent_on_dark="}"))
    monkeypatch.setattr(views, "served_province", lambda: bad)

    css = views.theme_css(RequestFactory().get("/theme.css")).content.decode()

    assert css == f":root{{--accent:{context.DEFAULT_ACCENT}}}\n"


class Sample(forms.Form):
    count = forms.IntegerField(label="Đúng hạn", help_text="Hồ sơ")
    note = forms.CharField(label="Ghi chú", required=False)


def test_a_form_says_what_is_wrong_at_the_top_and_beside_the_field() -> None:
    form = Sample({"count": "mười"})

    text = shown(
        '{% include "ui/components/form_errors.html" %}'
        '{% for field in form.visible_fields %}{% include "ui/components/field.html" %}{% endfor %}',
        form=form,
    )

    assert '<a href="#id_count">' in text
    assert 'aria-invalid="true"' in text
    assert 'id="id_count_error"' in text
    assert 'aria-describedby="id_count_helptext' in text
    assert 'id="id_count_helptext"' in text
    assert "(không bắt buộc)" in text


def test_a_query_string_leaves_out_what_is_empty() -> None:
    source = "{% query unit=unit period=period member=member known_at=None %}"

    some = shown(source, unit="AB", period="", member="loai=an-qua")
    none = shown(source, unit=None, period="", member=None)

    assert some == "?unit=AB&amp;member=loai%3Dan-qua"
    assert none == ""


def test_crumbs_lead_to_the_pages_above_and_end_with_this_one() -> None:
    page = shown('{% crumbs "/a/" "Một" "/a/b/" "Hai" here %}', here="Ba & bốn")

    assert page.index('href="/a/"') < page.index('href="/a/b/"') < page.index('aria-current="page"')
    assert "Ba &amp; bốn" in page
    assert page.count("<a ") == 2


def test_a_choice_offers_pairs_or_things_and_keeps_what_was_chosen() -> None:
    commune = SimpleNamespace(ref="AB", name="Xã An Bình")

    states = shown('{% select "state" "Trạng thái" states "2" none="tất cả" %}', states=[(1, "mới"), (2, "xong")])
    units = shown('{% select "unit" "Đơn vị" units %}', units=[commune])

    assert '<option value="">tất cả</option>' in states
    assert states.count("selected") == 1
    assert '<option value="2" selected>xong</option>' in states
    assert '<option value="AB">Xã An Bình</option>' in units.replace(" >", ">")
    assert "selected" not in units


def test_a_fact_is_written_as_its_value_would_be_alone() -> None:
    line = shown('{% fact "Số & tên" value %}', value="<b>")
    number = shown('{% fact "Dòng" value %}', value=1248.5)

    assert line == "<div><dt>Số & tên</dt><dd>&lt;b&gt;</dd></div>"
    assert "<dd>1248,5</dd>" in number
