"""Ways to the pages of this app."""

from tinhso.ui.navigation import register_page
from tinhso.ui.offline import OfflinePages, register_offline

register_offline(OfflinePages(account="identity:account"))
register_page("account", "identity:account")
