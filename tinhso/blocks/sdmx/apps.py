from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SdmxConfig(AppConfig):
    name = "tinhso.blocks.sdmx"
    label = "sdmx"
    verbose_name = _("Số liệu theo SDMX")
