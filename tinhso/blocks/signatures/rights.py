"""What a post can let somebody do with documents that are signed."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.rights import register_right

DRAFT_DOCUMENTS = register_right("draft documents", _("Soạn văn bản, trình ký"))
SIGN_DOCUMENTS = register_right("sign documents", _("Ký số văn bản"), is_grave=True)
SEAL_DOCUMENTS = register_right("seal documents", _("Cấp số, đóng dấu văn bản"), is_grave=True)
DESK_RIGHTS = (SIGN_DOCUMENTS, DRAFT_DOCUMENTS, SEAL_DOCUMENTS)  # one of them opens the pages on which people sign
