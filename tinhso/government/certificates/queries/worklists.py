"""What should be done about certificates: running out, expired in use, of a changed unit, of who left the post."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.identity.models import Post
from tinhso.government.certificates.contract import OPEN, RequestPurpose
from tinhso.government.certificates.models import Request, Version
from tinhso.government.certificates.queries import lookup
from tinhso.government.certificates.queries.search import in_force
from tinhso.kernel.actor import Actor

WITHIN_30, WITHIN_60, WITHIN_90 = "30", "60", "90"
EXPIRED, CHANGE, REVOKE, LEFT = "expired", "change", "revoke", "left"
LISTS = (CHANGE, REVOKE, LEFT, EXPIRED, WITHIN_30, WITHIN_60, WITHIN_90)
ASKS = {
    CHANGE: RequestPurpose.CHANGE,
    REVOKE: RequestPurpose.REVOKE,
    LEFT: RequestPurpose.REVOKE,
    EXPIRED: RequestPurpose.ISSUE,
    WITHIN_30: RequestPurpose.RENEW,
    WITHIN_60: RequestPurpose.RENEW,
    WITHIN_90: RequestPurpose.RENEW,
}
REASONS = {REVOKE: "reorganised", LEFT: "left_post"}


@dataclass(frozen=True)
class Worklist:
    """A worklist: how many it holds, and how many of them nobody has asked for yet."""

    code: str
    name: str
    hint: str
    total: int
    open: int


def worklist_names() -> dict[str, tuple[str, str]]:
    """Each worklist with what it is for."""
    within = _("Đề nghị gia hạn trước khi hết hạn.")
    return {
        CHANGE: (_("Phải thay đổi nội dung"), _("Đơn vị đã sắp xếp: thay đổi nội dung thay cho cấp mới.")),
        REVOKE: (_("Phải thu hồi do sắp xếp"), _("Đơn vị không còn, hoặc đã nhập vào đơn vị khác.")),
        LEFT: (_("Người giữ đã thôi vị trí"), _("Vị trí công tác trong hệ thống đã kết thúc.")),
        EXPIRED: (_("Hết hạn vẫn đang giữ"), _("Chưa có chứng thư mới nào thay.")),
        WITHIN_30: (_("Hết hạn trong 30 ngày"), within),
        WITHIN_60: (_("Hết hạn trong 60 ngày"), within),
        WITHIN_90: (_("Hết hạn trong 90 ngày"), within),
    }


def worklist_condition(name: str, day: date) -> Q:
    """Which certificates are in a worklist on ``day``."""
    if name in (WITHIN_30, WITHIN_60, WITHIN_90):
        return in_force(day) & Q(last_day__lte=day + timedelta(days=int(name)))
    if name in (CHANGE, REVOKE):
        return Q(must=name, must_change_since__lte=day) & ~Q(state="revoked")
    if name == LEFT:
        posts = Post.objects.filter(person=OuterRef("person"), held__contains=day)
        return in_force(day) & Q(person__isnull=False) & (Q(person__is_active=False) | Q(~Exists(posts)))
    same = lookup.versions_on(day).filter(in_force(day), unit=OuterRef("unit"), kind=OuterRef("kind"))
    return Q(state="active", last_day__lt=day) & Q(~Exists(same.filter(holder=OuterRef("holder")).values("pk")))


def worklist_versions(name: str, day: date) -> QuerySet[Version]:
    """The certificates of a worklist, the most pressing first."""
    first = "must_change_by" if name in (CHANGE, REVOKE) else "last_day"
    return lookup.versions_on(day).filter(worklist_condition(name, day)).order_by(first, "certificate__ref")


def without_request(versions: QuerySet[Version]) -> QuerySet[Version]:
    """Those about which no request is under way; one for a new certificate names the expired one by its key."""
    return versions.filter(~is_asked_for())


def is_asked_for() -> Exists:
    """Whether a request about a certificate is under way."""
    return Exists(Request.objects.filter(certificate=OuterRef("certificate"), step__in=[str(step) for step in OPEN]))


def visible_worklist(name: str, *, by: Actor, day: date) -> QuerySet[Version]:
    """A worklist as far as ``by`` may see it."""
    return lookup.seen_by(worklist_versions(name, day), by)


def visible_worklists(*, by: Actor, day: date) -> list[Worklist]:
    """All worklists with their counts, in one statement."""
    worklist_texts, waits = worklist_names(), Q(~is_asked_for())
    counted = lookup.seen_by(lookup.versions_on(day), by).aggregate(
        **{f"total_{name}": Count("pk", filter=worklist_condition(name, day)) for name in LISTS},
        **{f"open_{name}": Count("pk", filter=worklist_condition(name, day) & waits) for name in LISTS},
    )
    return [Worklist(name, *worklist_texts[name], counted[f"total_{name}"], counted[f"open_{name}"]) for name in LISTS]


def again_key(version: Version) -> str:
    """By what a request for a new certificate instead of an expired one is known."""
    return f"again:{version.certificate.ref}:{version.last_day}"
