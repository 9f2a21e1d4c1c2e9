from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityTeamsConfig(AppConfig):
    name = "tinhso.society.community_teams"
    label = "community_teams"
    verbose_name = _("Tổ công nghệ số cộng đồng")
