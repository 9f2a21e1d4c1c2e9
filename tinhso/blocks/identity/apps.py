from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    name = "tinhso.blocks.identity"
    label = "identity"
    verbose_name = _("Con người và quyền")
