"""A return from draft to publication, and everything that must not happen on the way."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tinhso.blocks.audit import queries as audit
from tinhso.blocks.outbox.models import Announcement
from tinhso.government.reporting import services
from tinhso.government.reporting.models import Return, Revision, Row
from tinhso.government.reporting.queries import detail, lateness
from tinhso.government.reporting.queries import returns as queries
from tinhso.government.reporting.tests import makers as a
from tinhso.kernel import periods
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.ui.round_trips import read_together

pytestmark = pytest.mark.django_db
LATER = a.NOW + timedelta(days=30)


def test_every_unit_owes_one_return_and_opening_twice_adds_none() -> None:
    a.a_province()
    form, month = a.a_data_set(a.POPULATION), periods.parse("2024-Q3")

    first = services.open_returns(data_set=form, period=month, by=a.MANAGER, now=a.NOW)
    second = services.open_returns(data_set=form, period=month, by=a.MANAGER, now=a.NOW)

    assert (first, second) == (2, 0)
    assert set(Return.objects.values_list("unit__ref", flat=True)) == {"X1", "X2"}


def test_a_return_goes_from_draft_to_publication_and_says_so() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    clerk, chief = a.a_person("A", units["VP"]), a.a_person("B", units["VP"])

    published = a.a_published(one, clerk, chief, nhan="100", xong="90")

    assert published.state == Return.State.PUBLISHED
    assert published.published_revision == published.revision
    assert [entry.did for entry in audit.history_of_subject("reporting.Return", one.ref)] == [
        "saved",
        "submitted",
        "approved",
        "published",
    ]
    names = list(Announcement.objects.filter(aggregate=f"return:{one.ref}").values_list("name", flat=True))
    assert sorted(names) == ["reporting.ReturnApproved", "reporting.ReturnPublished", "reporting.ReturnSubmitted"]


def test_who_handed_in_may_not_approve() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    clerk = a.a_person("A", units["VP"])
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan="1", xong="1"), by=clerk, now=a.NOW)
    services.submit(ref=one.ref, by=clerk, now=a.NOW)

    with pytest.raises(Forbidden) as refusal:
        services.approve(ref=one.ref, by=clerk, now=a.NOW)

    assert refusal.value.code == "four_eyes"


def test_a_right_elsewhere_is_no_right_here() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    stranger = a.a_person("C", units["X1"])

    for act in (services.approve, services.publish, services.submit):
        with pytest.raises(Forbidden):
            act(ref=one.ref, by=stranger, now=a.NOW)
    with pytest.raises(Forbidden):
        queries.visible_return(one.ref, by=stranger)


def test_a_broken_rule_keeps_a_draft_from_being_handed_in() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    clerk = a.a_person("A", units["VP"])
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan="90", xong="100"), by=clerk, now=a.NOW)

    with pytest.raises(Refused) as refusal:
        services.submit(ref=one.ref, by=clerk, now=a.NOW)

    assert refusal.value.code == "has_errors"
    assert "lớn hơn" in refusal.value.message
    assert queries.by_ref(one.ref).state == Return.State.DRAFT


def test_a_value_three_times_the_last_one_is_a_warning_that_stays_with_the_revision() -> None:
    units = a.a_province()
    form = a.a_data_set()
    clerk, chief = a.a_person("A", units["VP"]), a.a_person("B", units["VP"])
    a.a_published(a.a_return(form, units["VP"], "2024-08"), clerk, chief, nhan="10", xong="10")
    one = a.a_return(form, units["VP"])
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan="31", xong="10"), by=clerk, now=a.NOW)

    sent = services.submit(ref=one.ref, by=clerk, now=a.NOW)

    assert sent.revision is not None
    assert {warning["code"] for warning in sent.revision.warnings} == {"jump"}
    assert len(sent.revision.warnings) == 4


def test_official_figures_wait_for_the_end_of_the_period() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"], "2024-10")
    clerk = a.a_person("A", units["VP"])
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan="1", xong="1"), by=clerk, now=a.NOW)

    with pytest.raises(Refused) as refusal:
        services.submit(ref=one.ref, by=clerk, now=a.NOW)
    estimate = services.submit(ref=one.ref, by=clerk, now=a.NOW, status=Return.Status.ESTIMATE)

    assert refusal.value.code == "period_not_over"
    assert estimate.status == Return.Status.ESTIMATE


def test_a_return_sent_back_keeps_what_was_handed_in_beside_its_correction() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    clerk, chief = a.a_person("A", units["VP"]), a.a_person("B", units["VP"])
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan="5", xong="5"), by=clerk, now=a.NOW)
    services.submit(ref=one.ref, by=clerk, now=a.NOW)

    services.send_back(ref=one.ref, why="Thiếu xã Hai", by=chief, now=a.NOW)
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan="6", xong="5"), by=clerk, now=LATER)
    again = services.submit(ref=one.ref, by=clerk, now=LATER)

    assert again.times_sent_back == 1
    assert again.first_submitted_at == a.NOW
    assert [(r.number, r.why, r.sealed) for r in again.revisions.order_by("number")] == [
        (1, "", True),
        (2, "Thiếu xã Hai", True),
    ]
    assert again.revision is not None
    changed = detail.revision_changes(a.sheet_of(one), again.revision)
    assert {(change.field.code, change.before, change.after) for change in changed} == {("nhan", "5", "6")}


def test_a_revision_keeps_published_values_counting_until_the_new_ones_are() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    clerk, chief = a.a_person("A", units["VP"]), a.a_person("B", units["VP"])
    first = a.a_published(one, clerk, chief, nhan="5", xong="5").published_revision

    revised = services.revise(ref=one.ref, why="Tính thiếu", by=clerk, now=LATER)

    assert revised.published_revision == first
    assert a.sheet_of(one).values == queries.values_of(first)
    final = a.a_published(one, clerk, chief, LATER, nhan="6", xong="5")
    assert final.published_revision != first
    assert queries.values_of(first)[units["X1"].pk, "kenh=quay"]["nhan"] == "5"


def test_a_reason_is_asked_for() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    clerk, chief = a.a_person("A", units["VP"]), a.a_person("B", units["VP"])
    a.a_published(one, clerk, chief, nhan="5", xong="5")

    with pytest.raises(Refused) as refusal:
        services.revise(ref=one.ref, why="  ", by=clerk, now=LATER)

    assert refusal.value.code == "no_reason"


def test_the_database_refuses_to_touch_what_was_handed_in() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    a.a_published(one, a.a_person("A", units["VP"]), a.a_person("B", units["VP"]), nhan="5", xong="5")
    sealed = Revision.objects.get(parent=one)

    for touch in (
        lambda: Row.objects.filter(revision=sealed).update(values={"nhan": "9"}),
        lambda: Row.objects.filter(revision=sealed).delete(),
        lambda: Row.objects.create(revision=sealed, unit=units["X1"], member="x", values={}),
        lambda: Revision.objects.filter(pk=sealed.pk).update(sealed=False),
    ):
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            touch()


def test_only_the_person_it_was_given_to_may_fill_in_that_one_return() -> None:
    units = a.a_province()
    form = a.a_data_set()
    one, other = a.a_return(form, units["VP"]), a.a_return(form, units["VP"], "2024-08")
    chief, helper = a.a_person("B", units["VP"]), a.a_person("D", units["X1"])
    services.delegate(ref=one.ref, to="D", to_name="Cán bộ D", by=chief, now=a.NOW)

    saved = services.save_draft(ref=one.ref, entries=a.entries(one, nhan="1", xong="1"), by=helper, now=a.NOW)

    assert saved.revision is not None
    with pytest.raises(Forbidden):
        services.save_draft(ref=other.ref, entries=a.entries(other, nhan="1"), by=helper, now=a.NOW)


def test_saving_one_row_leaves_the_others_alone() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    clerk = a.a_person("A", units["VP"])
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan="5", xong="5"), by=clerk, now=a.NOW)

    row = services.RowEntry(units["X1"].pk, "kenh=quay", {"nhan": "8", "xong": ""})
    services.save_draft(ref=one.ref, entries=[row], by=clerk, now=a.NOW, whole=False)

    values = a.sheet_of(one).values
    assert values[units["X1"].pk, "kenh=quay"] == {"nhan": "8"}
    assert values[units["X2"].pk, "kenh=mang"] == {"nhan": "5", "xong": "5"}
    assert Revision.objects.filter(parent=one).count() == 1


@pytest.mark.parametrize(
    ("unit", "member", "values", "code"),
    [
        ("KX", "kenh=quay", {"nhan": "1"}, "foreign_unit"),
        ("X1", "kenh=thu", {"nhan": "1"}, "unknown_member"),
        ("X1", "kenh=quay", {"khac": "1"}, "unknown_field"),
        ("X1", "kenh=quay", {"nhan": "1.5"}, "not_a_number"),
        ("X1", "kenh=quay", {"nhan": "NaN"}, "not_a_number"),
    ],
)
def test_what_does_not_belong_to_a_return_is_refused(unit: str, member: str, values: dict[str, str], code: str) -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    entry = services.RowEntry(units[unit].pk, member, values)

    with pytest.raises(Refused) as refusal:
        services.save_draft(ref=one.ref, entries=[entry], by=a.a_person("A", units["VP"]), now=a.NOW)

    assert refusal.value.code == code


def test_parts_that_do_not_make_the_whole_are_an_error_in_the_row() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(a.POPULATION), units["X1"], "2024-Q3")
    clerk = a.a_person("A", units["X1"])
    services.save_draft(ref=one.ref, entries=a.entries(one, nam="5", nu="6", tong="12"), by=clerk, now=a.NOW)

    problems = a.sheet_of(one).problems()

    assert [(problem.code, problem.column) for problem in problems] == [("sum_equals", "tong")]


def test_who_is_late_is_counted_by_unit_and_by_data_set() -> None:
    units = a.a_province()
    a.a_return(a.a_data_set(a.POPULATION), units["X1"], "2024-Q3")
    one = a.a_return(a.a_data_set(), units["VP"])
    a.a_published(one, a.a_person("A", units["VP"]), a.a_person("B", units["VP"]), nhan="5", xong="5")

    groups = lateness.by_unit(LATER)

    assert {(group.code, group.late) for group in groups} == {("X1", 1), ("X2", 1)}
    assert [(group.code, group.late) for group in lateness.by_data_set(LATER)] == [("DS", 2)]
    assert [(group.code, group.name) for group in lateness.by_agency(LATER)] == [("VP", "Văn phòng")]
    assert lateness.by_unit(a.NOW, [units["VP"].pk]) == []
    assert [
        item.unit for item in read_together([lateness.late_attention(frozenset({units["X2"].pk}), LATER, 5)])[0]
    ] == ["X2"]
