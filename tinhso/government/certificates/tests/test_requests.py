"""The life of a request, from a draft to the receipt, and what is refused on the way."""

import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tinhso.government.certificates import services
from tinhso.government.certificates.contract import TRANSITIONS, RequestStep
from tinhso.government.certificates.models import Request
from tinhso.government.certificates.queries import lookup
from tinhso.government.certificates.queries import requests as queries
from tinhso.government.certificates.tests import makers as a
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
ANSWER = ("Mã đề nghị", "Kết quả", "Số sê-ri", "Nơi cấp", "Hiệu lực từ", "Hiệu lực đến", "Lý do")


def answers(batch: str, *rows: tuple[object, ...]) -> services.RunOutcome:
    """The file of answers, held."""
    content = a.a_workbook(ANSWER, *rows)
    return services.hold_answers(batch=batch, file_name="kq.xlsx", content=content, by=a.MANAGER, now=a.NOW)


def test_a_new_certificate_is_asked_for_approved_batched_issued_and_handed_over() -> None:
    unit = a.a_province()["X1"]
    one = a.accepted(a.a_request(unit, by=a.a_clerk(unit)), unit)

    batch = a.a_batch(one)
    held = answers(batch.ref, (one.ref, "Đã cấp", "C0FFEE", "CA thử", "05/11/2026", "04/11/2031", ""))
    assert held.run is not None
    services.confirm(ref=held.run.ref, by=a.MANAGER, now=a.NOW)
    services.hand_over(ref=one.ref, to="Trần Thị Thử", by=a.a_clerk(unit), now=a.NOW)

    one.refresh_from_db()
    assert one.result is not None
    issued = lookup.versions_on(one.result.versions.get().first_day).get(certificate=one.result)
    assert (one.step, one.handed_to, str(batch)) == ("handed", "Trần Thị Thử", "001/2026")
    assert (issued.holder, issued.id_number, issued.unit, issued.did) == (
        "Trần Thị Thử",
        "098765432109",
        unit,
        "issued",
    )
    assert [it.step for it in one.entries.order_by("number")] == [
        "draft",
        "submitted",
        "approved",
        "accepted",
        "sent",
        "answered",
        "handed",
    ]


def test_a_batch_is_numbered_hashed_and_never_changes() -> None:
    unit = a.a_province()["X1"]
    first = a.a_batch(a.accepted(a.a_request(unit, by=a.a_clerk(unit)), unit))
    second = a.a_batch(a.accepted(a.a_request(unit, by=a.a_clerk(unit)), unit))

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE certificates_batch SET note = 'khác'")

    first.refresh_from_db()
    files = {it["name"]: it for it in first.manifest["files"]}
    assert [str(first), str(second)] == ["001/2026", "002/2026"]
    assert files["lo-001-2026.csv"]["bytes"] == len(bytes(first.table))
    assert "098765432109" in bytes(first.table).decode("utf-8-sig")
    assert "098765432109" not in json.dumps(first.manifest)


def test_answers_are_looked_at_before_and_can_be_taken_back() -> None:
    unit = a.a_province()["X1"]
    old = a.a_certificate(unit)
    renewal = a.accepted(a.a_request(unit, by=a.a_clerk(unit), ask="renew", certificate=old.certificate.ref), unit)
    refused = a.accepted(a.a_request(unit, by=a.a_clerk(unit)), unit)
    batch = a.a_batch(renewal, refused)

    held = answers(
        batch.ref,
        (renewal.ref, "đã gia hạn", "", "", "", "31/12/2031", ""),
        (refused.ref, "từ chối", "", "", "", "", "thiếu giấy"),
    )
    assert held.run is not None
    assert lookup.versions_on(a.TODAY).get().last_day.year == 2028
    services.confirm(ref=held.run.ref, by=a.MANAGER, now=a.NOW)
    assert lookup.versions_on(a.TODAY).get().last_day.year == 2031
    services.undo(ref=held.run.ref, by=a.MANAGER, now=a.NOW)

    assert lookup.versions_on(a.TODAY).get().last_day.year == 2028
    assert set(Request.objects.values_list("step", flat=True)) == {"sent"}


def test_answers_with_faults_name_the_cell_and_store_nothing() -> None:
    unit = a.a_province()["X1"]
    one = a.accepted(a.a_request(unit, by=a.a_clerk(unit)), unit)
    batch = a.a_batch(one)

    held = answers(batch.ref, (one.ref, "chắc là rồi", "XYZ", "", "32/13/2026", "", ""), ("DN-KHAC", "đã cấp"))

    assert held.run is None
    assert {"B2", "C2", "E2", "A3"} <= {problem.cell for problem in held.problems}


def test_whoever_handed_in_never_approves_and_another_units_request_is_not_found() -> None:
    place = a.a_province()
    both = a.a_person("both", place["X1"], "see certificates", "ask for certificates", "approve certificates")
    one = a.a_request(place["X1"], by=both)
    services.submit(ref=one.ref, by=both, now=a.NOW)

    with pytest.raises(Refused, match="four_eyes"):
        services.approve(ref=one.ref, by=both, now=a.NOW)
    with pytest.raises(Refused, match="unknown_request"):
        services.approve(ref=one.ref, by=a.a_head(place["X2"]), now=a.NOW)

    one.refresh_from_db()
    assert one.step == "submitted"


def test_a_form_sent_twice_makes_one_request_and_a_certificate_has_one_under_way() -> None:
    unit = a.a_province()["X1"]
    clerk, old = a.a_clerk(unit), a.a_certificate(unit)
    common: dict[str, Any] = {"ask": "renew", "unit": unit, "values": {"years": "1"}, "by": clerk, "now": a.NOW}

    first = services.draft(certificate=old.certificate.ref, key="k", **common)
    again = services.draft(certificate=old.certificate.ref, key="k", **common)
    with pytest.raises(Refused, match="already_asked"):
        services.draft(certificate=old.certificate.ref, key="khác", **common)

    assert first.pk == again.pk
    assert Request.objects.count() == 1


def test_an_incomplete_request_is_not_handed_in() -> None:
    unit = a.a_province()["X1"]
    one = a.a_request(unit, by=a.a_clerk(unit), id_number="12")

    with pytest.raises(Refused, match="9 hoặc 12 chữ số"):
        services.submit(ref=one.ref, by=a.a_clerk(unit), now=a.NOW)


def test_a_step_is_due_in_working_days_and_is_late_afterwards() -> None:
    unit = a.a_province()["X1"]
    one = a.a_request(unit, by=a.a_clerk(unit))

    services.submit(ref=one.ref, by=a.a_clerk(unit), now=a.NOW)

    one.refresh_from_db()
    assert one.due_at is not None
    assert (one.due_at - a.NOW).days == 2
    assert list(queries.late_requests(a.NOW)) == []
    assert list(queries.late_requests(one.due_at.replace(year=2027))) == [one]


def test_steps_out_of_order_are_refused_by_the_database_itself() -> None:
    unit = a.a_province()["X1"]
    one = a.a_request(unit, by=a.a_clerk(unit))

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT was, next FROM unnest(%s::text[]) was, unnest(%s::text[]) next"
            " WHERE certificates_may_follow(was, next)",
            [list(RequestStep), list(RequestStep)],
        )
        allowed = set(cursor.fetchall())
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=one.pk).update(step="accepted")

    assert allowed == {(was, step) for was, following in TRANSITIONS.items() for step in following}
