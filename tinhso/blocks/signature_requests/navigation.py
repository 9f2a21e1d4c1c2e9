"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.signatures.rights import DRAFT_DOCUMENTS, SEAL_DOCUMENTS, SIGN_DOCUMENTS
from tinhso.ui.navigation import NavigationEntry, ProductSection, register_entry

register_entry(
    NavigationEntry(gettext_noop("Ký số"), "signature_requests:waiting", ProductSection.WORK, 50, SIGN_DOCUMENTS)
)
register_entry(
    NavigationEntry(gettext_noop("Đóng dấu"), "signature_requests:sealing", ProductSection.WORK, 60, SEAL_DOCUMENTS)
)
register_entry(
    NavigationEntry(gettext_noop("Trình ký"), "signature_requests:drafted", ProductSection.WORK, 70, DRAFT_DOCUMENTS)
)
