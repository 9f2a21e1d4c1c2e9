from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InfrastructureConfig(AppConfig):
    name = "tinhso.government.infrastructure"
    label = "infrastructure"
    verbose_name = _("Hạ tầng số")
