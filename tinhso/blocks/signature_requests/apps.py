from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignatureRequestsConfig(AppConfig):
    name = "tinhso.blocks.signature_requests"
    label = "signature_requests"
    verbose_name = _("Trình ký")
