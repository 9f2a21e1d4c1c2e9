"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

ANNOTATE_INDICATORS = register_right("annotate indicators", _("Ghi chú trên biểu đồ chỉ tiêu"))
HANDLE_ALERTS = register_right("handle alerts", _("Xử lý cảnh báo"))
WRITE_BULLETINS = register_right("write bulletins", _("Soạn bản tin"))
APPROVE_BULLETINS = register_right("approve bulletins", _("Duyệt và ban hành bản tin"), is_grave=True)
