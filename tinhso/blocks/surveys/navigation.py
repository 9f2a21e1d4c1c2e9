"""Ways to the pages of this app."""

from tinhso.ui.offline import OfflinePages, register_offline

register_offline(OfflinePages(kept=("surveys:index",), files=("frontend/surveys.ts",)))
