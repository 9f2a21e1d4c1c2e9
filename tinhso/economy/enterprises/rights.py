"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

SEE_ENTERPRISES = register_right("see enterprises", _("Xem doanh nghiệp số"))
MANAGE_ENTERPRISES = register_right("manage enterprises", _("Quản lý doanh nghiệp số"))
