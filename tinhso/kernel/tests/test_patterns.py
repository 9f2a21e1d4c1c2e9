import pytest

from tinhso.kernel.patterns import fits_pattern, has_pattern, is_usable

CATASTROPHIC = ["(a+)+", "(a|aa)+", "(a|a?)+", "(.*a){20}", "((a+)b?)+", "(?:a*)*", "a*a*a*a*a*a*b"]


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_no_text_makes_a_pattern_slow(pattern: str) -> None:
    # back-tracking would take longer than the universe has lasted
    assert not fits_pattern(pattern, "a" * 20_000 + "!")


@pytest.mark.parametrize("pattern", ["(?=a)", "(?<!a)b", r"(a)\1", "(+)+", "("])
def test_what_cannot_be_matched_in_linear_time_is_not_usable_and_nothing_fits_it(pattern: str) -> None:
    assert not is_usable(pattern)
    assert not fits_pattern(pattern, "a")
    assert not has_pattern(pattern, "a")


def test_a_pattern_is_for_the_whole_text_where_it_must_fit_and_for_a_part_where_it_must_occur() -> None:
    assert fits_pattern(r"[0-9]{3}|Đ+", "ĐĐ")
    assert not fits_pattern(r"[0-9]{3}", "1234")
    assert has_pattern(r"[0-9]{3}", "1234")
    assert not has_pattern(r"^[0-9]{3}$", "1234")
    assert not has_pattern(r"^[0-9]{3}$", "123\n")
