"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

RECEIVE_CASES = register_right("receive cases", _("Tiếp nhận hồ sơ và trả kết quả"))
PROCESS_CASES = register_right("process cases", _("Giải quyết hồ sơ"))
DECIDE_CASES = register_right("decide cases", _("Duyệt và ký kết quả hồ sơ"), is_grave=True)
SEE_CASES = register_right("see cases", _("Xem hồ sơ"))
ASSIGN_CASES = register_right("assign cases", _("Phân định cơ quan giải quyết hồ sơ"), is_grave=True)
# of the system's own programs
LOAD_DOSSIERS = register_right("load dossiers", _("Nạp hồ sơ đã qua"), for_posts=False)
