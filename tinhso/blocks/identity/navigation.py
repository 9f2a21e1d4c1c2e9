"""Ways to the pages of this app."""

from tinhso.ui.offline import OfflinePages, register_offline

register_offline(OfflinePages(account="identity:account"))
