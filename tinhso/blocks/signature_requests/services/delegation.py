"""Who signs for somebody who is away: with a key of their own, in a form that says so."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.signature_requests import queries
from tinhso.blocks.signature_requests.models import StandIn
from tinhso.blocks.signatures.rights import SIGN_DOCUMENTS
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@transaction.atomic
def stand_in(*, to: str, form: str, first: date, last: date, by: Actor, now: datetime) -> StandIn:
    """Let a colleague sign what waits for me from ``first`` to ``last``; both may sign at a place in common."""
    by.must_be_able_to(SIGN_DOCUMENTS)
    if last < first:
        raise Refused("bad_days", _("Ngày cuối phải sau ngày đầu."))
    if form not in queries.rules().flow.forms:
        raise Refused("bad_form", _("Hình thức ký không có trong danh mục của tỉnh."))
    names = colleagues_of(by)
    if to not in names:
        raise Refused("not_a_colleague", _("Chỉ ủy quyền được cho người có cùng quyền ký ở đơn vị."))
    stand_in_entry = StandIn.objects.create(
        holder=by.ref, holder_name=by.name, to=to, to_name=names[to], form=form, first=first, last=last, at=now
    )
    audit.record(by=by, did="signing stand-in", to=stand_in_entry, after={"to": to, "form": form, "last": str(last)})
    return stand_in_entry


@transaction.atomic
def end_stand_in(*, pk: int, by: Actor, now: datetime) -> None:
    """I am back."""
    stand_in_entry = StandIn.objects.select_for_update().filter(pk=pk, holder=by.ref, ended_at=None).first()
    if stand_in_entry is None:
        raise Refused("unknown_stand_in", _("Không có ủy quyền nào như vậy."))
    stand_in_entry.ended_at = now
    stand_in_entry.save(update_fields=["ended_at"])
    audit.record(by=by, did="signing stand-in ended", to=stand_in_entry)


def colleagues_of(by: Actor) -> dict[str, str]:
    """Names by refs of those who may sign wherever a post lets ``by`` sign, in the order of their names."""
    mine = identity.posts_on(clock.today()).filter(person__ref=by.ref, role__rights__contains=[SIGN_DOCUMENTS])
    rows = [
        {person.ref: person.name for person in identity.holders_of_rights(SIGN_DOCUMENTS, at=post.unit)}
        for post in mine
    ]
    common = set(rows[0]).intersection(*rows[1:]) - {by.ref} if rows else set()
    return {ref: rows[0][ref] for ref in sorted(common, key=lambda ref: (rows[0][ref], ref))}
