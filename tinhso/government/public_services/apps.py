from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicServicesConfig(AppConfig):
    name = "tinhso.government.public_services"
    label = "public_services"
    verbose_name = _("Dịch vụ công")

    def ready(self) -> None:
        """Know the keys of what people are told."""
        from tinhso.blocks.messaging.contract import FILLS
        from tinhso.government.public_services.queries.proactive import secrets

        FILLS[secrets.PAGE] = secrets.page_named
