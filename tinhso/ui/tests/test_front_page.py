"""The front page shows what apps registered, and leaves out what has nothing to show."""

import pytest

from tinhso.ui import front_page
from tinhso.ui.front_page import FrontPart, front_parts, register_front_part


def test_parts_come_in_their_order_and_one_without_anything_to_show_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(front_page, "_parts", [])
    register_front_part(FrontPart("b.html", 20, lambda: {"figure": 2}))
    register_front_part(FrontPart("a.html", 10, lambda: {"figure": 1}))
    register_front_part(FrontPart("c.html", 15, lambda: None))

    assert front_parts() == [("a.html", {"figure": 1}), ("b.html", {"figure": 2})]
