"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

SEE_CONNECTIVITY = register_right("see connectivity", _("Xem viễn thông, bưu chính"))
MANAGE_CONNECTIVITY = register_right("manage connectivity", _("Quản lý viễn thông, bưu chính"))
