"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

SEE_TEAMS = register_right("see teams", _("Xem tổ công nghệ số cộng đồng"))
MANAGE_TEAMS = register_right("manage teams", _("Phụ trách tổ công nghệ số cộng đồng"))
WORK_IN_TEAMS = register_right("work in teams", _("Làm việc trong tổ công nghệ số cộng đồng"))
ANSWER_DIFFICULTIES = register_right("answer difficulties", _("Trả lời khó khăn tổ công nghệ số chuyển đến"))
