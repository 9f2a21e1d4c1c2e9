"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

MANAGE_PROCEDURES = register_right("manage procedures", _("Quản lý thủ tục hành chính"))
