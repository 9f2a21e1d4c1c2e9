"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

SEE_PROGRAMME = register_right("see programme", _("Xem chương trình điều hành"))
MANAGE_PROGRAMME = register_right("manage programme", _("Quản lý chương trình, giao nhiệm vụ"))
GIVE_DIRECTIVES = register_right("give directives", _("Giao chỉ đạo"), is_grave=True)
DO_TASKS = register_right("do tasks", _("Thực hiện nhiệm vụ, trả lời chỉ đạo"))
OVERSEE_TASKS = register_right("oversee tasks", _("Phụ trách nhiệm vụ của đơn vị"))
