"""Two who act on one directive at the same moment: one is heard, the other is told that it is over."""

import pytest

from tests.support.races import run_at_once
from tinhso.government.programme import services
from tinhso.government.programme.models import Directive
from tinhso.government.programme.tests.makers import FRIDAY, MONDAY, Place, a_directive, a_place


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_and_ask_again_at_once_only_one_is_heard() -> None:
    place: Place = a_place()
    one, leader = a_directive(place), place.by("leader")
    words = "Theo ý kiến của tôi."
    services.answer(ref=one.ref, words="Đã làm xong.", by=place.by("clerk"), now=MONDAY)

    outcomes = run_at_once(
        lambda: services.close(ref=one.ref, words=words, by=leader, now=MONDAY).ref,
        lambda: services.ask_again(ref=one.ref, words=words, by=leader, now=MONDAY).ref,
    )

    assert sorted(outcomes) == sorted([one.ref, "not_now"])
    assert Directive.objects.get(pk=one.pk).entries.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_form_for_several_things_that_is_sent_twice_at_once_gives_each_once() -> None:
    place: Place = a_place()
    requests = [{"title": "Kiểm tra tại chỗ", "unit": ref, "about": f"place:{ref}"} for ref in ("SO", "W")]

    def give() -> str:
        given = services.give_directives(
            requests=requests, words="Nêu ngày xong.", due_on=FRIDAY, by=place.by("leader"), now=MONDAY
        )
        return str(len(given))

    assert sorted(run_at_once(give, give)) == ["2", "already_given"]
    assert Directive.objects.count() == 2
