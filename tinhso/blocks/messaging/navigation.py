"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.messaging.rights import SEE_CHANNELS
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry, register_page

register_entry(
    NavigationEntry(
        gettext_noop("Kênh nhắn tin"),
        "channels:list",
        NavigationGroup.SOCIETY,
        50,
        SEE_CHANNELS,
        icon="message",
        description=gettext_noop("Tin nhắn qua Zalo, Facebook và các kênh khác."),
        words=(
            "zalo",
            "facebook",
            "messenger",
        ),
    )
)
register_page("inbox", "messaging:inbox")
