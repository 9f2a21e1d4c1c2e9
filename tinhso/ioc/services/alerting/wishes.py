"""How people want to hear of alerts."""

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries as identity
from tinhso.ioc.models import Alert, AlertWish
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@transaction.atomic
def set_wish(*, kind: str, in_app: bool, mail: bool, push: bool, digest: bool, by: Actor) -> AlertWish:
    """Hear of one kind of alert in these ways from now on; refuses programs and kinds that there are not."""
    if kind not in Alert.Kind.values:
        raise Refused("unknown_kind", _("Không có loại cảnh báo này."))
    if by.kind != "person":
        raise Refused("not_a_person", _("Chỉ người dùng mới chọn được cách nhận cảnh báo."))
    ways = {"in_app": in_app, "mail": mail, "push": push, "digest": digest}
    wish, _created = AlertWish.objects.update_or_create(person=identity.person_by_ref(by.ref), kind=kind, defaults=ways)
    audit.record(by=by, did="wished", to=("ioc.AlertWish", f"{by.ref}:{kind}"), after=ways)
    return wish
