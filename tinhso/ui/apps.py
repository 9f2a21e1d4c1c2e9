"""The app of base templates."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """Templates, components and template tags."""

    name = "tinhso.ui"
    label = "ui"
    verbose_name = _("Giao diện")
