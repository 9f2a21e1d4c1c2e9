"""Templates can be reviewed: lines that fit a screen. How they are laid out is the formatter's (tools/check.py)."""

from tests.architecture.sources import ROOT, tracked

LONGEST_LINE = 160  # the formatter breaks at 120 where it can: a tag of Django cannot be broken


def test_no_line_of_a_template_is_longer_than_a_screen() -> None:
    too_long = {
        f"{path.relative_to(ROOT)}:{number}": len(line)
        for path in tracked("tinhso/*.html")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST_LINE
    }

    assert too_long == {}
