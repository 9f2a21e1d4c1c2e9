"""The province that is delivered: its profile covers every form, its workbooks carry the published figures."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from tinhso.blocks.units import services as units
from tinhso.government.reporting.demo import frames, grains, profile, rows, values, workbooks
from tinhso.government.reporting.demo.profile import Profile
from tinhso.government.reporting.models import Return, Row
from tinhso.government.reporting.queries.data_sets import read_specs
from tinhso.government.reporting.services import load_data_sets
from tinhso.kernel.actor import program_actor

PROVINCE = Path(settings.PROVINCE_DIR)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
BY = program_actor("tests", rights=["manage units", "manage data sets"])
BOOKS = workbooks.demo_workbooks(PROVINCE)


@pytest.fixture
def read(db: None) -> Profile:
    """The profile, with the province's units and data sets loaded."""
    units.load_units(PROVINCE / "units", by=BY, now=NOW)
    load_data_sets(folder=PROVINCE / "data_sets", by=BY)
    return profile.read_profile(PROVINCE)


@pytest.mark.skipif(not BOOKS, reason="this province hands in no workbooks")
def test_the_committed_workbooks_are_published_with_the_anchored_totals(read: Profile) -> None:
    done = [workbooks.hand_in(book, now=NOW) for book in BOOKS]

    assert all(done)
    assert workbooks.hand_in(BOOKS[0], now=NOW) is False
    assert set(Return.objects.values_list("state", flat=True)) == {Return.State.PUBLISHED}
    for book in BOOKS:
        one = Return.objects.get(data_set__code=book.data_set, period=book.period)
        assert one.published_revision is not None
        assert (one.published_revision.via, one.published_revision.sealed) == ("xlsx", True)
        stored = list(Row.objects.filter(revision=one.published_revision).values_list("member", "values"))
        anchors = [a for a in read.anchors if (a.data_set, a.period) == (book.data_set, book.period)]
        for anchor in anchors:
            wanted = {f"{name}={value}" for name, value in anchor.member.items()}
            found = sum(Decimal(row[anchor.field]) for member, row in stored if wanted <= set(member.split(";")))
            assert found == anchor.total, anchor
        assert anchors


def test_every_form_can_be_generated_within_its_rules(read: Profile) -> None:
    specs, ground = read_specs(PROVINCE / "data_sets"), grains.draw_population(read)
    eras = {day: ground.era(day) for day in frames.last_days(specs, read)}

    for spec in specs:
        frame = frames.frame_of(spec, read, ground, eras)
        made = values.make_fields(frame)
        for step in range(len(frame.periods)):
            numbers = {
                code: found / 10 ** made[code].places for code, found in rows.of_units(frame, made, step).items()
            }
            for rule in spec.rules:
                if rule.kind == "part_le_whole":
                    assert (numbers[rule.part] <= numbers[rule.whole]).all(), (spec.code, rule, step)
                if rule.kind == "sum_equals":
                    total = sum(numbers[part] for part in rule.parts)
                    assert np.allclose(total, numbers[rule.whole], atol=1e-6), (spec.code, rule, step)
            for field in spec.fields:
                low, high = field.min, field.max
                assert low is None or (numbers[field.code] >= float(low)).all(), (spec.code, field.code, step)
                assert high is None or (numbers[field.code] <= float(high)).all(), (spec.code, field.code, step)
    assert specs


def test_every_published_figure_of_an_agency_has_its_workbook() -> None:
    read = profile.read_profile(PROVINCE)
    agencies = {spec.code for spec in read_specs(PROVINCE / "data_sets") if spec.filed_by == "agency"}

    wanted = {
        (anchor.data_set, anchor.period)
        for anchor in read.anchors
        if anchor.period in read.workbook_periods and anchor.data_set in agencies
    }

    assert wanted == {(book.data_set, book.period) for book in BOOKS}
