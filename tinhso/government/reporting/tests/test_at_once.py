"""Two officials at the same return at the same moment."""

import threading

import pytest
from django.db import connection

from tinhso.blocks.audit import queries as audit
from tinhso.government.reporting import services
from tinhso.government.reporting.queries import returns as queries
from tinhso.government.reporting.tests import makers as a
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_does_and_the_other_is_told() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    clerk = a.a_person("A", units["VP"])
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan="5", xong="5"), by=clerk, now=a.NOW)
    services.submit(ref=one.ref, by=clerk, now=a.NOW)
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def approve(by: Actor) -> None:
        start.wait()
        try:
            services.approve(ref=one.ref, by=by, now=a.NOW)
            outcomes.append("approved")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(a.a_person(ref, units["VP"]),)) for ref in ("B", "C")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["approved", "wrong_state"]
    approvals = [entry for entry in audit.history("reporting.Return", one.ref) if entry.did == "approved"]
    assert len(approvals) == 1


@pytest.mark.django_db(transaction=True)
def test_the_first_two_rows_may_be_saved_at_once() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    clerk = a.a_person("A", units["VP"])
    rows = a.entries(one, nhan="5", xong="5")
    start = threading.Barrier(len(rows))
    failed: list[Exception] = []

    def save(row: services.Entry) -> None:
        start.wait()
        try:
            services.save_draft(ref=one.ref, entries=[row], by=clerk, now=a.NOW, whole=False)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    kept = queries.values_of(queries.by_ref(one.ref).revision)
    assert len(kept) == len(rows)
