"""Ways to the pages of this app."""

from django.utils.translation import gettext_noop

from tinhso.blocks.worklist.contract import BulkAct, WorkBulk, WorkSource, register_work
from tinhso.government.certificates.queries import worklist
from tinhso.government.certificates.rights import (
    APPROVE_CERTIFICATES,
    ASK_FOR_CERTIFICATES,
    MANAGE_CERTIFICATES,
    SEE_CERTIFICATES,
)
from tinhso.ui.navigation import NavigationEntry, NavigationGroup, register_entry

register_entry(
    NavigationEntry(
        gettext_noop("Chứng thư số"),
        "certificates:list",
        NavigationGroup.GOVERNMENT,
        60,
        SEE_CERTIFICATES,
        icon="shield",
        description=gettext_noop("Chứng thư số, SIM-PKI: cấp, gia hạn, thu hồi."),
        words=(
            "sim pki",
            "chữ ký số",
        ),
    )
)
register_work(
    WorkSource(
        "certificates",
        gettext_noop("Chứng thư số"),
        "shield",
        45,
        (ASK_FOR_CERTIFICATES, APPROVE_CERTIFICATES, MANAGE_CERTIFICATES),
        "certificates:requests",
        worklist.open_requests,
        WorkBulk(
            "certificates:bulk",
            "ref",
            [BulkAct("approve", gettext_noop("Duyệt các đề nghị đã chọn"), APPROVE_CERTIFICATES)],
        ),
    )
)
