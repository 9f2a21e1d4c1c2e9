"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.worklist.contract import WorkSource, register_work
from tinhso.government.programme.queries import worklist
from tinhso.government.programme.rights import DO_TASKS, GIVE_DIRECTIVES, MANAGE_PROGRAMME, OVERSEE_TASKS, SEE_PROGRAMME
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, Steering, register_entry, register_steering

register_entry(
    NavigationEntry(
        gettext_noop("Chương trình, chỉ đạo"),
        "programme:home",
        NavigationGroup.LEADERSHIP,
        50,
        SEE_PROGRAMME,
        icon="flag",
        description=gettext_noop("Mục tiêu, nhiệm vụ, chỉ đạo và tiến độ."),
        words=(
            "nhiệm vụ",
            "mục tiêu",
        ),
    )
)
register_steering(Steering(gettext_noop("Chỉ đạo"), "programme:new_directive", GIVE_DIRECTIVES, "flag"))
register_work(
    WorkSource(
        "directives",
        gettext_noop("Chỉ đạo"),
        "share",
        50,
        (DO_TASKS, GIVE_DIRECTIVES),
        "programme:directives",
        worklist.open_directives,
    )
)
register_work(
    WorkSource(
        "tasks",
        gettext_noop("Nhiệm vụ"),
        "target",
        60,
        (DO_TASKS, MANAGE_PROGRAMME, OVERSEE_TASKS),
        "programme:desk",
        worklist.open_tasks,
    )
)
