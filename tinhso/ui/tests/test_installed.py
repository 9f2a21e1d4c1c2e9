import json
import re

import pytest
from django.test import Client

from tinhso.ui import installed, raster


def test_the_manifest_speaks_of_the_province_and_begins_at_the_phones_home(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    told = json.loads(answer.content)

    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["scope"], told["display"]) == ("/phone/", "/", "standalone")
    assert len(told["short_name"]) <= 12
    assert re.fullmatch(r"#[0-9a-f]{6}", told["theme_color"])
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}


@pytest.mark.parametrize(("name", "size"), [(name, about[0]) for name, about in installed.ICONS.items()])
def test_an_icon_is_a_png_of_its_size(client: Client, name: str, size: int) -> None:
    answer = client.get(f"/icons/{name}.png")

    assert answer["Content-Type"] == "image/png"
    assert int.from_bytes(answer.content[16:20]) == int.from_bytes(answer.content[20:24]) == size


@pytest.mark.parametrize("name", ["icon-1", "..%2fsecret", "x"])
def test_another_icon_is_not_found(client: Client, name: str) -> None:
    assert client.get(f"/icons/{name}.png").status_code == 404


def test_the_service_worker_is_looked_up_anew_and_knows_its_build(client: Client) -> None:
    answer = client.get("/sw.js")
    build = json.loads(re.match(r"self\.BUILD=(\{.*?\});\n", answer.content.decode()).group(1))  # type: ignore[union-attr]

    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Type"].startswith("text/javascript")
    assert build["offline"] == "/phone/offline/"
    assert any(file.endswith(".css") for file in build["assets"])
    assert all(re.search(r"/assets/.+-[\w-]{8}\.\w+$", file) for file in build["assets"])
    assert client.get(build["offline"]).status_code == 200


def test_another_build_has_another_version() -> None:
    assert installed.build_of("one")["version"] != installed.build_of("two")["version"]


@pytest.mark.parametrize(
    ("title", "short"),
    [("Tỉnh Vĩnh Long", "Vĩnh Long"), ("Thành phố Hồ Chí Minh", "Hồ Chí Minh"), ("Tỉnh Tên Rất Dài Của Nó", "TRDCN")],
)
def test_the_name_under_the_icon_fits(title: str, short: str) -> None:
    assert installed._short_title(title) == short


def test_pictures_are_drawn_with_vietnamese_letters_and_the_sign_of_a_thousandth() -> None:
    def drawn(text: str) -> bytes:
        letters = f'<text x="4" y="30" font-size="24">{text}</text>'
        return raster.png_of_svg(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40">{letters}</svg>', width=80
        )

    blank, missing = drawn(""), drawn("\U0010ffff")
    letters = [drawn(letter) for letter in "ỶẵệĐ‰ữ"]

    assert len({blank, missing, *letters}) == len(letters) + len({blank, missing})


def test_lines_break_between_words_and_end_in_an_ellipsis_where_they_do_not_fit() -> None:
    lines = raster.lines_of("Tỷ lệ hồ sơ giải quyết đúng hạn trong tháng", size=40, width=300, most=2)

    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(raster.width_of(line, 40) <= 300 for line in lines)


def test_what_is_no_drawing_is_refused() -> None:
    with pytest.raises(ValueError):
        raster.png_of_svg("không phải ảnh", width=10)
