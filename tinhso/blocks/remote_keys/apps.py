from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RemoteKeysConfig(AppConfig):
    name = "tinhso.blocks.remote_keys"
    label = "remote_keys"
    verbose_name = _("Khóa ký từ xa")
