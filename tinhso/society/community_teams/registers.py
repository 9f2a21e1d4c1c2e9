"""Teams and their members as registers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.open_data.contract import declare_open_records
from tinhso.blocks.registers.contract import RecordLink, Register, declare_register
from tinhso.blocks.registers.queries.openness import records_of
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel.errors import Refused
from tinhso.society.community_teams.models import Member, Team
from tinhso.society.community_teams.rights import MANAGE_TEAMS, SEE_TEAMS

ONE_HEAD = gettext_noop("Tổ đã có tổ trưởng. Ghi ngừng người trước, hoặc đổi vai trò của người ấy.")
LEVELS = {Team.Tier.DISTRICT: Level.DISTRICT, Team.Tier.COMMUNE: Level.COMMUNE, Team.Tier.HAMLET: Level.COMMUNE}


def _team_page(team: Any, day: date) -> Sequence[RecordLink]:
    return [RecordLink(_("Hoạt động của tổ"), reverse("community_teams:team", args=[team.ref]))]


def _of_member(member: Any, day: date) -> Sequence[RecordLink]:
    return [RecordLink(_("Tổ của thành viên"), reverse("community_teams:team", args=[member.team.ref]))]


def _whole_team(values: Mapping[str, Any]) -> Mapping[str, str]:
    """A hamlet's team names its hamlet; a team is founded in a unit of its level."""
    tier, wrong = values.get("tier"), dict[str, str]()
    if (tier == Team.Tier.HAMLET) != bool(values.get("hamlet")):
        wrong["hamlet"] = _("Chỉ tổ ấp, khóm, khu phố ghi tên ấp, khóm, khu phố, và phải ghi.")
    level = Unit.objects.filter(pk=values.get("unit_id") or 0).values_list("level", flat=True).first()
    if tier in LEVELS and level is not None and level != LEVELS[Team.Tier(tier)]:
        wrong["unit"] = _("Đơn vị không đúng cấp của tổ.")
    return wrong


def _whole_member(values: Mapping[str, Any]) -> Mapping[str, str]:
    """A term ends after it begins; a member is where the team is; an account is somebody's."""
    wrong = dict[str, str]()
    if str(values.get("term_until") or "9") < str(values.get("term_from") or ""):
        wrong["term_until"] = _("Nhiệm kỳ kết thúc sau ngày bắt đầu.")
    team = Team.objects.filter(pk=values.get("team_id") or 0).values_list("unit", flat=True).first()
    if team is not None and team != values.get("unit_id"):
        wrong["unit"] = _("Thành viên thuộc đơn vị của tổ.")
    if values.get("account"):
        try:
            identity.person_by_username(str(values["account"]))
        except Refused:
            wrong["account"] = _("Không có tài khoản nào tên đăng nhập như vậy.")
    return wrong


TEAMS = declare_register(
    Register(
        code="teams",
        model=Team,
        prefix="TCN",
        name="Tổ công nghệ số cộng đồng",
        name_en="Community digital teams",
        description="Tổ theo quyết định thành lập: cấp nào, ở đâu, từ bao giờ.",
        description_en="Teams by their founding decisions: of which level, where, since when.",
        see=SEE_TEAMS,
        change=MANAGE_TEAMS,
        keys=("code",),
        filters=("tier",),
        colour="tier",
        icon="users",
        columns=("code", "name", "unit", "tier", "hamlet", "decision", "decided_on", "decided_by", "place"),
        listed=("code", "tier", "unit", "hamlet", "decision"),
        check=_whole_team,
        more=_team_page,
        open=("code", "name", "unit", "tier", "hamlet", "decision", "decided_on", "place"),
    )
)
MEMBERS = declare_register(
    Register(
        code="team-members",
        model=Member,
        prefix="TV",
        name="Thành viên tổ công nghệ số",
        name_en="Members of teams",
        description="Thành viên tình nguyện, vai trò, nhiệm kỳ. Dữ liệu cá nhân được che.",
        description_en="Volunteers, what they do, their terms. Personal data are masked.",
        see=SEE_TEAMS,
        change=MANAGE_TEAMS,
        keys=("number",),
        filters=("role", "body", "team"),
        located=False,
        icon="users",
        columns=(
            "number",
            "name",
            "unit",
            "team",
            "role",
            "body",
            "gender",
            "born",
            "phone",
            "account",
            "term_from",
            "term_until",
        ),
        private=("born", "phone"),
        listed=("number", "team", "role", "body", "term_until"),
        check=_whole_member,
        more=_of_member,
        alike=(("name", "team"),),
        refusals=(("community_teams_one_head", ONE_HEAD),),
    )
)

declare_open_records(records_of(TEAMS))
