"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

OPERATE_SYSTEM = register_right("operate system", _("Vận hành hệ thống"), is_grave=True, for_programs=False)
