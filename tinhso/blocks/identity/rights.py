"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

MANAGE_PEOPLE = register_right("manage people", _("Quản lý người dùng"), is_grave=True, for_programs=False)
