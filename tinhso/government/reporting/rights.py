"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

APPROVE_RETURNS = register_right("approve returns", _("Duyệt báo cáo"))
PUBLISH_RETURNS = register_right("publish returns", _("Công bố báo cáo"))
MANAGE_DATA_SETS = register_right("manage data sets", _("Quản lý biểu mẫu"))
