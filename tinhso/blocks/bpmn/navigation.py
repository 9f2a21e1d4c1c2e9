"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry

register_entry(
    NavigationEntry(gettext_noop("Quy trình"), "bpmn:processes", ProductSection.ADMINISTRATION, 340, MANAGE_PROCEDURES)
)
