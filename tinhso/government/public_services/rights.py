"""What a post can let somebody do here."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

FILE_CASES = register_right("file cases", _("Nộp hồ sơ thay người nộp từ hệ thống khác"))
