"""What strangers send as JSON is JSON, or none."""

from decimal import Decimal

import pytest

from tinhso.kernel.strict_json import read_json


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"NaN", b"[-Infinity]", b'{"a": 1, "a": 2}', b'[{"a": {"b": 1, "b": 1}}]', b"[" * 50_000, b"\xff"],
)
def test_what_is_no_json_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError):
        read_json(content)


def test_numbers_are_made_of_their_letters() -> None:
    assert read_json(b'{"a": [1, 0.10]}', number=Decimal) == {"a": [Decimal("1"), Decimal("0.10")]}
