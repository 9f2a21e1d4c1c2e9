"""Two who act on one directive at the same moment: one is heard, the other is told that it is over."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from tinhso.government.programme import services
from tinhso.government.programme.models import Directive
from tinhso.government.programme.tests.makers import MONDAY, Place, a_directive, a_place
from tinhso.kernel.errors import Refused


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_and_ask_again_at_once_only_one_is_heard() -> None:
    place: Place = a_place()
    one, leader = a_directive(place), place.by("leader")
    services.answer(ref=one.ref, words="Đã làm xong.", by=place.by("clerk"), now=MONDAY)
    ready = Barrier(2)

    def act(name: str) -> str:
        ready.wait()
        try:
            getattr(services, name)(ref=one.ref, words="Theo ý kiến của tôi.", by=leader, now=MONDAY)
        except Refused as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as both:
        outcomes = list(both.map(act, ("close", "ask_again")))

    assert sorted(outcomes) == ["done", "not_now"]
    assert Directive.objects.get(pk=one.pk).entries.count() == 3
