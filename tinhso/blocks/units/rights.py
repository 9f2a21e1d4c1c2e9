"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

SEE_INDICATORS = register_right("see indicators", _("Xem chỉ tiêu"))
MANAGE_UNITS = register_right("manage units", _("Quản lý đơn vị"))
