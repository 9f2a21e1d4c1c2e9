from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "tinhso.society.support"
    label = "support"
    verbose_name = _("Chương trình hỗ trợ")

    def ready(self) -> None:
        """Know the keys and codes of what people are told."""
        from tinhso.blocks.messaging.contract import register_secret
        from tinhso.society.support.queries import secrets

        register_secret(secrets.PAGE, secrets.page_named)
        register_secret(secrets.CODE, secrets.code_named)
