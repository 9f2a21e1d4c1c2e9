"""A swap is given once to one person, one number and one handset; and never more of them than there are."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.support.races import run_at_once
from tinhso.kernel.errors import Refused
from tinhso.society.support import services
from tinhso.society.support.contract import ApplicationState
from tinhso.society.support.models import Application, BatchLine, Claim, Delivery, Person, Programme, Quota
from tinhso.society.support.queries import lookup, secrets
from tinhso.society.support.services import paying
from tinhso.society.support.tests import makers
from tinhso.society.support.tests.makers import CITIZEN, MONDAY, an_imei

HANDS = 20


@pytest.mark.django_db
@pytest.mark.parametrize("same", ["number", "phone", "imei"])
def test_a_swap_is_given_once_to_one_person_one_number_and_one_handset(same: str) -> None:
    programme = makers.a_programme(makers.a_place())
    first = makers.a_draft(1)
    makers.submitted(programme, 1)

    with pytest.raises(Refused, match="given_once"):
        makers.submitted(programme, 2, **{same: getattr(first, same)})

    assert Application.objects.count() == 1


@pytest.mark.django_db
def test_numbers_are_the_same_however_they_are_written_and_claimed_again_after_a_refusal() -> None:
    place = makers.a_place()
    programme = makers.a_programme(place)
    one = makers.submitted(programme, 1, phone="+84 912 000 001")

    with pytest.raises(Refused, match="given_once"):
        makers.submitted(programme, 2, phone="0912.000.001")
    services.refuse_application(ref=one.ref, why=makers.WHY, by=makers.a_chief(place.west), now=MONDAY)
    again = makers.submitted(programme, 2, phone="0912.000.001")

    assert again.state == ApplicationState.SUBMITTED
    assert set(Claim.objects.filter(application=one).values_list("live", flat=True)) == {False}


@pytest.mark.django_db
def test_another_programme_may_help_the_same_person_and_its_marks_tell_nothing_of_this_one() -> None:
    place = makers.a_place()
    one, other = makers.a_programme(place), makers.a_programme(place, code="may-4g-2")

    for programme in (one, other):
        makers.submitted(programme, 1)

    marks = {claim.mark for claim in Claim.objects.all()}
    assert len(marks) == 6
    assert secrets.claim_mark(one, "person", "083000000001") in marks
    assert not any("083000000001" in repr(bytes(sealed)) for sealed in Person.objects.values_list("sealed", flat=True))


@pytest.mark.django_db
def test_marks_outlive_the_systems_secret(settings: Any) -> None:
    programme = makers.a_programme(makers.a_place())
    one = makers.submitted(programme, 1)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another secret of the system", [settings.SECRET_KEY]

    services.seal_keys_again(by=makers.a_manager())
    settings.SECRET_KEY_FALLBACKS = []
    programme = Programme.objects.get()

    with pytest.raises(Refused, match="given_once"):
        makers.submitted(programme, 1)
    assert secrets.unseal_personal(programme, one.person.sealed)["name"] == "Nguyễn Thị Hoa"


@pytest.mark.django_db
def test_what_waits_for_its_code_keeps_nobody_from_a_benefit() -> None:
    programme = makers.a_programme(makers.a_place())
    stranger = makers.an_application(programme, 1, phone="0999999999")

    makers.submitted(programme, 1)

    with pytest.raises(Refused, match="given_once"):
        services.confirm_phone(ref=stranger.ref, code=secrets.code_of(stranger, 1), by=CITIZEN, now=MONDAY)
    stranger.refresh_from_db()
    assert stranger.state == ApplicationState.UNCONFIRMED
    assert services.expire_unconfirmed(by=makers.a_manager(), now=MONDAY + timedelta(days=2)) == 1
    assert not Application.objects.filter(pk=stranger.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_twenty_who_use_the_same_number_at_once_get_one_swap() -> None:
    programme = makers.a_programme(makers.a_place(), pieces=50)

    found = run_at_once(*[partial(makers.submitted, programme, n, number="083000000099") for n in range(1, HANDS + 1)])

    assert sorted(map(str, found)).count("given_once") == HANDS - 1
    assert Application.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_twenty_approved_at_once_only_the_last_three_pieces_are_given() -> None:
    place = makers.a_place()
    programme = makers.a_programme(place, pieces=3)
    refs = [makers.submitted(programme, n).ref for n in range(HANDS)]

    found = run_at_once(
        *[partial(services.approve_application, ref=ref, by=makers.a_chief(place.west), now=MONDAY) for ref in refs]
    )

    line = Quota.objects.get()
    assert found.count("quota_used_up") == HANDS - 3
    assert (line.used_pieces, line.used_money) == (3, 3_000_000)
    assert Application.objects.filter(state=ApplicationState.APPROVED).count() == 3


@pytest.mark.django_db(transaction=True)
def test_money_runs_out_before_pieces_do() -> None:
    place = makers.a_place()
    programme = makers.a_programme(place, pieces=10, budget=2_500_000, lines={place.west: 2})
    services.set_quota(code="may-4g", unit=place.west, pieces=10, money=2_500_000, by=makers.a_manager())
    refs = [makers.submitted(programme, n).ref for n in range(4)]

    found = run_at_once(
        *[partial(services.approve_application, ref=ref, by=makers.a_chief(place.west), now=MONDAY) for ref in refs]
    )

    assert found.count("quota_used_up") == 2
    assert Quota.objects.get().used_money == 2_000_000


@pytest.mark.django_db(transaction=True)
def test_a_delivery_and_a_batch_asked_for_many_times_at_once_happen_once() -> None:
    place = makers.a_place()
    programme = makers.a_programme(place)
    one, file, clerk = makers.approved(programme), makers.a_file(), makers.a_clerk(place.west)

    def deliver() -> Any:
        imei = an_imei(1, "99000102")
        return services.record_delivery(ref=one.ref, on=MONDAY.date(), by=clerk, now=MONDAY, proof=file, imei=imei).pk

    handed = run_at_once(*[deliver] * 6)
    made = run_at_once(*[lambda: services.make_batch(code="may-4g", by=makers.a_manager(), now=MONDAY).ref] * 6)

    assert handed.count("not_now") == 5
    assert made.count("nothing_to_pay") == 5
    assert (Delivery.objects.count(), BatchLine.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_device_is_not_given_twice_and_the_one_given_back_is_not_given_again() -> None:
    place = makers.a_place()
    programme = makers.a_programme(place)
    makers.delivered(programme, 1)
    other, file = makers.approved(programme, 2), makers.a_file()

    for imei in (an_imei(1, "99000102"), an_imei(1)):
        with pytest.raises(Refused, match="given_once"):
            services.record_delivery(
                ref=other.ref, on=MONDAY.date(), by=makers.a_clerk(place.west), now=MONDAY, proof=file, imei=imei
            )


@pytest.mark.django_db
def test_a_withdrawal_gives_its_piece_back_and_the_database_lets_nobody_count_by_hand() -> None:
    programme = makers.a_programme(makers.a_place())
    one = makers.approved(programme)
    assert Quota.objects.get().used_pieces == 1

    services.withdraw_application(ref=one.ref, key=secrets.key_of(one), by=CITIZEN, now=MONDAY)

    assert Quota.objects.get().used_pieces == 0
    with pytest.raises(IntegrityError, match="counted"), transaction.atomic():
        Quota.objects.update(used_pieces=4)


@pytest.mark.django_db
def test_lines_never_give_more_than_the_programme_has() -> None:
    place = makers.a_place()
    makers.a_programme(place, lines={place.west: 6})
    by = makers.a_manager()

    with pytest.raises(Refused, match="over_budget"):
        services.set_quota(code="may-4g", unit=place.east, pieces=5, money=5_000_000, by=by)
    with pytest.raises(Refused, match="over_budget"):
        services.change_programme(code="may-4g", values={"pieces": 5}, by=by)
    services.set_quota(code="may-4g", unit=place.east, pieces=4, money=4_000_000, by=by)

    assert dict(Quota.objects.values_list("unit__ref", "pieces")) == {"W": 6, "E": 4}


@pytest.mark.django_db
def test_a_commune_draws_from_its_own_line_else_from_the_one_above() -> None:
    place = makers.a_place()
    programme = makers.a_programme(place, lines={place.west: 6, place.agency: 4})

    lines = {unit.ref: lookup.line_for(programme, unit) for unit in (place.west, place.east)}

    assert {ref: line.unit.ref for ref, line in lines.items() if line is not None} == {"W": "W", "E": "T-SO"}


@pytest.mark.django_db
def test_a_batch_keeps_its_sum_and_each_line_is_settled_once() -> None:
    programme = makers.a_programme(makers.a_place())
    for number in (1, 2, 3):
        makers.delivered(programme, number)
    by = makers.a_manager()

    batch = services.make_batch(code="may-4g", by=by, now=MONDAY)
    services.settle_lines(
        ref=batch.ref, numbers=[2], paid=False, why="sai tài khoản", on=MONDAY.date(), by=by, now=MONDAY
    )
    services.settle_lines(ref=batch.ref, numbers=[], paid=True, why="", on=MONDAY.date(), by=by, now=MONDAY)
    again = services.make_batch(code="may-4g", by=by, now=MONDAY)

    lines = list(batch.lines.order_by("number").values_list("number", "application__ref", "amount"))
    assert batch.control == paying.control_of(lines)
    assert (batch.count, batch.total, again.count) == (3, 3_000_000, 1)
    assert again.lines.get().application_id == batch.lines.get(number=2).application_id
    with pytest.raises(Refused, match="settled_before"):
        services.settle_lines(ref=batch.ref, numbers=[1], paid=True, why="", on=MONDAY.date(), by=by, now=MONDAY)
    for change in ({"total": 1}, {"control": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(batch).objects.filter(pk=batch.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        batch.lines.filter(number=1).update(amount=5)
