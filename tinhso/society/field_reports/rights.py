"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

SEND_FIELD_REPORTS = register_right("send field reports", _("Gửi phản ánh từ hệ thống khác (Open311)"))
SEE_FIELD_REPORTS = register_right("see field reports", _("Xem phản ánh hiện trường"))
TAKE_FIELD_REPORTS = register_right("take field reports", _("Nhận phản ánh hiện trường giúp người gọi"))
HANDLE_FIELD_REPORTS = register_right("handle field reports", _("Xử lý phản ánh hiện trường"))
FIX_FIELD_REPORTS = register_right("fix field reports", _("Đi hiện trường xử lý phản ánh"))
DECIDE_FIELD_REPORTS = register_right("decide field reports", _("Phân định nơi xử lý phản ánh"))
READ_SEALED_REPORTERS = register_right(
    "read sealed reporters", _("Xem danh tính người tố cáo đã niêm phong"), is_grave=True
)
