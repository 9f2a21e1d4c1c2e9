"""Documents to sign on the worklist over all systems."""

import pytest

from tinhso.blocks.signature_requests.tests import makers
from tinhso.blocks.worklist.tests.makers import ticks_of, work_of
from tinhso.kernel import clock

pytestmark = pytest.mark.django_db


def test_a_document_waits_for_the_one_whose_turn_it_is() -> None:
    office = makers.an_office()
    one = makers.sent(office, office.head, office.chairman)

    assert work_of(office.head, clock.now()) == [("signing", one.ref, "Ký")]
    assert ticks_of(office.head, clock.now()) == [one.ref]
    assert work_of(office.chairman, clock.now()) == []
    assert work_of(office.clerk, clock.now()) == []
    assert work_of(office.stranger, clock.now()) == []
