"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

SEE_RESTRICTED_INDICATORS = register_right("see restricted indicators", _("Xem số liệu hạn chế và số nhỏ"))
MANAGE_INDICATORS = register_right("manage indicators", _("Quản lý chỉ tiêu"))
# over the data that figures are made of, whichever app collects them
SEE_RETURNS = register_right("see returns", _("Xem báo cáo"))
HAND_IN_RETURNS = register_right("hand in returns", _("Nộp báo cáo"))
