"""The header of a wide window holds as many entries as have room; the others are below "more"."""

import pytest

from tinhso.ui.context import NavItem, in_line


@pytest.mark.parametrize(
    ("labels", "count"),
    [
        (["Điều hành", "Lĩnh vực", "Hồ sơ"], 3),
        (["Thủ tục hành chính", "Tra cứu hồ sơ", "Báo một việc", "Chương trình hỗ trợ", "Tổ gần tôi"], 5),  # no "more"
        (["Điều hành", "Lĩnh vực", "Chương trình", "Hồ sơ", "Ký số", "Đóng dấu"], 5),
        (["Hồ sơ", "Thu phí, lệ phí", "Thủ tục hành chính", "Tra cứu hồ sơ", "Báo một việc", "Tổ gần tôi"], 4),
    ],
)
def test_long_labels_leave_fewer_entries_in_line(labels: list[str], count: int) -> None:
    assert in_line([NavItem(label, "/", False, "circle") for label in labels]) == count
