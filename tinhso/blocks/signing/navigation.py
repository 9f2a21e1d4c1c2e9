"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.signing.rights import DRAFT_DOCUMENTS, SEAL_DOCUMENTS, SIGN_DOCUMENTS
from tinhso.ui.navigation import Entry, Room, register_entry

register_entry(Entry(gettext_noop("Ký số"), "signing:waiting", Room.WORK, 50, SIGN_DOCUMENTS))
register_entry(Entry(gettext_noop("Đóng dấu"), "signing:sealing", Room.WORK, 60, SEAL_DOCUMENTS))
register_entry(Entry(gettext_noop("Trình ký"), "signing:drafted", Room.WORK, 70, DRAFT_DOCUMENTS))
