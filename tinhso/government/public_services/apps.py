from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicServicesConfig(AppConfig):
    name = "tinhso.government.public_services"
    label = "public_services"
    verbose_name = _("Dịch vụ công")

    def ready(self) -> None:
        """Know the keys of what people are told."""
        from tinhso.blocks.messaging.contract import register_secret
        from tinhso.government.public_services.queries.proactive import secrets

        register_secret(secrets.PAGE, secrets.page_named)
