"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.signature_requests.queries import worklist
from tinhso.blocks.signatures.rights import DRAFT_DOCUMENTS, SEAL_DOCUMENTS, SIGN_DOCUMENTS
from tinhso.blocks.worklist.contract import BulkAct, WorkBulk, WorkSource, register_work
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
register_work(
    WorkSource(
        "signing",
        gettext_noop("Trình ký"),
        "edit",
        40,
        (SIGN_DOCUMENTS, SEAL_DOCUMENTS),
        "signature_requests:waiting",
        worklist.open_requests,
        WorkBulk(
            "signature_requests:sign_many",
            "ref",
            [BulkAct("", gettext_noop("Xem và ký các văn bản đã chọn"), SIGN_DOCUMENTS, icon="edit")],
            is_query=True,
        ),
    )
)
