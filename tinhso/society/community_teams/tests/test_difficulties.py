"""Difficulties go to whoever can do something, until somebody answered and the team says that it helped."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.community_teams import services
from tinhso.society.community_teams.models import Difficulty, Entry
from tinhso.society.community_teams.queries import listing, lookup
from tinhso.society.community_teams.tests import makers

pytestmark = pytest.mark.django_db
WORDS = "Cuối ấp sóng yếu, không mở được trang nộp hồ sơ."
ANSWER = "Đã đề nghị nhà mạng đo kiểm, tăng công suất trạm."


def test_the_rules_say_who_answers_and_the_commune_answers_what_is_its_own() -> None:
    place = makers.a_place()
    team = makers.a_team()
    hoa = makers.a_volunteer(team)

    signal = services.report_difficulty(team=team, kind="song-yeu", text=WORDS, by=hoa, now=makers.MONDAY)
    scam = services.report_difficulty(team=team, kind="lua-dao", text=WORDS, by=hoa, now=makers.MONDAY)
    nowhere = services.report_difficulty(
        team=team, kind="loi-he-thong", text=WORDS, by=hoa, now=makers.MONDAY
    )  # no such agency

    assert (signal.routed_to, scam.routed_to, nowhere.routed_to) == (place.agency, team.unit, None)
    assert signal.due_at > scam.due_at > makers.MONDAY
    agency, manager = makers.an_agency(place), makers.a_manager(place.west)
    waits = listing.TeamListFilter(tray=listing.MINE)
    assert [one.ref for one in listing.filtered_difficulties(agency, waits, makers.MONDAY)] == [signal.ref]
    assert [one.ref for one in listing.filtered_difficulties(manager, waits, makers.MONDAY)] == [nowhere.ref]
    with pytest.raises(Refused, match="loại khó khăn"):
        services.report_difficulty(team=team, kind="khong-co", text=WORDS, by=hoa, now=makers.MONDAY)


def test_it_is_answered_judged_by_the_team_and_asked_again() -> None:
    place = makers.a_place()
    team = makers.a_team()
    hoa, agency = makers.a_volunteer(team), makers.an_agency(place)
    one = services.report_difficulty(team=team, kind="song-yeu", text=WORDS, by=hoa, now=makers.MONDAY)

    with pytest.raises(Forbidden):
        services.answer_difficulty(ref=one.ref, text=ANSWER, by=hoa, now=makers.MONDAY)
    services.answer_difficulty(ref=one.ref, text=ANSWER, by=agency, now=makers.MONDAY)
    with pytest.raises(Refused, match="trạng thái"):
        services.answer_difficulty(ref=one.ref, text=ANSWER, by=agency, now=makers.MONDAY)
    with pytest.raises(Forbidden):
        services.close_difficulty(ref=one.ref, note="", by=agency, now=makers.MONDAY)  # not for the answerer to say
    services.reopen_difficulty(ref=one.ref, note="Vẫn chưa có sóng", by=hoa, now=makers.MONDAY)
    services.answer_difficulty(ref=one.ref, text=ANSWER, by=agency, now=makers.MONDAY)
    found = services.close_difficulty(ref=one.ref, note="", by=hoa, now=makers.MONDAY)

    assert found.state == Difficulty.State.CLOSED
    told = list(Entry.objects.filter(difficulty=one).order_by("number").values_list("did", flat=True))
    assert told == ["told", "answered", "reopened", "answered", "closed"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(difficulty=one).update(note="khác")


def test_it_goes_to_another_unit_with_a_reason_and_leaves_the_first_ones_sight() -> None:
    place = makers.a_place()
    team = makers.a_team()
    hoa, agency = makers.a_volunteer(team), makers.an_agency(place)
    one = services.report_difficulty(team=team, kind="song-yeu", text=WORDS, by=hoa, now=makers.MONDAY)

    found = services.route_difficulty(ref=one.ref, to="W", note="Xã lắp điểm phát trước", by=agency, now=makers.MONDAY)

    assert found.routed_to == place.west
    with pytest.raises(Refused, match="không được xem"):
        lookup.difficulty(one.ref, agency)
    with pytest.raises(Refused):
        services.route_difficulty(
            ref=one.ref, to="W", note="Lại chính nơi đó", by=makers.a_manager(), now=makers.MONDAY
        )
    assert lookup.difficulty(one.ref, hoa).routed_to == place.west


def test_the_same_words_told_twice_at_once_are_one_difficulty_and_later_another() -> None:
    makers.a_place()
    team = makers.a_team()
    hoa = makers.a_volunteer(team)
    told: dict[str, Any] = {"team": team, "kind": "song-yeu", "text": WORDS, "by": hoa}

    first, again = (services.report_difficulty(**told, now=makers.MONDAY) for _n in range(2))
    later = services.report_difficulty(**told, now=makers.MONDAY + timedelta(hours=1))

    assert first == again
    assert Difficulty.objects.count() == 2
    assert later != first
