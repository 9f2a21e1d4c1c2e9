"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

MANAGE_FORMS = register_right("manage forms", _("Quản lý biểu mẫu điện tử"))
