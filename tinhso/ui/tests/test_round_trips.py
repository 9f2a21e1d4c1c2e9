"""Several questions travel together, and each gets the answer that it would have got alone."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db.models import Count, DecimalField, Max, Q, QuerySet, Value
from django.db.models.functions import TruncDate

from tinhso.kernel.reads import DeferredRead
from tinhso.ui.round_trips import count_together, read_together, totals_read

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 12, 2, 8, 30, 0, 120_000, tzinfo=UTC)


@pytest.fixture
def sessions() -> QuerySet[Session]:
    """Three sessions, of which two end at the same moment."""
    for key, ends in (("a%", MORNING), ("b", MORNING), ("c", MORNING.replace(year=2027))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    return Session.objects.all()


def rows_of(queryset: QuerySet[Any, Any]) -> DeferredRead[list[dict[str, Any]]]:
    """A read that gives its rows as they are."""
    return DeferredRead(queryset, lambda rows: rows)


def test_many_questions_are_one_statement_and_answered_as_if_asked_alone(
    sessions: QuerySet[Session], django_assert_num_queries: Any
) -> None:
    newest = sessions.order_by("-expire_date", "session_key").values("session_key", "expire_date")[:2]
    days = sessions.annotate(day=TruncDate("expire_date")).values("day").annotate(number=Count("pk")).order_by("day")
    price = sessions.annotate(price=Value(Decimal("12.50"), output_field=DecimalField())).values("price")[:1]

    with django_assert_num_queries(1):
        answers = read_together([rows_of(newest), rows_of(days), rows_of(price)])

    assert answers == [list(newest), list(days), list(price)]
    assert answers[1][0] == {"day": date(2026, 12, 2), "number": 2}


def test_a_question_that_nothing_can_match_is_not_asked(
    sessions: QuerySet[Session], django_assert_num_queries: Any
) -> None:
    nothing = rows_of(sessions.filter(pk__in=[]).values("pk"))

    with django_assert_num_queries(0):
        answers = read_together([nothing])

    assert answers == [[]]


def test_a_percent_sign_in_a_value_stays_one(sessions: QuerySet[Session]) -> None:
    answers = read_together([rows_of(sessions.filter(session_key__contains="%").values("session_key"))])

    assert answers == [[{"session_key": "a%"}]]


def test_totals_are_right_also_of_a_cut_a_distinct_and_an_empty_list(sessions: QuerySet[Session]) -> None:
    early = Count("pk", filter=Q(expire_date=MORNING))

    (whole, cut, distinct, nothing) = read_together(
        [
            totals_read(sessions, dict, early=early, last=Max("expire_date")),
            totals_read(sessions.order_by("session_key")[:1], dict, early=early),
            totals_read(sessions.distinct(), dict, early=early),
            totals_read(sessions.filter(pk__in=[]), dict, early=early, last=Max("expire_date")),
        ]
    )

    assert whole == {"early": 2, "last": MORNING.replace(year=2027)}
    assert cut == {"early": 1}
    assert distinct == {"early": 2}
    assert nothing == {"early": 0, "last": None}


def test_counts_travel_together(sessions: QuerySet[Session], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        counts = count_together(
            all=sessions, early=sessions.filter(expire_date=MORNING), none=sessions.filter(session_key="z")
        )

    assert counts == {"all": 3, "early": 2, "none": 0}
