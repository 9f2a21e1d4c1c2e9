from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FieldReportsConfig(AppConfig):
    name = "tinhso.society.field_reports"
    label = "field_reports"
    verbose_name = _("Phản ánh hiện trường")

    def ready(self) -> None:
        """Take what people tell in conversations, and know the keys and codes of what they are told."""
        from tinhso.blocks.messaging.contract import register_intake, register_secret
        from tinhso.society.field_reports.queries import secrets
        from tinhso.society.field_reports.services.hearing import Hearing

        register_intake("field_reports", Hearing())
        register_secret(secrets.PAGE, secrets.page_named)
        register_secret(secrets.CODE, secrets.code_named)
