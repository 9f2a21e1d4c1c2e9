"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.worklist.contract import WorkSource, register_work
from tinhso.society.community_teams.queries import worklist
from tinhso.society.community_teams.rights import ANSWER_DIFFICULTIES, MANAGE_TEAMS, SEE_TEAMS, WORK_IN_TEAMS
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, Start, register_entry, register_start

register_entry(
    NavigationEntry(
        gettext_noop("Tổ công nghệ số cộng đồng"),
        "community_teams:home",
        NavigationGroup.SOCIETY,
        30,
        SEE_TEAMS,
        icon="users",
        description=gettext_noop("Các tổ, thành viên, buổi hỗ trợ."),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Tổ của tôi"),
        "community_teams:mine",
        NavigationGroup.SOCIETY,
        40,
        WORK_IN_TEAMS,
        icon="user",
        description=gettext_noop("Việc của tổ tôi: hộ cần giúp, buổi hỗ trợ."),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Tổ công nghệ số nơi tôi ở"),
        "community_teams:find",
        NavigationGroup.SERVICES,
        50,
        icon="help",
        description=gettext_noop("Tìm người hướng dẫn dùng dịch vụ số gần nhà."),
        words=(
            "giúp đỡ",
            "hướng dẫn",
        ),
    )
)
register_start(Start(WORK_IN_TEAMS, "community_teams:mine", 40))
register_work(
    WorkSource(
        "difficulties",
        gettext_noop("Khó khăn của người dân"),
        "help",
        90,
        (ANSWER_DIFFICULTIES, MANAGE_TEAMS),
        "community_teams:difficulties",
        worklist.open_difficulties,
    )
)
register_work(
    WorkSource(
        "team-tasks",
        gettext_noop("Việc giao cho tổ"),
        "users",
        100,
        (WORK_IN_TEAMS, MANAGE_TEAMS),
        "community_teams:tasks",
        worklist.open_team_tasks,
    )
)
