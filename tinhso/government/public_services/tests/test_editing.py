"""One procedure edited on a page: read as files are, looked at first, refused when somebody else was quicker."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.support.races import run_at_once
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.cases.contract import Channel
from tinhso.blocks.cases.services import receive_case
from tinhso.blocks.cases.tests import makers as cases
from tinhso.government.public_services import queries, services
from tinhso.government.public_services.models import Import, Version
from tinhso.government.public_services.pages.blanks import SECTIONS
from tinhso.government.public_services.procedures import Procedures
from tinhso.government.public_services.queries import editing, exports, shape
from tinhso.government.public_services.tests import makers as a
from tinhso.government.public_services.tests.test_pages import official, visitor
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

__all__ = ["official", "visitor"]
pytestmark = pytest.mark.django_db
OTHER = Actor(ref="N2", name="Người khác", everywhere=frozenset({"manage procedures"}))
DECISION = {"decision_number": "9/QĐ-UBND", "decision_date": "2025-06-20", "decision_agency": "Chủ tịch UBND tỉnh"}
ONE_CASE = {"code": "1", "unit": "day"}
END = a.END


def next_version(**changes: Any) -> dict[str, Any]:
    """What a keeper types over the newest version to make the next one."""
    last = editing.newest_version(queries.procedure_by_code("HT-01"))
    return editing.next_after(last) | DECISION | {"effective_from": "2025-07-01"} | changes


def look(
    *, by: Actor = a.KEEPER, mark: str | None = None, now: datetime = a.LATER, **changes: Any
) -> services.EditOutcome:
    """Ask what a next version would change."""
    seen = editing.procedure_mark("HT-01") if mark is None else mark
    return services.hold_edit(given=next_version(**changes), code="HT-01", mark=seen, by=by, now=now)


def confirmed(looked: services.EditOutcome, by: Actor = a.KEEPER, **later: int) -> Import:
    assert looked.run is not None, looked.faults
    return services.confirm_import(
        ref=looked.run.ref, by=by, now=looked.run.at + timedelta(**(later or {"minutes": 1}))
    )


def faults_of(looked: services.EditOutcome) -> dict[str, str]:
    return {"-".join(map(str, fault.path)): fault.why for fault in looked.faults}


def test_a_next_version_is_shown_first_and_then_follows_the_former() -> None:
    a.put(a.a_document())

    looked = look(name="Khai sinh")
    before = queries.version_on("HT-01", date(2025, 7, 1))
    run = confirmed(looked)

    assert before is not None
    assert before.name == "Đăng ký khai sinh"
    assert [(one["kind"], one["since"]) for one in run.report] == [("version", "2025-07-01")]
    assert ["name", "Đăng ký khai sinh", "Khai sinh"] in run.report[0]["fields"]
    assert [one.name for one in queries.procedure_versions("HT-01")] == ["Khai sinh", "Đăng ký khai sinh"]
    entry = Entry.objects.filter(did="changed procedures").latest("pk")
    assert (entry.actor, entry.subject) == (a.KEEPER.ref, run.ref)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"decision_number": ""}, {"decision_number"}),
        ({"decision_date": "", "decision_agency": " "}, {"decision_date", "decision_agency"}),
        ({"effective_from": ""}, {"effective_from"}),
        ({"online": "part"}, {"part_reason", "part_rule"}),
        ({"papers": [{"name": "Tờ khai", "original": "một", "case": "9"}]}, {"papers-0-original", "papers-0-case"}),
        ({"cases": [{**ONE_CASE, "fees": [{"amount": "x"}]}]}, {"cases-0-fees-0-name", "cases-0-fees-0-amount"}),
    ],
)
def test_what_is_wrong_is_said_in_its_place_and_nothing_waits(changes: dict[str, Any], where: set[str]) -> None:
    a.put(a.a_document())

    looked = look(**changes)

    assert looked.run is None
    assert set(faults_of(looked)) == where
    assert not Import.objects.exists()


def test_of_two_who_edit_at_once_the_slower_is_refused_whenever_they_look() -> None:
    a.put(a.a_document())
    opened = editing.procedure_mark("HT-01")
    quick, slow = look(name="Nhanh"), look(name="Chậm", by=OTHER)

    confirmed(quick)

    with pytest.raises(Refused, match="changed_since"):
        confirmed(slow, OTHER, minutes=2)
    with pytest.raises(Refused, match="changed_since"):
        look(name="Chậm", by=OTHER, mark=opened)
    with pytest.raises(Refused, match="changed_since"):
        services.hold_end(given={"last_day": "2030-01-01", **END}, code="HT-01", mark=opened, by=OTHER, now=a.LATER)
    assert queries.procedure_versions("HT-01")[0].name == "Nhanh"


def test_a_change_elsewhere_in_the_catalogue_refuses_nobody() -> None:
    a.put(a.a_document(), a.a_document(code="B"))
    looked = look(name="Khai sinh")

    a.put(a.a_document(code="B", name="Khác"), now=a.LATER)

    assert confirmed(looked).state == Import.State.DONE


@pytest.mark.django_db(transaction=True)
def test_two_yeses_in_the_same_moment_make_one_version() -> None:
    a.put(a.a_document())
    waiting = [(look(name="Một"), a.KEEPER), (look(name="Hai", by=OTHER), OTHER)]

    ends = sorted(run_at_once(*(lambda one=one: str(confirmed(*one).state) for one in waiting)))

    assert ends == ["changed_since", "done"]
    assert len(queries.procedure_versions("HT-01")) == 2


def test_a_correction_keeps_its_day_and_what_was_known_stays() -> None:
    a.put(a.a_document())
    given = editing.document_of(a.the_version("HT-01-20240901")) | {"name": "Khai sinh"}

    looked = services.hold_edit(
        given=given, code="HT-01", mark=editing.procedure_mark("HT-01"), by=a.KEEPER, now=a.LATER
    )
    run = confirmed(looked)
    services.undo_import(ref=run.ref, by=OTHER, now=a.LATER + timedelta(days=1))

    assert run.report[0]["fields"] == [["name", "Đăng ký khai sinh", "Khai sinh"]]
    assert queries.version_by_ref("HT-01-20240901", known_at=a.LATER + timedelta(hours=1)).name == "Khai sinh"
    assert queries.version_by_ref("HT-01-20240901").name == "Đăng ký khai sinh"


def test_a_new_procedure_takes_no_code_that_is_in_use() -> None:
    a.put(a.a_document(aliases=["CU-1"]))
    given = a.a_document(code="MOI")

    taken = [
        faults_of(services.hold_edit(given=given | {"code": code}, code="", mark="", by=a.KEEPER, now=a.LATER))
        for code in ("HT-01", "CU-1", "")
    ]
    twice = [services.hold_edit(given=given, code="", mark="", by=by, now=a.LATER) for by in (a.KEEPER, OTHER)]
    confirmed(twice[0])

    assert [set(one) for one in taken] == [{"code"}] * 3
    assert "đã có thủ tục" in taken[1]["code"]
    with pytest.raises(Refused, match="changed_since"):
        confirmed(twice[1], OTHER, minutes=2)


def test_an_ended_procedure_is_in_force_to_its_last_day_and_names_the_decision() -> None:
    a.put(a.a_document())
    mark = editing.procedure_mark("HT-01")

    run = confirmed(
        services.hold_end(given={"last_day": "31/12/2024", **END}, code="HT-01", mark=mark, by=a.KEEPER, now=a.LATER)
    )

    assert run.report[0]["kind"] == "ended"
    last = queries.version_on("HT-01", date(2024, 12, 31))
    assert last is not None
    assert (last.ended_by_number, last.decision_number) == ("7/QĐ-UBND", "1/QĐ-UBND")
    assert queries.version_on("HT-01", date(2025, 1, 1)) is None


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"last_day": ""}, {"last_day"}),
        ({"last_day": "hôm qua"}, {"last_day"}),
        ({"last_day": "2024-08-31"}, {"last_day"}),
        ({"last_day": "9999-12-31"}, {"last_day"}),
        ({"ended_by_number": "", "ended_by_agency": ""}, {"ended_by_number", "ended_by_agency"}),
        ({"ended_by_date": "mai"}, {"ended_by_date"}),
    ],
)
def test_an_end_needs_a_day_after_the_beginning_and_a_decision(changes: dict[str, str], where: set[str]) -> None:
    a.put(a.a_document())
    given = {"last_day": "2024-12-31", **END, **changes}

    looked = services.hold_end(
        given=given, code="HT-01", mark=editing.procedure_mark("HT-01"), by=a.KEEPER, now=a.LATER
    )

    assert set(faults_of(looked)) == where


def test_the_decision_that_ended_a_procedure_leaves_and_comes_back_with_the_files() -> None:
    a.put(a.a_document(effective_to="2025-01-01", **END))
    [fault] = faults_of(look(effective_to="", **END)).items()

    again = a.put(*exports.known_documents(), now=a.LATER)

    assert [change.kind for change in again.plan.changes] == ["same"]
    assert fault == ("effective_to", "đã ghi quyết định hết hiệu lực thì phải ghi ngày hết hiệu lực")


def test_a_dossier_keeps_the_version_under_which_it_was_filed() -> None:
    a.put(a.a_document())
    unit = cases.a_unit("28777", "Xã An")
    offer = Procedures().options("HT-01", day=cases.MONDAY.date(), channel=Channel.IN_PERSON)[1]
    dossier = receive_case(
        filing=replace(cases.a_filing(unit), offer=offer), by=cases.a_receiver(unit), now=cases.MONDAY
    )
    slower = [{"code": "2", "duration": "9", "unit": "working_day"}]

    tuesday = cases.MONDAY + timedelta(days=1)

    confirmed(look(name="Khai sinh", cases=slower, papers=[], effective_from="2026-11-01", now=tuesday))
    until, mark = {"last_day": "2026-11-20", **END}, editing.procedure_mark("HT-01")
    confirmed(services.hold_end(given=until, code="HT-01", mark=mark, by=a.KEEPER, now=tuesday + timedelta(hours=1)))

    dossier.refresh_from_db()
    kept = queries.version_by_ref(dossier.version, known_at=cases.MONDAY)
    assert (dossier.version, dossier.name, kept.name) == ("HT-01-20240901", "Đăng ký khai sinh", "Đăng ký khai sinh")
    assert queries.procedure_cases(kept)[1].duration == Decimal(5)


def test_who_has_not_the_right_looks_at_nothing_and_confirms_nothing() -> None:
    a.put(a.a_document())
    looked = look()
    clerk = Actor(ref="N3", name="Cán bộ", everywhere=frozenset({"see indicators"}))

    with pytest.raises(Forbidden):
        look(by=clerk)
    with pytest.raises(Forbidden):
        services.hold_end(given=END, code="HT-01", mark="", by=clerk, now=a.LATER)
    with pytest.raises(Forbidden):
        confirmed(looked, clerk)


def test_every_column_has_one_place_on_the_page() -> None:
    placed = [key for _title, keys in SECTIONS for key in keys]

    assert sorted(placed) == sorted(column.key for column in shape.COLUMNS)


def fields_of(page: str) -> dict[str, list[str]]:
    """What a browser would send back from the page's form, buttons aside."""
    form = page.split('<form class="form stack"')[1].split("</form>")[0]
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        parts = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if parts["type"] != "checkbox" or " checked" in tag:
            sent.setdefault(parts["name"], []).append(unescape(parts["value"]))
    for name, inner in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        sent[name] = [unescape(inner)]
    for name, inner in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        sent[name] = re.findall(r'value="([^"]*)" selected', inner) or re.findall(r'value="([^"]*)"', inner)[:1]
    return sent


def test_a_page_sent_back_untouched_changes_nothing(official: Callable[..., Client]) -> None:
    partial = {"online": "part", "part_reason": "Phải ký\n“trước mặt”", "part_rule": "Luật <Hộ tịch>"}
    a.put(a.a_document(aliases=["CU-1"], conditions="Dòng 1\nDòng 2", **partial), now=a.LATER)
    keeper = official("manage procedures")
    address = "/procedures/HT-01/edit/"

    sent = fields_of(keeper.get(f"{address}?correct=1").content.decode())
    preview = keeper.post(address, {**sent, "do": "look"}, follow=True)

    assert [change["kind"] for change in Import.objects.get().report] == ["same"]
    assert "Không có gì khác với điều đang được biết" in preview.content.decode()


def test_rows_are_added_and_removed_without_script_and_what_was_typed_stays(official: Callable[..., Client]) -> None:
    keeper = official("manage procedures")
    address = "/procedures/HT-01/edit/"
    sent = fields_of(keeper.get(address).content.decode()) | {"name": ["Đang gõ dở"], "cases-0-name": ["Gõ <dở>"]}

    for act in ("add:papers", "add:cases", "add:cases-2-fees", "remove:cases-0-fees-0", "remove:papers-0"):
        answer = keeper.post(address, {**sent, "do": act})
        assert answer.status_code == 200, act
        sent = fields_of(answer.content.decode())

    assert (sent["name"], sent["cases-0-name"]) == (["Đang gõ dở"], ["Gõ <dở>"])
    assert [sent[f"papers-{at}-name"] for at in range(2)] == [["Giấy chứng sinh"], [""]]
    assert "papers-2-name" not in sent
    assert sent["cases-0-fees-0-amount"] == ["8000.5"]
    assert sent["cases-2-fees-0-area"] == [""]
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    "act", ["add:", "add:x", "remove:cases-999", "remove:papers-0-fees-0", "add:cases-0-x", "remove:cases", "add:fees"]
)
def test_a_button_of_nobody_is_harmless(official: Callable[..., Client], act: str) -> None:
    keeper = official("manage procedures")
    sent = fields_of(keeper.get("/procedures/HT-01/edit/").content.decode())

    answer = keeper.post("/procedures/HT-01/edit/", {**sent, "do": act})

    assert answer.status_code in (200, 422)


def test_a_version_is_typed_looked_at_gone_back_to_and_confirmed(official: Callable[..., Client]) -> None:
    keeper = official("manage procedures")
    address = "/procedures/HT-01/edit/"
    sent = fields_of(keeper.get(address).content.decode())

    wrong = keeper.post(address, {**sent, "do": "look"})
    typed = {**sent, **{key: [value] for key, value in DECISION.items()}, "effective_from": ["2035-07-01"]}
    preview = keeper.post(address, {**typed, "papers-0-name": ["Tờ khai mới"], "do": "look"})
    ref = Import.objects.get().ref
    again = fields_of(keeper.get(f"{address}?run={ref}").content.decode())
    done = keeper.post(f"/procedures/import/{ref}/act/", {"act": "confirm"}, follow=True)

    assert sent["decision_number"] == [""], "a next version has a decision of its own"
    assert wrong.status_code == 422
    named = re.findall(r'href="#f-([a-z_]+)"', wrong.content.decode())
    assert named == ["effective_from", *editing.DECISION], "in the order of the page"
    assert preview.headers["Location"] == f"/procedures/import/{ref}/"
    assert again["papers-0-name"] == ["Tờ khai mới"]
    assert "Đã ghi thay đổi vào danh mục." in done.content.decode()
    assert queries.procedure_versions("HT-01")[0].papers[0]["name"] == "Tờ khai mới"


def test_who_was_slower_keeps_what_was_typed_and_may_compare_afresh(official: Callable[..., Client]) -> None:
    keeper = official("manage procedures")
    address = "/procedures/HT-01/edit/?correct=1"
    sent = fields_of(keeper.get(address).content.decode()) | {"name": ["Khai sinh của tôi"]}
    a.put(a.a_document(field="Hộ tịch, chứng thực"), now=a.LATER)

    refused = keeper.post(address, {**sent, "do": "look"})
    afresh = keeper.post(address, {**fields_of(refused.content.decode()), "do": "afresh"})

    assert refused.status_code == 409
    assert "người khác đổi" in refused.content.decode()
    assert fields_of(refused.content.decode())["name"] == ["Khai sinh của tôi"]
    assert afresh.status_code == 302
    fields = {key for key, _old, _new in Import.objects.get().report[0]["fields"]}
    assert fields == {"name", "field"}


def test_an_end_is_typed_looked_at_and_confirmed_on_pages(official: Callable[..., Client]) -> None:
    keeper = official("manage procedures")
    mark = re.search(r'name="mark" value="([^"]+)"', keeper.get("/procedures/DD-1/end/").content.decode())
    assert mark is not None
    given = {"mark": mark[1], "last_day": "2035-12-31", **END}

    wrong = keeper.post("/procedures/DD-1/end/", {**given, "last_day": "2001-01-01"})
    preview = keeper.post("/procedures/DD-1/end/", given, follow=True).content.decode()
    ref = Import.objects.get().ref
    again = keeper.get(f"/procedures/DD-1/end/?run={ref}").content.decode()
    keeper.post(f"/procedures/import/{ref}/act/", {"act": "confirm"})

    assert wrong.status_code == 422
    assert 'href="#f-last_day"' in wrong.content.decode()
    assert "hết hiệu lực" in preview
    assert 'value="2035-12-31"' in again
    assert "7/QĐ-UBND" in keeper.get("/procedures/DD-1/").content.decode()
    assert Version.objects.get(ref="DD-1-20240901", known__upper_inf=True).effective.upper == date(2036, 1, 1)


@pytest.mark.parametrize("address", ["/procedures/new/", "/procedures/HT-01/edit/", "/procedures/HT-01/end/"])
def test_pages_are_for_who_keeps_the_catalogue(official: Callable[..., Client], address: str) -> None:
    clerk = official("see indicators")

    assert [clerk.get(address).status_code, clerk.post(address, {"do": "look"}).status_code] == [403, 403]
