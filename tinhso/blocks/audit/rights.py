"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

SEE_AUDIT = register_right("see audit", _("Xem nhật ký"), is_grave=True, for_programs=False)
