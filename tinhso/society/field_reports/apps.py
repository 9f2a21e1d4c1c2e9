from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FieldReportsConfig(AppConfig):
    name = "tinhso.society.field_reports"
    label = "field_reports"
    verbose_name = _("Phản ánh hiện trường")
