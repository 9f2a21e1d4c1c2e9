"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.society.field_reports.rights import SEE_FIELD_REPORTS
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry
from tinhso.ui.offline import OfflinePages, register_offline

register_entry(
    NavigationEntry(gettext_noop("Phản ánh"), "field_reports:inbox", ProductSection.WORK, 80, SEE_FIELD_REPORTS)
)
register_entry(NavigationEntry(gettext_noop("Báo một việc"), "field_reports:tell", ProductSection.PEOPLE, 290))
register_offline(
    OfflinePages(
        kept=("field_reports:crew",),
        instead=(("field_reports:tell", "field_reports:away"),),
        data=("reports:outlines",),
        files=("frontend/parts/reports.ts", "frontend/parts/away.ts"),
    )
)
