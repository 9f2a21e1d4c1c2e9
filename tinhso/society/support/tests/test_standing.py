"""How programmes stand: numbers of all of them are read together."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tinhso.society.support.queries import lookup, standing
from tinhso.society.support.tests import makers

pytestmark = pytest.mark.django_db


def test_many_programmes_are_counted_in_as_many_statements_as_one() -> None:
    place = makers.a_place()
    makers.a_programme(place, code="first", pieces=10)
    makers.a_programme(place, code="second", pieces=20)
    programmes = list(lookup.programmes())

    with CaptureQueriesContext(connection) as asked:
        found = standing.programme_totals(programmes)

    assert {one.programme.code: (one.pieces, one.left, one.waiting) for one in found} == {
        "first": (10, 10, 0),
        "second": (20, 20, 0),
    }
    assert len(asked) == 1
