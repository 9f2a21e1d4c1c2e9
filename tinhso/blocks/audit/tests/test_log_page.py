from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tinhso.blocks.audit import pages, queries, services
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.audit.tests.test_chain import as_an_intruder, seal
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden

pytestmark = pytest.mark.django_db
INSPECTOR = Actor(ref="NG-TRA", name="Thanh tra", everywhere=frozenset({"see audit"}))
LAN = Actor(ref="NG-LAN", name="Cô Lan", address="203.0.113.7")
HOA = Actor(ref="NG-HOA", name="Cô Hoa")


def look(by: Actor = INSPECTOR, **asked: Any) -> HttpResponse:
    request = RequestFactory().get("/audit/", asked)
    request.actor = by  # type: ignore[attr-defined]
    return pages.audit_log_page(request)


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_only_who_may_see_the_log_sees_it() -> None:
    with pytest.raises(Forbidden):
        look(by=LAN)


def test_an_entry_shows_who_from_where_and_each_value_before_and_after() -> None:
    services.record(
        by=LAN, did="corrected", to=("returns", "BC-1"), before={"so": 1483, "tên": "a"}, after={"so": 1542, "tên": "a"}
    )

    page = text_of(look())

    assert "Cô Lan" in page
    assert "203.0.113.7" in page
    assert "<del>1483</del> → 1542" in page
    assert "<dt>tên" not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"actor": "NG-LAN"}, {"BC-1", "BC-2"}),
        ({"actor": "hoa"}, {"BC-3"}),
        ({"did": "approved"}, {"BC-2", "BC-3"}),
        ({"did": "approved", "actor": "NG-LAN"}, {"BC-2"}),
        ({"subject": "BC-3"}, {"BC-3"}),
        ({"did": "không có việc này"}, {"BC-1", "BC-2", "BC-3"}),
    ],
)
def test_the_log_is_narrowed_by_who_what_and_to_what(asked: dict[str, str], found: set[str]) -> None:
    services.record(by=LAN, did="handed in", to=("returns", "BC-1"))
    services.record(by=LAN, did="approved", to=("returns", "BC-2"))
    services.record(by=HOA, did="approved", to=("returns", "BC-3"))

    form = pages.AuditFilterForm(asked)

    assert {entry.subject for entry in form.entries()} == found


def test_days_are_days_in_viet_nam_and_the_last_is_included() -> None:
    for hour, subject in ((16, "trước nửa đêm"), (18, "sau nửa đêm")):
        Entry.objects.create(
            at=datetime(2026, 11, 22, hour, tzinfo=UTC), actor="x", actor_name="x", did="d", subject=subject
        )

    def on(since: str, until: str) -> list[str]:
        return [entry.subject for entry in pages.AuditFilterForm({"since": since, "until": until}).entries()]

    assert on("2026-11-22", "2026-11-22") == ["trước nửa đêm"]
    assert on("2026-11-23", "2026-11-23") == ["sau nửa đêm"]


def test_fifty_entries_a_page() -> None:
    for number in range(51):
        services.record(by=LAN, did="approved", to=("returns", f"BC-{number:02}"))

    first, second = text_of(look()), text_of(look(page=2))

    assert "BC-50" in first
    assert "BC-00" not in first
    assert "BC-00" in second


def test_the_acts_to_choose_from_are_those_in_the_log() -> None:
    for act in ("b", "a", "b", "c"):
        services.record(by=LAN, did=act, to=("returns", "BC-1"))

    assert queries.kinds_of_act() == ["a", "b", "c"]


def test_a_check_says_whole_or_names_the_broken_position() -> None:
    for number in range(3):
        services.record(by=LAN, did="approved", to=("returns", f"BC-{number}"))
    seal()

    whole = text_of(look(verify=1))
    seal()
    with as_an_intruder() as do:
        do("UPDATE audit_entry SET did = 'rejected' WHERE position = 2")
    broken = text_of(look(verify=1))

    assert "Nguyên vẹn" in whole
    assert "đứt ở vị trí 2" in broken


def test_who_reads_the_log_is_in_the_log() -> None:
    look(did="approved")

    entry = Entry.objects.get(did="viewed")
    assert entry.actor == INSPECTOR.ref
    assert entry.after == {"why": "did=approved"}


def test_text_in_an_entry_is_never_markup() -> None:
    services.record(by=LAN, did="<script>", to=("returns", "<b>"), after={"<i>": "<img src=x>"})

    page = text_of(look())

    assert "<img src=x>" not in page
    assert "<td><b>" not in page
