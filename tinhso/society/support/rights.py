"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

SEE_SUPPORT = register_right("see support", _("Xem hồ sơ hỗ trợ"))
TAKE_SUPPORT = register_right("take support", _("Nộp hồ sơ hỗ trợ giúp người dân, ghi việc trao"))
DECIDE_SUPPORT = register_right("decide support", _("Duyệt hồ sơ hỗ trợ, trả lời khiếu nại"), is_grave=True)
MANAGE_SUPPORT = register_right("manage support", _("Lập chương trình hỗ trợ, hạn mức, đợt thanh toán"))
