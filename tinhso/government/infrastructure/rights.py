"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

SEE_INFRASTRUCTURE = register_right("see infrastructure", _("Xem hạ tầng số"))
MANAGE_INFRASTRUCTURE = register_right("manage infrastructure", _("Quản lý hạ tầng số"))
