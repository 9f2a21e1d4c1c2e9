"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

SEE_CERTIFICATES = register_right("see certificates", _("Xem chứng thư số"))
ASK_FOR_CERTIFICATES = register_right("ask for certificates", _("Lập đề nghị về chứng thư số"))
APPROVE_CERTIFICATES = register_right("approve certificates", _("Duyệt đề nghị về chứng thư số"))
MANAGE_CERTIFICATES = register_right("manage certificates", _("Làm đầu mối chứng thư số"))
