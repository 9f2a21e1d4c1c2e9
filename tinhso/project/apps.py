"""The table of contents: finds each app's rooms and listens for what they offer."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import register
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.errors import Refused
from tinhso.kernel.province_table import ProvinceTable


class ProjectConfig(AppConfig):
    name = "tinhso.project"
    label = "project"
    verbose_name = _("Tỉnh số")

    def ready(self) -> None:
        """Open the rooms that register something: a file that exists is registered. Give refusals their language and
        the province's tables their folder."""
        from tinhso.project.loading_progress import loading_banner
        from tinhso.project.starting import province_is_right
        from tinhso.ui.banners import register_banner

        Refused.translate = gettext
        ProvinceTable.folder = lambda: Path(settings.PROVINCE_DIR)
        register(province_is_right)
        register_banner(loading_banner)
        autodiscover_modules("rights", "navigation", "indicators", "registers", "surveys", "procedures")
