"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.signatures.rights import DRAFT_DOCUMENTS, SEAL_DOCUMENTS, SIGN_DOCUMENTS
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry

register_entry(
    NavigationEntry(
        gettext_noop("Văn bản chờ ký"),
        "signature_requests:waiting",
        NavigationGroup.GOVERNMENT,
        20,
        SIGN_DOCUMENTS,
        icon="edit",
        description=gettext_noop("Văn bản trình tôi ký số."),
        words=("ký số",),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Văn bản chờ đóng dấu"),
        "signature_requests:sealing",
        NavigationGroup.GOVERNMENT,
        30,
        SEAL_DOCUMENTS,
        icon="shield",
        description=gettext_noop("Văn bản đã ký, chờ chữ ký số của cơ quan."),
        words=("đóng dấu",),
    )
)
register_entry(
    NavigationEntry(
        gettext_noop("Văn bản trình ký"),
        "signature_requests:drafted",
        NavigationGroup.GOVERNMENT,
        40,
        DRAFT_DOCUMENTS,
        icon="file",
        description=gettext_noop("Văn bản tôi soạn và trình ký."),
        words=("trình ký",),
    )
)
