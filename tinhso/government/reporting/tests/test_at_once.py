"""Two officials at the same return at the same moment."""

import pytest

from tests.support.races import run_at_once
from tinhso.blocks.audit import queries as audit
from tinhso.government.reporting import services
from tinhso.government.reporting.queries import returns as queries
from tinhso.government.reporting.tests import makers as a


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_does_and_the_other_is_told() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    clerk = a.a_person("A", units["VP"])
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan="5", xong="5"), by=clerk, now=a.NOW)
    services.submit(ref=one.ref, by=clerk, now=a.NOW)
    chiefs = [a.a_person(ref, units["VP"]) for ref in ("B", "C")]

    outcomes = run_at_once(*(lambda by=by: str(services.approve(ref=one.ref, by=by, now=a.NOW).state) for by in chiefs))

    assert sorted(outcomes) == ["approved", "wrong_state"]
    approvals = [entry for entry in audit.history_of_subject("reporting.Return", one.ref) if entry.did == "approved"]
    assert len(approvals) == 1


@pytest.mark.django_db(transaction=True)
def test_the_first_two_rows_may_be_saved_at_once() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    clerk = a.a_person("A", units["VP"])
    rows = a.entries(one, nhan="5", xong="5")

    run_at_once(
        *(
            lambda row=row: services.save_draft(ref=one.ref, entries=[row], by=clerk, now=a.NOW, whole=False)
            for row in rows
        )
    )

    kept = queries.values_of(queries.by_ref(one.ref).revision)
    assert len(kept) == len(rows)
