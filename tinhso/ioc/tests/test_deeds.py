"""What was done about an indicator marks its chart: lettered in time, several of one period on one line."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from tinhso.blocks.indicators.contract import SteeringMark
from tinhso.ioc.queries import deeds
from tinhso.ioc.tests.makers import dossiers, published, text_of
from tinhso.kernel.actor import Actor


def done(day: str, words: str) -> SteeringMark:
    return SteeringMark("x", datetime.fromisoformat(day).replace(tzinfo=UTC), words, "/directives/CD-1/")


def test_marks_of_one_period_share_a_line_and_late_ones_stand_at_the_newest_reading() -> None:
    found = [done(day, day) for day in ("2023-01-05", "2024-07-02", "2024-07-30", "2025-03-01")]

    lettered = deeds.lettered_deeds(found, "month", "2024-05", "2024-08")

    assert [one.period for one in lettered] == ["", "2024-07", "2024-07", "2024-08"]
    assert deeds.chart_marks(lettered) == [{"period": "2024-07", "label": "B, C"}, {"period": "2024-08", "label": "D"}]


def test_the_page_of_an_indicator_tells_what_was_done_about_it_at_this_unit(
    reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(*dossiers("2024-07", "x"), *dossiers("2024-08", "x"))

    def provider(indicator: str, unit: str, by: Actor) -> list[SteeringMark]:
        return [done("2024-08-05", "Chỉ đạo: xem lại kênh trực tuyến")] if (indicator, unit) == ("D-2", "x") else []

    monkeypatch.setattr(deeds, "MARK_PROVIDERS", [provider])

    assert "A. Chỉ đạo: xem lại kênh trực tuyến" in text_of(reader, "/indicators/D-2/?unit=x")
    assert "xem lại kênh" not in text_of(reader, "/indicators/D-2/?unit=y")
