"""The table of contents: finds each app's rooms and listens for what they offer."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.errors import Refused


class ProjectConfig(AppConfig):
    name = "tinhso.project"
    label = "project"
    verbose_name = _("Tỉnh số")

    def ready(self) -> None:
        """Open the rooms that register something: a file that exists is registered. Give refusals their language."""
        Refused.translate = gettext
        autodiscover_modules("rights", "navigation", "indicators", "registers", "surveys", "procedures")
