"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.signatures.rights import DRAFT_DOCUMENTS, SEAL_DOCUMENTS, SIGN_DOCUMENTS
from tinhso.ui.navigation import Entry, Room, register_entry

register_entry(Entry(gettext_noop("Ký số"), "signature_requests:waiting", Room.WORK, 50, SIGN_DOCUMENTS))
register_entry(Entry(gettext_noop("Đóng dấu"), "signature_requests:sealing", Room.WORK, 60, SEAL_DOCUMENTS))
register_entry(Entry(gettext_noop("Trình ký"), "signature_requests:drafted", Room.WORK, 70, DRAFT_DOCUMENTS))
