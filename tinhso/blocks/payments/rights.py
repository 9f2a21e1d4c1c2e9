"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

SEE_PAYMENTS = register_right("see payments", _("Xem các khoản thu"))
ORDER_PAYMENTS = register_right("order payments", _("Lập khoản thu"))
TAKE_PAYMENTS = register_right("take payments", _("Thu tiền, nhập sao kê"))
OVERSEE_PAYMENTS = register_right(
    "oversee payments", _("Duyệt miễn giảm, hoàn trả, hủy biên lai; chốt ngày thu"), is_grave=True
)
# of the system's own programs
HEAR_BANKS = register_right("hear banks", _("Nhận báo có của ngân hàng"), for_posts=False)
