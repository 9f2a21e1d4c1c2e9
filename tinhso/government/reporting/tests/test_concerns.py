"""What reporting is concerned about: overdue returns and doubtful published values, grouped by data set and period."""

from datetime import timedelta

import pytest

from tinhso.government.reporting import services
from tinhso.government.reporting.queries import concerns
from tinhso.government.reporting.tests import makers as a

pytestmark = pytest.mark.django_db


def test_late_returns_of_a_data_set_and_period_are_one_concern() -> None:
    units = a.a_province()
    form = a.a_data_set()
    one = a.a_return(form, units["VP"])
    a.a_return(form, units["VP"], "2024-10")

    found = [item for item in concerns.return_concerns(one.due_at + timedelta(days=1)) if item.period == "2024-09"]

    (late,) = found
    assert (late.kind, late.data_set, late.agency, late.expected) == ("late", form.code, form.agency, 1)
    assert [(place.unit, place.href, place.since) for place in late.places] == [
        ("VP", f"/returns/{one.ref}/", one.due_at)
    ]


def test_what_is_not_due_yet_concerns_nobody() -> None:
    one = a.a_return(a.a_data_set(), a.a_province()["VP"])

    assert list(concerns.return_concerns(one.due_at - timedelta(minutes=1))) == []


def test_values_published_although_the_checks_warned_concern_until_they_are_corrected() -> None:
    units = a.a_province()
    form = a.a_data_set()
    clerk, chief = a.a_person("A", units["VP"]), a.a_person("B", units["VP"])
    a.a_published(a.a_return(form, units["VP"], "2024-08"), clerk, chief, nhan="10", xong="10")
    one = a.a_published(a.a_return(form, units["VP"]), clerk, chief, nhan="31", xong="10")

    before = [item for item in concerns.return_concerns(a.NOW) if item.kind == "rule"]
    services.revise(ref=one.ref, why="nhập nhầm", by=chief, now=a.NOW)
    a.a_published(one, clerk, chief, nhan="12", xong="10")
    after = [item for item in concerns.return_concerns(a.NOW) if item.kind == "rule"]

    (doubtful,) = before
    assert doubtful.period == "2024-09"
    assert "chênh hơn" in doubtful.places[0].words
    assert doubtful.places[0].href == f"/returns/{one.ref}/#problems"
    assert after == []
