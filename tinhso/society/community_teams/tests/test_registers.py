"""The registers of teams and members: what fits together, who sees what, one head a team."""

from io import BytesIO

import pytest
from django.test import Client

from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.queries.openness import records_of
from tinhso.blocks.registers.queries.parsing import Invalid
from tinhso.blocks.registers.services import importing
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.community_teams.models import Member, Team
from tinhso.society.community_teams.tests import makers

pytestmark = pytest.mark.django_db


def test_a_team_is_founded_in_a_unit_of_its_level_and_a_hamlets_team_names_its_hamlet() -> None:
    makers.a_place()

    with pytest.raises(Invalid, match="đúng cấp"):
        makers.a_team("A", tier="district")
    with pytest.raises(Invalid, match="ấp"):
        records.add_record(
            register=REGISTERS["teams"],
            by=makers.a_manager(),
            now=makers.MONDAY,
            values={
                "code": "A",
                "name": "Tổ A",
                "unit": "W",
                "tier": "hamlet",
                "decision": "1/QĐ",
                "decided_on": "2022-03-01",
                "decided_by": "UBND",
            },
        )
    assert not Team.objects.exists()


def test_a_member_is_where_the_team_is_for_a_term_with_somebodys_account_and_a_team_has_one_head() -> None:
    makers.a_place()
    team = makers.a_team()
    makers.a_member(team, "TV-1", role="head")

    for told, words in (
        ({"unit": "E"}, "đơn vị của tổ"),
        ({"term_until": "2021-01-01"}, "Nhiệm kỳ"),
        ({"account": "khong-ai"}, "tên đăng nhập"),
    ):
        with pytest.raises(Invalid, match=words):
            makers.a_member(team, "TV-2", **told)
    with pytest.raises(Refused, match="đã có tổ trưởng"):
        makers.a_member(team, "TV-3", role="head")


def test_a_second_head_is_refused_in_words_by_bulk_edit_and_by_a_file() -> None:
    makers.a_place()
    team, by = makers.a_team(), makers.a_manager()
    members = [makers.a_member(team, f"TV-{n}") for n in range(2)]
    register = REGISTERS["team-members"]
    rows = "mã thành viên;vai trò\nTV-0;tổ trưởng\nTV-1;tổ trưởng".encode()
    held = importing.hold_file(
        register=register, file=BytesIO(rows), name="tv.csv", size=len(rows), by=by, now=makers.MONDAY
    )

    with pytest.raises(Refused, match="đã có tổ trưởng"):
        records.change_many(
            register=register,
            refs=[one.ref for one in members],
            values={"role": "head"},
            why="Kiện toàn",
            by=by,
            now=makers.MONDAY,
        )
    with pytest.raises(Refused, match="đã có tổ trưởng"):
        importing.take_over_file(ref=held.ref, by=by, now=makers.MONDAY)

    assert not Member.objects.filter(role="head").exists()


def test_open_data_tell_of_teams_and_of_nobody_in_them(client: Client) -> None:
    place = makers.a_place()
    team = makers.a_team()
    makers.a_member(team, "TV-1", name="Người Kín Tiếng", phone="0900000001")

    told = "\n".join(str(row) for row in records_of(REGISTERS["teams"]).rows())
    found = client.get("/community/find/", {"q": "tcn-1"}).content.decode()

    assert team.name in told
    assert team.name in found
    for page in (told, found, client.get("/ogc/collections/team-members/items/?f=json").content.decode()):
        assert "Kín Tiếng" not in page
        assert "0900000001" not in page
    with pytest.raises(Forbidden):
        makers.a_team("TCN-9", by=makers.a_manager(place.east))
