from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BpmnConfig(AppConfig):
    name = "tinhso.blocks.bpmn"
    label = "bpmn"
    verbose_name = _("Quy trình")
