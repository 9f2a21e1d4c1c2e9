"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.government.certificates.rights import SEE_CERTIFICATES
from tinhso.ui.navigation import Entry, Room, register_entry

register_entry(Entry(gettext_noop("Chứng thư số"), "certificates:list", Room.WORK, 130, SEE_CERTIFICATES))
